"""What the pets of two owners say of their owners."""

from collections.abc import Iterable, Sequence

from phcs.core.matching.evidence_points import EvidencePoint
from phcs.core.matching.known import KnownPet
from phcs.core.matching.pet_names import COMMON_PET_NAMES, known_pet_name
from phcs.core.matching.pets import are_told_apart_by_chip, describe_pet, find_pet
from phcs.core.matching.strong_identifiers import comparable_chip
from phcs.core.records import PetFacts

_SAME_CHIP = 13.0
_RARE_NAME, _COMMON_NAME, _NOT_EXACT = 7.0, 5.0, -3.0
_NONE_IN_COMMON = -1.0
_ANOTHER_CHIP = -4.0


def compare_pets(pets: Sequence[PetFacts], known: Sequence[KnownPet]) -> tuple[list[EvidencePoint], bool]:
    """Return a point for each pet of a row, and whether a microchip tells a pet of the same name apart."""
    points: list[EvidencePoint] = []
    seen = [(pet, find_pet(pet, known)) for pet in pets]
    shared = any(other is not None for _, other in seen)
    told_apart = False
    for pet, other in seen:
        told = describe_pet(pet)
        if other is not None:
            chip = comparable_chip(pet.microchip) if pet.microchip else ""
            if chip and chip == comparable_chip(other.facts.microchip):
                points.append(EvidencePoint("microchip", _SAME_CHIP, f"same microchip of {told}"))
            else:
                points.append(EvidencePoint("pet", _bits(pet, other.facts), f"same pet {told}"))
        elif not shared and (pet.name or pet.microchip) and _has_namesake(pet, known):
            told_apart = True
            points.append(EvidencePoint("microchip", _ANOTHER_CHIP, f"pet {told} has another microchip"))
        else:
            bits = _NONE_IN_COMMON if known and not shared and not points else 0.0
            points.append(EvidencePoint("pet", bits, f"another pet {told}"))
    return points, told_apart


def _has_namesake(pet: PetFacts, known: Iterable[KnownPet]) -> bool:
    return any(are_told_apart_by_chip(pet, other.facts) for other in known)


def _bits(pet: PetFacts, other: PetFacts) -> float:
    name = known_pet_name(pet.name)
    if not name:
        return 0.0
    theirs = known_pet_name(other.name)
    bits = _RARE_NAME if COMMON_PET_NAMES.isdisjoint((name, theirs)) else _COMMON_NAME
    return bits if name == theirs else bits + _NOT_EXACT
