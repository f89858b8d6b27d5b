"""Which of an owner's pets a row speaks of: by microchip, else by name and species."""

from collections.abc import Collection, Iterable
from uuid import UUID

from rapidfuzz.distance import OSA

from phcs.core.matching.known import KnownPet
from phcs.core.matching.pet_names import known_pet_name
from phcs.core.matching.strong_identifiers import comparable_chip
from phcs.core.records import PetFacts, Species
from phcs.core.values.texts import fold


def find_pet(pet: PetFacts, known: Iterable[KnownPet], *, taken: Collection[UUID] = ()) -> KnownPet | None:
    """Return the known pet that this one is, or None for another pet.

    A microchip decides alone. Otherwise the name is equal, or one letter apart, and the species is
    not another. An unknown name is only an unknown name of the same species and age class. Pets in
    `taken` are those that the row has named already: a second unknown dog is a second dog.
    """
    close = None
    mine = known_pet_name(pet.name)
    chip = comparable_chip(pet.microchip) if pet.microchip else ""
    for other in known:
        if chip and (their_chip := comparable_chip(other.facts.microchip)):
            if chip == their_chip:
                return other
            continue
        if _species_differs(pet, other.facts):
            continue
        theirs = known_pet_name(other.facts.name)
        if not mine or not theirs:
            if other.id not in taken and _same_unknown(pet, other.facts):
                return other
        elif mine == theirs:
            return other
        elif close is None and other.id not in taken and _one_letter_apart(mine, theirs):
            close = other
    return close


def describe_pet(pet: PetFacts) -> str:
    """Return the words for a pet in an evidence phrase: `Luna (dog)`, `unnamed cat`."""
    species = pet.species_given if pet.species in {"", Species.OTHER} else pet.species
    if not pet.name:
        return f"unnamed {species or 'pet'}"
    return f"{pet.name} ({species})" if species else pet.name


def are_told_apart_by_chip(one: PetFacts, other: PetFacts) -> bool:
    """Say whether two pets agree in name and species, but their microchips say that they are two."""
    chips = {comparable_chip(one.microchip), comparable_chip(other.microchip)}
    name = known_pet_name(one.name)
    return (
        "" not in chips
        and len(chips) > 1
        and bool(name)
        and name == known_pet_name(other.name)
        and not _species_differs(one, other)
    )


def _species_differs(one: PetFacts, other: PetFacts) -> bool:
    if one.species != other.species:
        return bool(one.species and other.species)
    return (
        one.species == Species.OTHER
        and bool(one.species_given and other.species_given)
        and fold(one.species_given) != fold(other.species_given)
    )


def _same_unknown(one: PetFacts, other: PetFacts) -> bool:
    unknown = not known_pet_name(one.name) and not known_pet_name(other.name)
    return unknown and (one.species, one.age_class) == (other.species, other.age_class)


def _one_letter_apart(one: str, other: str) -> bool:
    """Say whether two folded pet names are one slip apart; `Kitten 1` and `Kitten 2` are two kittens."""
    if min(len(one), len(other)) < 4 or OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    return not any(letter.isdigit() for letter in one + other)
