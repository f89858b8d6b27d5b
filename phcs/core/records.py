"""The record kinds and their facts, declared once, in PHCS's own words.

Facts are source-neutral and textual: dates are ISO 8601 text, times are ISO 8601 in UTC
(`2026-05-24T09:00:00+00:00`), '' means that the source says nothing. Typed columns are in `models`.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, field
from enum import StrEnum
from operator import attrgetter
from typing import Any

from phcs.core.history import HISTORY, HistoryFacts
from phcs.core.immutable import immutable


class RecordKind(StrEnum):
    """What a record is about; parents stand before their children."""

    OWNER = "owner"
    PET = "pet"
    CASE = "case"
    PRODUCT = "product"
    MEDICAL_RECORD = "medical_record"
    VACCINATION = "vaccination"
    APPOINTMENT = "appointment"
    INVOICE = "invoice"
    INVOICE_LINE = "invoice_line"
    PAYMENT = "payment"
    DOCUMENT = "document"

    @property
    def is_history(self) -> bool:
        """Whether it is declared in `core.history`: no person, no animal, no case."""
        return self.value in HISTORY


HISTORY_KINDS = tuple(kind for kind in RecordKind if kind.is_history)


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


@immutable
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


@immutable
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


@immutable
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


Facts = OwnerFacts | PetFacts | CaseFacts | HistoryFacts

FACTS: dict[RecordKind, type[Facts]] = {
    RecordKind.OWNER: OwnerFacts,
    RecordKind.PET: PetFacts,
    RecordKind.CASE: CaseFacts,
    **{kind: HISTORY[kind.value].facts for kind in HISTORY_KINDS},
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


@immutable
class RowRecord:
    """What one source row says.

    External ids are the source's own, '' where it gives none. `skip` is the code of the finding that
    tells why the whole row is passed over (staff block, anonymised), '' for a row that is imported.

    A row of a table of pets names its pet by `pet_external_id`; where it states no owner, `owner_external_id` alone
    says whose pet it is. A row of a kind of history states `history`, its own id, and by `owner_external_id`,
    `pet_external_id` and `invoice_external_id` to whom it belongs; the facts that link to them are blank until planned.
    """

    owner: OwnerFacts | None = None
    owner_external_id: str = ""
    pets: tuple[PetFacts, ...] = ()
    case: CaseFacts | None = None
    case_external_id: str = ""
    skip: str = ""
    pet_external_id: str = ""
    history: HistoryFacts | None = None
    history_external_id: str = ""
    invoice_external_id: str = ""


def record_as_json(record: RowRecord) -> dict[str, Any]:
    """Return what a row says as plain data, without facts that say nothing; `record_from_json` turns it back."""
    more: dict[str, Any] = {name: told for name in _MORE_IDS if (told := getattr(record, name))}
    if record.history is not None:
        more["history"] = {
            "kind": KIND_OF_FACTS[type(record.history)].value,
            **facts_as_json(record.history),
        }
    return more | {
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
        history=_history_from_json(data["history"]) if data.get("history") else None,
        **{name: data[name] for name in _MORE_IDS if name in data},
    )


_MORE_IDS = ("pet_external_id", "history_external_id", "invoice_external_id")
KIND_OF_FACTS: dict[type[Facts], RecordKind] = {facts: kind for kind, facts in FACTS.items()}


def _history_from_json(data: Mapping[str, Any]) -> HistoryFacts:
    stated = {name: value for name, value in data.items() if name != "kind"}
    return HISTORY[data["kind"]].facts(**stated)


def record_in_full(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain data with every fact, for people and programs that read records."""
    return asdict(record_from_json(data))


_LISTS = frozenset(
    name
    for facts in FACTS.values()
    for name, fact in facts.__dataclass_fields__.items()
    if fact.default == ()
)


def _with_tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    lists = _LISTS & data.keys()
    return {**data, **{name: tuple(data[name]) for name in lists}} if lists else dict(data)
