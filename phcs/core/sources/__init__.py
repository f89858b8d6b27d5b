"""Which system an export comes from and what its columns feed. One module for each system."""

from dataclasses import replace

from phcs.core.errors import InvalidInputError, UnreadableFileError
from phcs.core.mapping.column_decisions import decide_columns
from phcs.core.mapping.corrections import missing_of
from phcs.core.mapping.dropping import SENSITIVE
from phcs.core.mapping.heading_vocabulary import Meaning
from phcs.core.mapping.heading_words import MEANINGS, tells_a_rate, words_of
from phcs.core.mapping.similar_headings import is_sensitive_heading
from phcs.core.mapping.suggesting import PRESELECT, KnownColumn, suggest_columns
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.mapping.targets import AMOUNT_TARGETS, DATE_TARGETS, is_target, may_feed
from phcs.core.reading.tables import TableReading
from phcs.core.records import RecordKind
from phcs.core.sources.animal_shelter_manager import ANIMAL_SHELTER_MANAGER
from phcs.core.sources.brevo import BREVO
from phcs.core.sources.calendar_files import CALENDAR
from phcs.core.sources.contact_cards import CONTACT_CARDS
from phcs.core.sources.contact_records import CONTACT_RECORDS
from phcs.core.sources.google_contacts import GOOGLE_CONTACTS
from phcs.core.sources.hubspot import HUBSPOT
from phcs.core.sources.mailchimp import MAILCHIMP
from phcs.core.sources.okvet import OKVET
from phcs.core.sources.open_dental import OPEN_DENTAL
from phcs.core.sources.outlook import OUTLOOK
from phcs.core.sources.own_export import PHCS
from phcs.core.sources.petpoint import PETPOINT
from phcs.core.sources.plain import PLAIN, kind_told_by
from phcs.core.sources.recognising import Recognised, recognised
from phcs.core.sources.salesforce import SALESFORCE
from phcs.core.sources.shelterluv import SHELTERLUV
from phcs.core.sources.shopify import SHOPIFY
from phcs.core.sources.source import Source
from phcs.core.sources.vetdata import VETDATA
from phcs.core.sources.waitwhile import WAITWHILE
from phcs.core.values.dates import decide_day_first
from phcs.core.values.texts import fold_heading

SOURCES: tuple[Source, ...] = (
    WAITWHILE,
    OKVET,
    GOOGLE_CONTACTS,
    OUTLOOK,
    HUBSPOT,
    SALESFORCE,
    SHOPIFY,
    MAILCHIMP,
    BREVO,
    SHELTERLUV,
    PETPOINT,
    ANIMAL_SHELTER_MANAGER,
    VETDATA,
    OPEN_DENTAL,
    CALENDAR,
    CONTACT_CARDS,
    PHCS,
    CONTACT_RECORDS,
    PLAIN,
)
"""Every source; the last one takes what no other recognises."""

AUTO = "auto"
KINDS = (AUTO, *(kind.value for kind in RecordKind))

_DATA_FIELD_CONFIDENCE = 90
_PLAIN_CONFIDENCE = 95
_ENTRIES = frozenset(
    "created creation creado creada creacion registration registro record form timestamp entered ingreso".split()
)
_OCCASIONS = frozenset(word for word, meaning in MEANINGS.items() if meaning is Meaning.VISIT) - _ENTRIES
_TELLING_OF_VISITS = frozenset(
    {"case.services", "case.outcome", "case.scheduled_at", "case.closed_at", "case.pet_count"}
)
_NAMED = frozenset({"owner.full_name", "pet.name"})
"""`Client #` is a number, though it folds to the known heading `Client`."""


def source_named(key: str) -> Source:
    """Return the source of this key; raises InvalidInputError where there is none."""
    found = next((source for source in SOURCES if source.key == key), None)
    if found is None:
        names = ", ".join(source.key for source in SOURCES)
        raise InvalidInputError(f"There is no source called {key}; choose auto, {names}.")
    return found


def require_on_offer(*, source: str, kind: str) -> None:
    """Raise InvalidInputError unless people may choose this source and this kind of rows from the lists."""
    if source not in {AUTO, *(one.key for one in SOURCES)} or kind not in KINDS:
        raise InvalidInputError("That source or kind is not on offer. Choose one from the list.")


def source_label(key: str) -> str:
    """What people call the source; the key itself where there is none of this key."""
    return next((source.label for source in SOURCES if source.key == key), key)


