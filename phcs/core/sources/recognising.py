"""Telling systems apart by the headings of one table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from phcs.core.records import RecordKind
from phcs.core.sources.plain import HEADINGS_OF, PLAIN
from phcs.core.sources.source import Export, Source

_NEAR = 0.05
"""Two systems whose declared headings are this near to each other cannot be told apart."""

_BASE, _BY_SHARE = 60, 40


@dataclass(frozen=True, slots=True)
class Recognised:
    """A source, the table of it that this is, and how sure that is (0 to 100); `rivals` are as likely."""

    source: Source
    export: Export
    confidence: int
    rivals: tuple[str, ...] = ()
    wanted: RecordKind | None = None

    @property
    def kind(self) -> RecordKind:
        """What a row is about: what the person has said, else what the export holds."""
        return self.wanted or self.export.kind

    @property
    def plain_headings(self) -> Mapping[str, str]:
        """What headings feed that every list may have."""
        return HEADINGS_OF[self.kind]

    def with_export(self, export: Export) -> "Recognised":
        """Return the same source with another of its tables."""
        return replace(self, export=export)

    def reason(self, *, known: int, columns: int) -> str:
        """Return why, for people: `WaitWhile visits: 14 of 19 headings`."""
        told = f"{self.source.label} {self.export.name}: {known} of {columns} headings"
        if self.rivals:
            told += f"; could be {' or '.join(self.rivals)}: choose the source if it is one of them"
        return f"{told}; {self.source.remark}" if self.source.remark else told


def recognised(
    folded: Mapping[int, str],
    sources: Sequence[Source],
    *,
    given: Source | None,
    kind: RecordKind | None,
    labelled: Collection[str],
) -> Recognised:
    """Return the source and table of these folded headings; `given` and `kind` are what a person has said.

    `labelled` names the sources whose data-field labels stand in the cells: such a table holds visits.
    Where two systems are as likely, it is a plain list with both named.
    """
    names = frozenset(folded.values())
    if given is not None:
        return _of_source(given, names, kind, is_labelled=given.key in labelled)
    found = []
    for source in sources:
        export = source.export_of(names)
        if source is not PLAIN and export is not None:
            found.append(_of_source(source, names, kind, is_labelled=source.key in labelled))
    if not found:
        return _of_source(PLAIN, names, kind, is_labelled=False)
    found.sort(key=lambda one: -one.confidence)
    best = found[0]
    rivals = [one for one in found[1:] if best.confidence - one.confidence < _NEAR * _BY_SHARE]
    if not rivals:
        return best
    labels = tuple(one.source.label for one in (best, *rivals))
    return replace(_of_source(PLAIN, names, kind, is_labelled=False), rivals=labels)


def _of_source(
    source: Source, names: frozenset[str], kind: RecordKind | None, *, is_labelled: bool
) -> Recognised:
    export = _export(source, names, kind, is_labelled=is_labelled)
    share = source.known_share(export, names)
    is_its_own = source is not PLAIN and export.recognises(names)
    confidence = round(_BASE * is_its_own + (_BY_SHARE if is_its_own else 100) * share)
    return Recognised(source, export, confidence, wanted=kind)


def _export(source: Source, names: frozenset[str], kind: RecordKind | None, *, is_labelled: bool) -> Export:
    """Return the table of this source: of the kind that is wanted, else the one whose headings these are."""
    of_kind = [one for one in source.exports if one.kind is kind and not one.not_yet]
    choices = of_kind or list(source.exports)
    if is_labelled and kind is None:
        return next(one for one in choices if one.kind is RecordKind.CASE)
    fitting = [one for one in choices if one.recognises(names)]
    if fitting:
        return fitting[0]
    if source is PLAIN or any(one.marks for one in choices):
        marked = [one for one in choices if one.marks & names]
        return marked[0] if marked else choices[-1]
    if source.formats:
        return choices[0]
    return max(choices, key=lambda one: source.known_share(one, names))
