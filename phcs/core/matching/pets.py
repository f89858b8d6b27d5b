"""Which of an owner's pets a row speaks of: by microchip, else by name and species."""

from collections.abc import Collection, Iterable
from uuid import UUID

from rapidfuzz.distance import OSA

from phcs.core.matching.known import KnownPet
from phcs.core.records import PetFacts, Species
from phcs.core.values.texts import fold


def find_pet(pet: PetFacts, known: Iterable[KnownPet], *, taken: Collection[UUID] = ()) -> KnownPet | None:
    """Return the known pet that this one is, or None for another pet.

    A microchip decides alone. Otherwise the name is equal, or one letter apart, and the species is
    not another. An unknown name is only an unknown name of the same species and age class. Pets in
    `taken` are those that the row has named already: a second unknown dog is a second dog.
    """
    close = None
    for other in known:
        if pet.microchip and other.facts.microchip:
            if pet.microchip == other.facts.microchip:
                return other
            continue
        if _species_differs(pet, other.facts):
            continue
        if not pet.name or not other.facts.name:
            if other.id not in taken and _same_unknown(pet, other.facts):
                return other
        elif fold(pet.name) == fold(other.facts.name):
            return other
        elif close is None and other.id not in taken and _one_letter_apart(pet.name, other.facts.name):
            close = other
    return close


def describe_pet(pet: PetFacts) -> str:
    """Return the words for a pet in an evidence phrase: `Luna (dog)`, `unnamed cat`."""
    species = pet.species_given if pet.species in {"", Species.OTHER} else pet.species
    if not pet.name:
        return f"unnamed {species or 'pet'}"
    return f"{pet.name} ({species})" if species else pet.name


def _species_differs(one: PetFacts, other: PetFacts) -> bool:
    if one.species != other.species:
        return bool(one.species and other.species)
    return (
        one.species == Species.OTHER
        and bool(one.species_given and other.species_given)
        and fold(one.species_given) != fold(other.species_given)
    )


def _same_unknown(one: PetFacts, other: PetFacts) -> bool:
    unknown = not one.name and not other.name
    return unknown and (one.species, one.age_class) == (other.species, other.age_class)


def _one_letter_apart(one: str, other: str) -> bool:
    """Say whether two pet names are one slip apart; `Kitten 1` and `Kitten 2` are two kittens."""
    one, other = fold(one), fold(other)
    if min(len(one), len(other)) < 4 or OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    return not any(letter.isdigit() for letter in one + other)
