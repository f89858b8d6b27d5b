"""Which pets of two owners are one animal: proposed by the rule of imports, decided by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from phcs.core.errors import InvalidInputError
from phcs.core.matching.known import KnownPet
from phcs.core.matching.pets import find_pet
from phcs.core.records import PetFacts

SamePets = Mapping[UUID, UUID]
"""Pets of the other owner → pets of the staying one that they are."""


@dataclass(frozen=True, slots=True)
class MergingPet:
    """A pet of one of the two owners, as it is now."""

    id: UUID
    version: int
    facts: PetFacts
    is_archived: bool = False


def same_pets(kept: Sequence[MergingPet], other: Sequence[MergingPet]) -> dict[UUID, UUID]:
    """Return the pets of the other owner that the rule of imports takes for one of the staying owner's."""
    known = [
        KnownPet(pet.id, pet.version, planned=False, facts=pet.facts) for pet in kept if not pet.is_archived
    ]
    found: dict[UUID, UUID] = {}
    for pet in other:
        free = [one for one in known if one.id not in found.values()]
        same = None if pet.is_archived else find_pet(pet.facts, free)
        if same is not None:
            found[pet.id] = same.id
    return found


def checked_same_pets(
    kept: Sequence[MergingPet], other: Sequence[MergingPet], chosen: SamePets
) -> dict[UUID, UUID]:
    """Return the person's choice. Raises InvalidInputError for pets that are not there or are named twice."""
    mine = {pet.id for pet in kept if not pet.is_archived}
    theirs = {pet.id for pet in other if not pet.is_archived}
    if not set(chosen) <= theirs or not set(chosen.values()) <= mine:
        raise InvalidInputError("A pet that was chosen is not there any more. Look at the two owners again.")
    if len(set(chosen.values())) < len(chosen):
        raise InvalidInputError("Two pets cannot both be the same third pet. Choose it for one of them.")
    return dict(chosen)
