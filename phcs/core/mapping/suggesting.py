"""What each column of a table probably feeds, one to one over all columns, with confidence and reason.

A known heading says it for certain; else the words of the heading do, and what the values look like. What
is less sure than `PRESELECT` is never chosen, only offered (`ColumnMapping.suggested`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from phcs.core.mapping.assigning import assigned
from phcs.core.mapping.companions import completing_target
from phcs.core.mapping.heading_words import words_of
from phcs.core.mapping.similar_headings import UNSURE, Candidate, similar_headings
from phcs.core.mapping.tables import ColumnMapping
from phcs.core.mapping.targets import JOINED
from phcs.core.mapping.value_looks import Look, contradicts, look_of, telling_values
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import RecordKind
from phcs.core.values.texts import fold_heading

PRESELECT = 70
"""A column is mapped by itself from this confidence (of 100) on."""

NOT_IMPORTED = "not imported; kept with the row"
ANOTHER_COLUMN = "another column feeds this field"

_BY_VALUES = 75
_AGREEING = 8
_MOST = 95
_SECOND_PHONE = 80

_TARGET_OF_LOOK: dict[Look, str] = {
    Look.EMAILS: "owner.email",
    Look.PHONES: "owner.phone",
    Look.MICROCHIPS: "pet.microchip",
    Look.SPECIES: "pet.species",
    Look.SEXES: "pet.sex",
    Look.WEIGHTS: "pet.weight",
}
_LOOK_OF_TARGET: dict[str, Look] = {
    "owner.email": Look.EMAILS,
    "owner.phone": Look.PHONES,
    "owner.phone2": Look.PHONES,
    "owner.birth_date": Look.DATES,
    "pet.birth_date": Look.DATES,
    "case.opened_at": Look.DATES,
    "case.scheduled_at": Look.DATES,
    "case.closed_at": Look.DATES,
}
_OF_PEOPLE = frozenset({RecordKind.OWNER, RecordKind.CASE})
_BARE_BIRTH = "dob"
_FEEDING_NOTHING = frozenset("column columna field campo col value valor f x unnamed sin titulo".split())


@dataclass(frozen=True, slots=True)
class KnownColumn:
    """What the source's declaration says of a column: a target ('' for one passed over), or nothing at all."""

    target: str
    confidence: int
    reason: str


def suggest_columns(
    reading: TableReading, known: Mapping[int, KnownColumn], *, kind: RecordKind
) -> tuple[ColumnMapping, ...]:
    """Return every column's suggestion; `known` (by position) is what the source's exact headings say."""
    pet_told = _tells_of_pets(reading, known, kind)
    if not pet_told and kind in _OF_PEOPLE:
        known = _of_the_person(known, reading)
    known = {**known, **_completing(reading, kind)}
    candidates = {
        column.position: _candidates(column, reading, known.get(column.position), kind, has_pets=pet_told)
        for column in reading.columns
    }
    chosen = _chosen(candidates)
    columns = tuple(
        _column(column, candidates[column.position], chosen.get(column.position), known.get(column.position))
        for column in reading.columns
    )
    return _with_split_names(columns, reading)


def _of_the_person(known: Mapping[int, KnownColumn], reading: TableReading) -> dict[int, KnownColumn]:
    """Return a bare `DOB`, which most lists have of a pet, as the person's: no column tells of pets."""
    bare = {column.position for column in reading.columns if fold_heading(column.heading) == _BARE_BIRTH}
    return {
        position: replace(one, target="owner.birth_date") if one.target and position in bare else one
        for position, one in known.items()
    }


def _completing(reading: TableReading, kind: RecordKind) -> dict[int, KnownColumn]:
    """Return the columns that complete a date or a weight, which their values tell surer than any heading."""
    return {
        column.position: KnownColumn(target, _MOST, "completes another column")
        for column in reading.columns
        if (target := completing_target(column.heading_given, _values_of(column, reading), kind))
    }


def _candidates(
    column: ColumnReading,
    reading: TableReading,
    known: KnownColumn | None,
    kind: RecordKind,
    *,
    has_pets: bool,
) -> tuple[Candidate, ...]:
    if known is not None:
        return (
            _with_second_phone((Candidate(known.target, known.confidence, known.reason),))
            if known.target
            else ()
        )
    heading = column.heading_given or column.heading
    values = _values_of(column, reading)
    by_heading = tuple(_weighed(one, values, has_pets=has_pets) for one in similar_headings(heading, kind))
    found = {one.target: one for one in (*_by_values(column, values), *by_heading) if one.confidence > 0}
    return _with_second_phone(tuple(found.values()))