def recognise(reading: TableReading, *, source: str = AUTO, kind: str = AUTO) -> TableMapping:
    """Return the suggested mapping of a table; what it lacks is in `missing`, for a person to say.

    Raises UnreadableFileError for a file that holds no records at all (a report of totals) or records of a
    kind that PHCS cannot import yet, and InvalidInputError for an unknown source or kind.
    """
    if kind not in KINDS:
        raise InvalidInputError(f"There is no kind called {kind}; choose {', '.join(KINDS)}.")
    folded = _folded(reading)
    given = _of_format(reading.format) if source == AUTO else source_named(source)
    _refuse_reports(reading, SOURCES if given is None else (given,))
    wanted = None if kind == AUTO else RecordKind(kind)
    labels = {one.key: _label_targets(reading, one, folded) for one in SOURCES if one.field_labels}
    found = recognised(
        folded, SOURCES, given=given, kind=wanted, labelled={key for key in labels if labels[key]}
    )
    if found.export.not_yet and wanted is None:
        raise UnreadableFileError("file.kind_not_yet", found.export.not_yet)
    if found.source is PLAIN and wanted is None:
        found = _by_meaning(reading, found, folded)
    known = _known_columns(reading, found, folded)
    columns = _with_labels(suggest_columns(reading, known, kind=found.kind), found, folded)
    is_plain = found.source is PLAIN
    understood = sum(column.confidence >= PRESELECT for column in columns) if is_plain else len(known)
    label_targets = labels.get(found.source.key, ())
    mapping = TableMapping(
        source=found.source.key,
        kind=found.kind,
        reason=found.reason(known=understood, columns=len(columns)),
        columns=columns,
        constants=tuple(one for one in found.export.constants if may_feed(one[0], found.kind)),
        label_groups=bool(label_targets),
        label_targets=label_targets,
        day_first=decide_day_first(_date_samples(reading, columns)),
        confidence=round(100 * understood / len(columns)) if is_plain and columns else found.confidence,
    )
    return decide_columns(mapping.with_missing(missing_of(mapping)), reading.facts)


def _with_labels(
    columns: tuple[ColumnMapping, ...], found: Recognised, folded: dict[int, str]
) -> tuple[ColumnMapping, ...]:
    """Return the columns, with their headings before their cells where the export asks for it."""
    labelled = found.export.labelled
    return tuple(
        replace(column, labelled=True) if column.target and folded[column.position] in labelled else column
        for column in columns
    )


def _of_format(file_format: str) -> Source | None:
    """Return the source whose files alone have this format: a calendar needs no signature."""
    return next((source for source in SOURCES if file_format in source.formats), None)


def _folded(reading: TableReading) -> dict[int, str]:
    return {
        column.position: fold_heading(column.heading_given or column.heading) for column in reading.columns
    }


def _refuse_reports(reading: TableReading, sources: tuple[Source, ...]) -> None:
    """Raise UnreadableFileError for headings of a file that holds no records."""
    for source in sources:
        for pattern, reason, sentence in source.refused:
            if any(pattern.fullmatch(column.heading_given.strip()) for column in reading.columns):
                raise UnreadableFileError(reason, sentence)


def _by_meaning(reading: TableReading, found: Recognised, folded: dict[int, str]) -> Recognised:
    """Return a hand-made list as what the meaning of its headings says, though no exact heading tells of a visit."""
    told = kind_told_by(frozenset(folded.values()), title=reading.part or reading.member or reading.name)
    if told is not None:
        return found.with_export(next(one for one in PLAIN.exports if one.kind is told))
    visits = PLAIN.exports[0]
    if found.export is visits:
        return found
    as_visits = found.with_export(visits)
    columns = suggest_columns(reading, _known_columns(reading, as_visits, folded), kind=RecordKind.CASE)
    return as_visits if any(map(_tells_of_a_visit, columns)) else found


def _tells_of_a_visit(column: ColumnMapping) -> bool:
    """Say whether this column makes a row a visit; the day on which a person was entered does not."""
    if column.confidence < PRESELECT:
        return False
    words = set(words_of(column.heading))
    if column.target == "case.opened_at":
        return not words & _ENTRIES
    return column.target in _TELLING_OF_VISITS or (
        column.target == "case.status" and bool(words & _OCCASIONS)
    )


def _known_columns(
    reading: TableReading, found: Recognised, folded: dict[int, str]
) -> dict[int, KnownColumn]:
    return {
        column.position: known
        for column in reading.columns
        if (known := _known(found, folded[column.position], column.heading_given)) is not None
    }


def _known(found: Recognised, name: str, heading: str) -> KnownColumn | None:
    """Return what the source's declaration, else the plain list's, says of a folded heading."""
    source = found.source
    if name in source.sensitive:
        return KnownColumn("", 100, SENSITIVE)
    if name in source.passed_over:
        return KnownColumn("", 100, source.passed_over[name])
    target = "" if source is PLAIN else found.export.headings.get(name)
    if source.headings_are_targets and heading and is_target(heading):
        target = heading
    if target and not may_feed(target, found.kind):
        target = ""
    if target:
        return KnownColumn(target, 100, f"known {source.label} heading")
    prefix = source.field_prefix
    if prefix and name.startswith(prefix) and name[len(prefix) :] in source.field_labels:
        target = source.field_labels[name[len(prefix) :]]
        return KnownColumn(target, _DATA_FIELD_CONFIDENCE, f"known {source.label} data field")
    if is_sensitive_heading(heading):
        return KnownColumn("", 100, SENSITIVE)
    target = found.plain_headings.get(name)
    if (target in _NAMED and "#" in heading) or (target in AMOUNT_TARGETS and tells_a_rate(heading)):
        return None
    return KnownColumn(target, _PLAIN_CONFIDENCE, "known heading") if target else None


def _label_targets(reading: TableReading, source: Source, folded: dict[int, str]) -> tuple[str, ...]:
    """Return what the data-field labels feed that stand in sampled cells of columns with unknown headings."""
    visits = Recognised(source, source.exports[0], 0)
    free = {
        column.position
        for column in reading.columns
        if _known(visits, folded[column.position], column.heading_given) is None
    }
    answers = source.answer_positions({position: folded[position] for position in free})
    free = {position for position in free if answers[position] in free}
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
