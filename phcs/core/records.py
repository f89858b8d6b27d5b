"""The record kinds and their facts, declared once, in PHCS's own words.

Facts are source-neutral and textual: dates are ISO 8601 text, times are ISO 8601 in UTC
(`2026-05-24T09:00:00+00:00`), '' means that the source says nothing. Typed columns are in `models`.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import Any


class RecordKind(StrEnum):
    """What a record is about."""

    OWNER = "owner"
    PET = "pet"
    CASE = "case"


class CaseStatus(StrEnum):
    """Where a request for help stands."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    CLOSED = "closed"
    ARCHIVED = "archived"


class ServiceType(StrEnum):
    """What help was asked for."""

    FOOD = "food"
    MEDICAL = "medical"
    BOARDING = "boarding"
    BEHAVIOURAL = "behavioural"
    OTHER = "other"


class Species(StrEnum):
    """What kind of animal a pet is; OTHER keeps the given word in `species_given`."""

    DOG = "dog"
    CAT = "cat"
    RABBIT = "rabbit"
    BIRD = "bird"
    FERRET = "ferret"
    RODENT = "rodent"
    REPTILE = "reptile"
    FISH = "fish"
    HORSE = "horse"
    FARM = "farm"
    OTHER = "other"


class AgeClass(StrEnum):
    """How grown up a pet is, where the source says so."""

    ADULT = "adult"
    PUPPY = "puppy"
    KITTEN = "kitten"
    SENIOR = "senior"
    INFANT = "infant"


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """The person a pet belongs to. `phone` and `phone2` are E.164 or ''; `phone_given` is as typed."""

    full_name: str = ""
    given_name: str = ""
    family_name: str = ""
    phone: str = ""
    phone_given: str = ""
    phone2: str = ""
    email: str = ""
    address: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    birth_date: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    custom: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PetFacts:
    """An animal; the name may be unknown ('')."""

    name: str = ""
    species: str = ""
    species_given: str = ""
    age_class: str = ""
    breed: str = ""
    sex: str = ""
    birth_date: str = ""
    weight: str = ""
    colour: str = ""
    microchip: str = ""
    sterilised: str = ""
    deceased: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A request for help. `services` holds ServiceType values; `pet_count` is '' or a whole number.

    A live case has a status; '' is what a source says that leaves it blank.
    """

    status: str = ""
    services: tuple[str, ...] = ()
    service_given: str = ""
    outcome: str = ""
    location: str = ""
    opened_at: str = ""
    closed_at: str = ""
    scheduled_at: str = ""
    pet_count: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    custom: dict[str, str] = field(default_factory=dict)


Facts = OwnerFacts | PetFacts | CaseFacts

FACTS: dict[RecordKind, type[Facts]] = {
    RecordKind.OWNER: OwnerFacts,
    RecordKind.PET: PetFacts,
    RecordKind.CASE: CaseFacts,
}


def fact_names(kind: RecordKind) -> tuple[str, ...]:
    """The names of a kind's facts, in declared order."""
    return tuple(FACTS[kind].__dataclass_fields__)


def facts_from_json(kind: RecordKind, data: dict[str, Any]) -> Facts:
    """Facts out of what orjson wrote of all of them, or of `facts_as_json`; lists become tuples again."""
    facts: Any = FACTS[kind]
    made: Facts = facts(**_with_tuples(data))
    return made


def facts_as_json(facts: Facts) -> dict[str, Any]:
    """Return the facts that say something, as `facts_from_json` takes them."""
    names, values_of = _VALUES_OF[type(facts)]
    return {name: value for name, value in zip(names, values_of(facts), strict=True) if value}


_VALUES_OF: dict[type[Facts], tuple[tuple[str, ...], Callable[[Facts], tuple[Any, ...]]]] = {
    FACTS[kind]: (fact_names(kind), attrgetter(*fact_names(kind))) for kind in RecordKind
}


@dataclass(frozen=True, slots=True)
class RowRecord:
    """What one source row says.

    External ids are the source's own, '' where it gives none. `skip` is the code of the finding that
    tells why the whole row is passed over (staff block, anonymised), '' for a row that is imported.
    """

    owner: OwnerFacts | None = None
    owner_external_id: str = ""
    pets: tuple[PetFacts, ...] = ()
    case: CaseFacts | None = None
    case_external_id: str = ""
    skip: str = ""


def record_as_json(record: RowRecord) -> dict[str, Any]:
    """Return what a row says as plain data, without facts that say nothing; `record_from_json` turns it back."""
    return {
        "owner": None if record.owner is None else facts_as_json(record.owner),
        "owner_external_id": record.owner_external_id,
        "pets": [facts_as_json(pet) for pet in record.pets],
        "case": None if record.case is None else facts_as_json(record.case),
        "case_external_id": record.case_external_id,
        "skip": record.skip,
    }


def record_from_json(data: Mapping[str, Any]) -> RowRecord:
    """Return the record that `record_as_json` described."""
    owner, case = data["owner"], data["case"]
    return RowRecord(
        owner=None if owner is None else OwnerFacts(**_with_tuples(owner)),
        owner_external_id=data["owner_external_id"],
        pets=tuple(PetFacts(**_with_tuples(pet)) for pet in data["pets"]),
        case=None if case is None else CaseFacts(**_with_tuples(case)),
        case_external_id=data["case_external_id"],
        skip=data["skip"],
    )


def record_in_full(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain data with every fact, for people and programs that read records."""
    return asdict(record_from_json(data))


def _with_tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
