"""The small vocabulary in which every source system declares itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from phcs.core.records import RecordKind
from phcs.core.values.texts import fold_heading


def headings(declared: Mapping[str, str]) -> dict[str, str]:
    """Return folded heading → target out of `target: "heading|heading|…"`; the first declaration wins."""
    found: dict[str, str] = {}
    for target, words in declared.items():
        for word in words.split("|"):
            found.setdefault(fold_heading(word), target)
    return found


def heading_sets(*declared: str) -> tuple[frozenset[str], ...]:
    """Return one folded set for each `"heading|heading|…"`."""
    return tuple(frozenset(map(fold_heading, words.split("|"))) for words in declared)


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of table that a system gives.

    All headings are folded (`fold_heading`). `headings` say what a column feeds. A file is of this kind
    when it has every heading of one of the `signatures`, at least one of the `marks` (where there are any)
    and none of the `foreign` ones. `constants` (target, value) hold for every row whose cells do not say otherwise,
    `labelled` are headings that stand before their cells where several columns are joined. `not_yet` is the sentence
    with which a table is refused whose records PHCS cannot import yet.
    """

    name: str
    kind: RecordKind
    headings: Mapping[str, str]
    signatures: tuple[frozenset[str], ...] = ()
    marks: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    constants: tuple[tuple[str, str], ...] = ()
    labelled: frozenset[str] = frozenset()
    not_yet: str = ""

    def recognises(self, folded: frozenset[str]) -> bool:
        """Say whether these headings are this export's."""
        if folded & self.foreign or (self.marks and not folded & self.marks):
            return False
        return any(signature <= folded for signature in self.signatures)


@dataclass(frozen=True, slots=True)
class Source:
    """One source system.

    `exports` are the tables it gives, the more telling one first. `passed_over` are known columns that PHCS
    does not take, with the reason (folded headings). `sensitive` are columns with national, insurance or
    payment numbers or clinical facts: never mapped by themselves. `field_labels` are labels that stand in
    cells, the answer where `answer_positions` says; `field_prefix` is what JSON puts before such a
    label. `refused` recognises headings of files that hold no records at all: (pattern, reason code,
    sentence). `remark` says what a person should know of the declaration itself. A file whose format
    (`TableReading.format`) is one of `formats` is this source's, whatever its headings.

    For the reading of values: `status_words` are the system's own words for a case's status (folded word →
    CaseStatus value), `value_words` those of other coded targets (target → folded word → code); `blank_values` are
    texts with which it says nothing; `decimal_mark` (`comma` or `point`) always stands before decimals of amounts;
    `value_separator` stands between several values in one cell. `headings_are_targets` says that any heading that is
    a target feeds it, custom fields too; `cells_are_guarded` that cells are as `exporting.export_guarded` writes them.
    """

    key: str
    label: str
    exports: tuple[Export, ...]
    passed_over: Mapping[str, str] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    field_labels: Mapping[str, str] = field(default_factory=dict)
    label_distance: int = 3
    field_prefix: str = ""
    refused: tuple[tuple[re.Pattern[str], str, str], ...] = ()
    remark: str = ""
    formats: frozenset[str] = frozenset()
    status_words: Mapping[str, str] = field(default_factory=dict)
    value_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    blank_values: frozenset[str] = frozenset()
    decimal_mark: str = ""
    value_separator: str = ""
    headings_are_targets: bool = False
    cells_are_guarded: bool = False

    def answer_positions(self, headings: Mapping[int, str]) -> dict[int, int]:
        """Return for each column (position → heading) where the answer to a label in its cells stands.

        It is the group's own VALUE column where the headings name one, for somebody may have deleted columns between
        them; else `label_distance` columns to the right, which may be none of these columns.
        """
        folded = {position: fold_heading(heading) for position, heading in headings.items()}
        values = {name.removesuffix("value"): at for at, name in folded.items() if name.endswith("value")}
        beside = {at: at + self.label_distance for at in folded}
        return {
            at: values.get(name.removesuffix("label"), beside[at]) if name.endswith("label") else beside[at]
            for at, name in folded.items()
        }

    @property
    def own_words(self) -> Mapping[str, Mapping[str, str]]:
        """The system's own words by coded target; both targets of a case's status share theirs."""
        if not self.status_words:
            return self.value_words
        return {"case.status": self.status_words, "row.state": self.status_words, **self.value_words}

    def export_of(self, folded: frozenset[str]) -> Export | None:
        """Return the first export whose headings these are, None where none of this system's are."""
        return next((export for export in self.exports if export.recognises(folded)), None)

    def known_share(self, export: Export, folded: frozenset[str]) -> float:
        """Return which part (0 to 1) of these headings the system declares for this export."""
        known = [
            name
            for name in folded
            if name in export.headings or name in self.passed_over or name in self.sensitive
        ]
        return len(known) / len(folded) if folded else 0.0


def not_yet(label: str, what: str, *, instead: str) -> str:
    """Return the sentence that refuses records of a kind that PHCS cannot import yet."""
    return f"This looks like a {label} file of {what}. PHCS cannot import {what} yet. {instead}"
