"""An owner as somebody is about to merge it: facts, pets, cases, ids elsewhere and keys."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from phcs.core.errors import NotFoundError
from phcs.core.merging.done import MovedName
from phcs.core.merging.pets import MergingPet
from phcs.core.records import OwnerFacts, PetFacts, RecordKind
from phcs.models.plans import KeptAnswer
from phcs.models.records import Case, CasePet, ExternalId, MatchKey, Owner, Pet
from phcs.queries.among import among, checked
from phcs.queries.live_facts import facts_of


@dataclass(frozen=True, slots=True)
class MergingOwner:
    """One of the two owners. `cases` are versions by id; pets and cases include archived ones."""

    id: UUID
    version: int
    facts: OwnerFacts
    source: str
    created_at: datetime
    archived_at: datetime | None
    pets: tuple[MergingPet, ...]
    cases: dict[UUID, int]

    @property
    def is_archived(self) -> bool:
        """Whether it cannot be merged (any more)."""
        return self.archived_at is not None

    def pet(self, pet_id: UUID) -> MergingPet:
        """The pet with this id, which is there."""
        return next(pet for pet in self.pets if pet.id == pet_id)


def merging_owner(session: Session, *, organisation_id: UUID, owner_id: UUID) -> MergingOwner:
    """The owner as it is now, in three queries. Raises NotFoundError when the organisation has none with this id."""
    owner = session.scalars(
        sa.select(Owner).where(Owner.organisation_id == organisation_id, Owner.id == owner_id)
    ).one_or_none()
    if owner is None:
        raise NotFoundError("There is no such owner.")
    facts = facts_of(owner)
    assert isinstance(facts, OwnerFacts)  # noqa: S101 - an owner's
    return MergingOwner(
        id=owner.id,
        version=owner.version,
        facts=facts,
        source=owner.source,
        created_at=owner.created_at,
        archived_at=owner.archived_at,
        pets=_pets(session, organisation_id, owner_id),
        cases=_cases(session, organisation_id, owner_id),
    )


def names_of(session: Session, *, organisation_id: UUID, moves: dict[UUID, UUID]) -> tuple[MovedName, ...]:
    """The external ids of these owners and pets (any source), each with the record that it shall stand for."""
    rows = session.execute(
        sa.select(ExternalId.source, ExternalId.kind, ExternalId.external_id, ExternalId.record_id)
        .where(
            checked(ExternalId.organisation_id, organisation_id),
            among(session, ExternalId.record_id, moves),
            ExternalId.kind.in_((RecordKind.OWNER, RecordKind.PET)),
        )
        .order_by(ExternalId.source, ExternalId.kind, ExternalId.external_id)
    )
    return tuple(
        MovedName(row.source, row.kind.value, row.external_id, row.record_id, moves[row.record_id])
        for row in rows
    )


def keys_of(session: Session, *, organisation_id: UUID, owner_id: UUID) -> dict[int, int]:
    """The owner's match keys by the ids of their rows."""
    rows = session.execute(
        sa.select(MatchKey.id, MatchKey.key).where(
            checked(MatchKey.organisation_id, organisation_id), MatchKey.owner_id == owner_id
        )
    )
    return {row.id: row.key for row in rows}


def answers_to_move(session: Session, *, organisation_id: UUID, before: UUID, after: UUID) -> tuple[str, ...]:
    """The people of files about whom there is an answer for the one owner and none for the other."""
    there = aliased(KeptAnswer)
    asked = sa.select(KeptAnswer.person).where(
        KeptAnswer.organisation_id == organisation_id,
        KeptAnswer.owner_id == before,
        ~sa.exists().where(
            there.organisation_id == organisation_id,
            there.person == KeptAnswer.person,
            there.owner_id == after,
        ),
    )
    return tuple(sorted(session.scalars(asked)))


def cases_about(session: Session, *, organisation_id: UUID, pets: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The cases that are about these pets."""
    found: dict[UUID, set[UUID]] = {pet: set() for pet in pets}
    rows = session.execute(
        sa.select(CasePet.pet_id, CasePet.case_id).where(
            checked(CasePet.organisation_id, organisation_id), among(session, CasePet.pet_id, pets)
        )
    )
    for pet_id, case_id in rows:
        found[pet_id].add(case_id)
    return found


def _pets(session: Session, organisation_id: UUID, owner_id: UUID) -> tuple[MergingPet, ...]:
    rows = session.scalars(
        sa.select(Pet)
        .where(Pet.organisation_id == organisation_id, Pet.owner_id == owner_id)
        .order_by(Pet.name, Pet.id)
    )
    return tuple(_pet(pet) for pet in rows)


def _pet(pet: Pet) -> MergingPet:
    facts = facts_of(pet)
    assert isinstance(facts, PetFacts)  # noqa: S101 - a pet's
    return MergingPet(pet.id, pet.version, facts, is_archived=pet.archived_at is not None)


def _cases(session: Session, organisation_id: UUID, owner_id: UUID) -> dict[UUID, int]:
    rows = session.execute(
        sa.select(Case.id, Case.version).where(
            Case.organisation_id == organisation_id, Case.owner_id == owner_id
        )
    )
    return {row.id: row.version for row in rows}
