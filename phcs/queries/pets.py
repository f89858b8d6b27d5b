"""Pets: the list, one page, and the lines that other pages show of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.records import RecordKind, Species
from phcs.models.records import Owner, Pet
from phcs.queries.paging import PAGE_SIZE, Page, page_of
from phcs.queries.provenance import Provenance, RecordFact, provenance_of, record_facts
from phcs.queries.searching import RecordFilter, cleaned_search, holds_text, is_shown


@dataclass(frozen=True, slots=True)
class PetFilter(RecordFilter):
    """Which pets are wanted; the default wants all that are not archived."""

    species: Species | None = None
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PetLine:
    """A pet in a list; the name may be unknown ('')."""

    id: UUID
    name: str
    species: str
    species_given: str
    age_class: str
    breed: str
    owner_id: UUID
    owner_name: str
    source: str
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class PetPage:
    """A pet with its owner, and where it came from."""

    line: PetLine
    facts: tuple[RecordFact, ...]
    created_at: datetime
    updated_at: datetime
    import_id: UUID | None
    provenance: Provenance
    merged_into: UUID | None
    """The pet that it was merged with."""


def pet_lines(
    session: Session,
    *,
    organisation_id: UUID,
    wanted: PetFilter,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[PetLine]:
    """Pets by name, in one query; those without a name come first."""
    found = page_of(
        session,
        sa.select(Pet, Owner.full_name)
        .join(Owner, sa.and_(Owner.id == Pet.owner_id, Owner.organisation_id == organisation_id))
        .where(*_conditions(organisation_id, wanted)),
        keys=[Pet.name, Pet.id],
        cursor=cursor,
        size=size,
    )
    return found.of(lambda row: _line(row[0], row[1]))


def pet_page(session: Session, *, organisation_id: UUID, pet_id: UUID) -> PetPage:
    """One pet. Raises NotFoundError when this organisation has none with this id."""
    asked = (
        sa.select(Pet, Owner.full_name)
        .join(Owner, sa.and_(Owner.id == Pet.owner_id, Owner.organisation_id == organisation_id))
        .where(Pet.organisation_id == organisation_id, Pet.id == pet_id)
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        raise NotFoundError("There is no such pet.")
    pet, owner_name = found
    provenance = provenance_of(
        session,
        organisation_id=organisation_id,
        kind=RecordKind.PET,
        record_id=pet.id,
    )
    return PetPage(
        line=_line(pet, owner_name),
        facts=record_facts(pet, kind=RecordKind.PET, origins=provenance.origins),
        created_at=pet.created_at,
        updated_at=pet.updated_at,
        import_id=pet.import_id,
        provenance=provenance,
        merged_into=pet.merged_into,
    )


def pet_says(text: str) -> sa.ColumnElement[bool]:
    """A pet (beside its owner) is found by what somebody typed; every pet by nothing."""
    if not (text := cleaned_search(text)):
        return sa.true()
    return sa.or_(*[holds_text(column, text) for column in (Pet.name, Pet.microchip, Owner.full_name)])


def _conditions(organisation_id: UUID, wanted: PetFilter) -> list[sa.ColumnElement[bool]]:
    found = [Pet.organisation_id == organisation_id, *is_shown(Pet, organisation_id, wanted)]
    found.append(pet_says(wanted.text))
    if wanted.species:
        found.append(Pet.species == wanted.species.value)
    if wanted.owner_id:
        found.append(Pet.owner_id == wanted.owner_id)
    return found


def _line(pet: Pet, owner_name: str) -> PetLine:
    return PetLine(
        id=pet.id,
        name=pet.name,
        species=pet.species,
        species_given=pet.species_given,
        age_class=pet.age_class,
        breed=pet.breed,
        owner_id=pet.owner_id,
        owner_name=owner_name,
        source=pet.source,
        archived_at=pet.archived_at,
    )
