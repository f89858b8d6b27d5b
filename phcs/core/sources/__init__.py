"""Which system an export comes from and what its columns feed. One module for each system."""

from collections.abc import Mapping

from phcs.core.errors import InvalidInputError, UnreadableFileError
from phcs.core.mapping.corrections import missing_of
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.mapping.targets import DATE_TARGETS, JOINED
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import RecordKind
from phcs.core.sources.plain import PLAIN
from phcs.core.sources.source import Source
from phcs.core.sources.waitwhile import WAITWHILE
from phcs.core.values.dates import decide_day_first
from phcs.core.values.texts import fold_heading

SOURCES: tuple[Source, ...] = (WAITWHILE, PLAIN)
"""Every source; the last one takes what no other recognises."""

AUTO = "auto"
KINDS = (AUTO, RecordKind.CASE.value, RecordKind.OWNER.value)

_KIND_WORDS = {RecordKind.CASE: "visits", RecordKind.OWNER: "customers"}
_NOT_IMPORTED = "not imported; kept with the row"


def source_named(key: str) -> Source:
    """Return the source of this key; raises InvalidInputError where there is none."""
    found = next((source for source in SOURCES if source.key == key), None)
    if found is None:
        names = ", ".join(source.key for source in SOURCES)
        raise InvalidInputError(f"There is no source called {key}; choose auto, {names}.")
    return found


def source_label(key: str) -> str:
    """What people call the source; the key itself where there is none of this key."""
    return next((source.label for source in SOURCES if source.key == key), key)


def recognise(reading: TableReading, *, source: str = AUTO, kind: str = AUTO) -> TableMapping:
    """Return the suggested mapping of a table; what it lacks is in `missing`, for a person to say.

    Raises UnreadableFileError for a file that holds no records at all (a report of totals) and
    InvalidInputError for an unknown source or kind.
    """
    if kind not in KINDS:
        raise InvalidInputError(f"There is no kind called {kind}; choose {', '.join(KINDS)}.")
    folded = {
        column.position: fold_heading(column.heading_given or column.heading) for column in reading.columns
    }
    names = frozenset(folded.values())
    chosen = _recognised_source(names) if source == AUTO else source_named(source)
    _refuse_reports(reading, chosen, is_auto=source == AUTO)
    labels = _label_targets(reading, chosen, folded)
    is_visit = bool(names & chosen.visit_marks or labels)
    record_kind = (RecordKind.CASE if is_visit else RecordKind.OWNER) if kind == AUTO else RecordKind(kind)
    columns = _columns(reading, chosen, record_kind, folded)
    known = sum(1 for name in folded.values() if _is_known(chosen, record_kind, name))
    mapping = TableMapping(
        source=chosen.key,
        kind=record_kind,
        reason=f"{chosen.label} {_KIND_WORDS[record_kind]}: {known} of {len(columns)} headings",
        columns=columns,
        label_groups=bool(labels),
        label_targets=labels,
        day_first=decide_day_first(_date_samples(reading, columns)),
    )
    return mapping.with_missing(missing_of(mapping))


def _recognised_source(names: frozenset[str]) -> Source:
    return next((source for source in SOURCES if source.recognises(names)), SOURCES[-1])


def _refuse_reports(reading: TableReading, chosen: Source, *, is_auto: bool) -> None:
    """Raise UnreadableFileError for headings of a file that holds no records."""
    for source in SOURCES if is_auto else (chosen,):
        for pattern, reason, sentence in source.refused:
            if any(pattern.fullmatch(column.heading_given.strip()) for column in reading.columns):
                raise UnreadableFileError(reason, sentence)


def _columns(
    reading: TableReading, source: Source, kind: RecordKind, folded: dict[int, str]
) -> tuple[ColumnMapping, ...]:
    taken: set[str] = set()
    return tuple(_column(column, folded[column.position], source, kind, taken) for column in reading.columns)


def _column(
    column: ColumnReading, name: str, source: Source, kind: RecordKind, taken: set[str]
) -> ColumnMapping:
    """Return one column's suggestion; a second phone column feeds the second phone."""
    target, confidence, reason = _suggestion(source, kind, name)
    if target == "owner.phone" and target in taken:
        target, confidence, reason = "owner.phone2", 80, "a second phone column"
    if target and target in taken and target not in JOINED:
        confidence, reason = 60, "used in rows where the column before it is blank"
    taken.add(target)
    return ColumnMapping(column.position, column.heading, target, confidence, reason)


def _suggestion(source: Source, kind: RecordKind, name: str) -> tuple[str, int, str]:
    """Return target, confidence and reason for a folded heading; a column that is passed over has no target."""
    if name in source.passed_over:
        return "", 100, source.passed_over[name]
    target = _headings_of(source, kind).get(name)
    if target:
        return target, 100, f"known {source.label} heading"
    prefix = source.field_prefix
    if prefix and name.startswith(prefix) and name[len(prefix) :] in source.field_labels:
        return source.field_labels[name[len(prefix) :]], 90, f"known {source.label} data field"
    return "", 0, _NOT_IMPORTED


def _is_known(source: Source, kind: RecordKind, name: str) -> bool:
    return _suggestion(source, kind, name)[1] > 0


def _headings_of(source: Source, kind: RecordKind) -> Mapping[str, str]:
    return source.visit_headings if kind is RecordKind.CASE else source.owner_headings


def _label_targets(reading: TableReading, source: Source, folded: dict[int, str]) -> tuple[str, ...]:
    """Return what the data-field labels feed that stand in sampled cells of columns with unknown headings."""
    if not source.field_labels:
        return ()
    free = {position for position, name in folded.items() if not _is_known(source, RecordKind.CASE, name)}
    free = {position for position in free if position + source.label_distance in free}
    cells = [sample for column in reading.columns if column.position in free for sample in column.samples]
    cells += [text for row in reading.first_rows for position, text in enumerate(row) if position in free]
    found = (source.field_labels.get(fold_heading(cell)) for cell in cells if 0 < len(cell) <= 60)
    return tuple(sorted({target for target in found if target}))


def _date_samples(reading: TableReading, columns: tuple[ColumnMapping, ...]) -> list[str]:
    positions = {column.position for column in columns if column.target in DATE_TARGETS}
    samples = [
        sample for column in reading.columns if column.position in positions for sample in column.samples
    ]
    return samples + [
        text for row in reading.first_rows for position, text in enumerate(row) if position in positions
    ]