def _weighed(candidate: Candidate, values: tuple[str, ...], *, has_pets: bool) -> Candidate:
    """Return the candidate surer where its values agree, and less sure where they say otherwise."""
    confidence, reason = candidate.confidence, candidate.reason
    if candidate.target == "owner.birth_date" and has_pets and confidence < _SECOND_PHONE:
        confidence = UNSURE
    if (
        candidate.target.startswith("pet.")
        and not has_pets
        and candidate.target in ("pet.sex", "pet.birth_date")
    ):
        confidence = min(confidence, UNSURE)
    look = _LOOK_OF_TARGET.get(candidate.target)
    if look is not None and contradicts(values, look):
        return Candidate(
            candidate.target, min(confidence, UNSURE) - 10, f"{reason}, but values are no {look}"
        )
    if look is not None and look_of(values) is look:
        return Candidate(
            candidate.target, min(confidence + _AGREEING, _MOST), f"{reason}; values look like {look}"
        )
    return Candidate(candidate.target, confidence, reason)


def _by_values(column: ColumnReading, values: tuple[str, ...]) -> tuple[Candidate, ...]:
    """Return what the values alone tell; they choose only where the heading says nothing at all."""
    look = look_of(values)
    target = _TARGET_OF_LOOK.get(look) if look is not None else None
    if target is None:
        return ()
    words = [word for word in words_of(column.heading_given) if not word.isdigit()]
    says_nothing = all(word in _FEEDING_NOTHING for word in words)
    return (Candidate(target, _BY_VALUES if says_nothing else UNSURE, f"values look like {look}"),)


def _with_second_phone(given: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Return the candidates with the second phone for what may be a phone: two columns may hold numbers."""
    phone = next((one for one in given if one.target == "owner.phone"), None)
    if phone is None or any(one.target == "owner.phone2" for one in given):
        return given
    confidence = min(phone.confidence - 5, _SECOND_PHONE)
    return (*given, Candidate("owner.phone2", confidence, "a second phone column"))


def _chosen(candidates: Mapping[int, Sequence[Candidate]]) -> dict[int, Candidate]:
    """Return each column's candidate; fields that several columns feed together need no assignment."""
    chosen: dict[int, Candidate] = {}
    single: dict[int, list[Candidate]] = {}
    for position, given in candidates.items():
        best = max(given, key=lambda one: one.confidence, default=None)
        if best is not None and best.target in JOINED:
            chosen[position] = best
        else:
            single[position] = [
                one for one in given if one.target not in JOINED and one.confidence >= PRESELECT
            ]
    return chosen | assigned({position: given for position, given in single.items() if given})


def _column(
    column: ColumnReading, given: Sequence[Candidate], chosen: Candidate | None, known: KnownColumn | None
) -> ColumnMapping:
    position, heading = column.position, column.heading
    if chosen is not None and chosen.confidence >= PRESELECT:
        return ColumnMapping(position, heading, chosen.target, chosen.confidence, chosen.reason)
    best = max(given, key=lambda one: one.confidence, default=None)
    if best is not None:
        reason = ANOTHER_COLUMN if best.confidence >= PRESELECT else best.reason
        return ColumnMapping(position, heading, "", min(best.confidence, PRESELECT - 1), reason, best.target)
    if known is not None:
        return ColumnMapping(position, heading, "", known.confidence, known.reason)
    return ColumnMapping(position, heading, "", 0, NOT_IMPORTED)


def _values_of(column: ColumnReading, reading: TableReading) -> tuple[str, ...]:
    position = column.position
    in_rows = (row[position] for row in reading.first_rows if position < len(row))
    return telling_values((*column.samples, *in_rows))


def _tells_of_pets(reading: TableReading, known: Mapping[int, KnownColumn], kind: RecordKind) -> bool:
    """Say whether some column names a pet, its species or its breed: only then is a bare `Sex` the pet's."""
    telling = {"pet.name", "pet.species", "pet.breed"}
    if any(one.target in telling for one in known.values()):
        return True
    headings = (column.heading_given for column in reading.columns if column.position not in known)
    return any(
        one.target in telling and one.confidence >= PRESELECT
        for heading in headings
        for one in similar_headings(heading, kind)
    )


def _with_split_names(columns: tuple[ColumnMapping, ...], reading: TableReading) -> tuple[ColumnMapping, ...]:
    """Return the columns with `Nombre` beside `Apellidos` as given name, unless its values hold both."""
    by_target = {column.target: column for column in columns if column.target}
    whole, family = by_target.get("owner.full_name"), by_target.get("owner.family_name")
    if whole is None or family is None or "owner.given_name" in by_target:
        return columns
    if "fullname" in words_of(whole.heading) or _holds_both(whole.position, family.position, reading):
        return columns
    given = replace(whole, target="owner.given_name", reason="a name beside a column of family names")
    return tuple(given if column is whole else column for column in columns)


def _holds_both(name: int, family: int, reading: TableReading) -> bool:
    pairs = [
        (row[name].split(), row[family].split())
        for row in reading.first_rows
        if max(name, family) < len(row) and row[name].strip() and row[family].strip()
    ]
    return any(last[-1] in first for first, last in pairs)
