"""What a row of an export says: facts as texts under the names of the targets that a mapping knows.

Where reading interprets a text (services, species), the text that is read back as the same facts is chosen.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from phcs.core.records import CaseFacts, OwnerFacts, PetFacts, RecordKind
from phcs.core.values.pets import read_pets
from phcs.core.values.services import read_services

ExportRow = dict[str, str]
"""Target → text; what is not there is blank."""

OWNER_TEXTS = (
    "full_name",
    "given_name",
    "family_name",
    "phone2",
    "email",
    "address",
    "city",
    "region",
    "postal_code",
    "country",
    "birth_date",
    "notes",
)
PET_TEXTS = ("breed", "sex", "birth_date", "weight", "colour", "microchip", "sterilised", "deceased", "notes")
CASE_TEXTS = (
    "status",
    "outcome",
    "location",
    "opened_at",
    "scheduled_at",
    "closed_at",
    "pet_count",
    "notes",
)

OWNER_COLUMNS = (
    "owner.external_id",
    *(f"owner.{name}" for name in OWNER_TEXTS[:3]),
    "owner.phone",
    *(f"owner.{name}" for name in OWNER_TEXTS[3:]),
    "owner.tags",
)
PET_ID = "pet.external_id"
PET_COLUMNS = ("pet.name", "pet.species", *(f"pet.{name}" for name in PET_TEXTS))
CASE_COLUMNS = (
    "case.external_id",
    "case.services",
    *(f"case.{name}" for name in CASE_TEXTS),
    "case.tags",
)

_LIST = "; "


@dataclass(frozen=True, slots=True)
class CustomKeys:
    """The names of the custom fields that any of the records has."""

    owner: Collection[str] = ()
    case: Collection[str] = ()


def columns_of(kind: RecordKind, custom: CustomKeys) -> tuple[str, ...]:
    """The headings of an export of an owner, pet or case, in order."""
    of_owner = (*OWNER_COLUMNS, *(f"owner.custom.{key}" for key in sorted(custom.owner)))
    of_case = (*CASE_COLUMNS, *(f"case.custom.{key}" for key in sorted(custom.case)))
    if kind is RecordKind.OWNER:
        return of_owner
    return (
        (*of_owner, PET_ID, *PET_COLUMNS) if kind is RecordKind.PET else (*of_case, *of_owner, *PET_COLUMNS)
    )


def owner_row(owner_id: UUID, facts: OwnerFacts) -> ExportRow:
    """An owner; a number that could not be read stands where the phone would."""
    row = _texts("owner", facts, OWNER_TEXTS)
    row["owner.external_id"] = str(owner_id)
    row["owner.phone"] = facts.phone or facts.phone_given
    row["owner.tags"] = _LIST.join(facts.tags)
    return row | {f"owner.custom.{key}": value for key, value in facts.custom.items()}


def pet_row(facts: PetFacts) -> ExportRow:
    """One pet, without its owner."""
    row = _texts("pet", facts, PET_TEXTS)
    row["pet.name"] = facts.name
    row["pet.species"] = _species_text(facts)
    return row


def case_row(case_id: UUID, facts: CaseFacts, pets: Sequence[PetFacts]) -> ExportRow:
    """A case with its pets, without its owner.

    Several pets share the cells for name, species and breed; what else is known of each stands in the export of pets.
    """
    row = _texts("case", facts, CASE_TEXTS)
    row["case.external_id"] = str(case_id)
    row["case.services"] = _services_text(facts)
    row["case.tags"] = _LIST.join(facts.tags)
    row |= {f"case.custom.{key}": value for key, value in facts.custom.items()}
    return row | (pet_row(pets[0]) if len(pets) == 1 else _pets_row(pets))


def _pets_row(pets: Sequence[PetFacts]) -> ExportRow:
    if not pets:
        return {}
    species = [_species_text(pet) for pet in pets]
    breeds = {pet.breed for pet in pets}
    return {
        "pet.name": ", ".join(pet.name for pet in pets),
        "pet.species": species[0] if len(set(species)) == 1 else ", ".join(species),
        "pet.breed": breeds.pop() if len(breeds) == 1 else "",
    }


def _texts(kind: str, facts: OwnerFacts | PetFacts | CaseFacts, names: Iterable[str]) -> ExportRow:
    return {f"{kind}.{name}": getattr(facts, name) for name in names}


def _services_text(facts: CaseFacts) -> str:
    """The source's own words where they are read as these services, else the services' names."""
    if read_services(facts.service_given).services == facts.services:
        return facts.service_given
    return _LIST.join(facts.services)


def _species_text(facts: PetFacts) -> str:
    """The source's own words where they are read as this species and age class, else words of ours that are."""
    wanted = (facts.species, facts.age_class)
    words = (facts.species_given, f"{facts.age_class} {facts.species}".strip(), facts.species)
    for text in chain(words, (facts.species_given,)):
        pets = read_pets(facts.name, text, "").pets
        if len(pets) == 1 and (pets[0].species, pets[0].age_class) == wanted:
            return text
    return facts.species_given or facts.species
