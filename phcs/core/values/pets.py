"""The pet cells of a row → pets: none, one, or several that share a cell."""

from dataclasses import dataclass
from functools import lru_cache

from phcs.core.records import PetFacts, Species
from phcs.core.values.names import read_pet_names
from phcs.core.values.species import SpeciesValue, read_species
from phcs.core.values.texts import fold, is_blank_word, tidy

SEX_OF = {
    word: sex
    for sex, words in {"male": "m male macho boy neutered", "female": "f h female hembra girl spayed"}.items()
    for word in words.split()
}
"""Folded word → sex; H is `hembra`, which column decisions may call in doubt."""

Extras = tuple[tuple[str, str], ...]
"""Facts that belong to exactly one animal: (fact name, text)."""


@dataclass(frozen=True, slots=True)
class PetsValue:
    """The pets of a row; `unknown_species` is the word that was not known; `spare` belongs to no one pet."""

    pets: tuple[PetFacts, ...]
    unknown_species: str = ""
    spare: Extras = ()


@lru_cache(maxsize=16_384)
def read_pets(name: str, species: str, breed: str, extras: Extras = ()) -> PetsValue:
    """Return the pets that these cells name.

    Neither a name nor a species makes no pet. Several names share one species, or pair up with as many
    species. Facts of one animal (`extras`, and a breed without any pet) come back as `spare` where the
    row has not exactly one pet, so that nothing is lost.
    """
    names = tuple(read_pet_names(name))
    kinds = read_species(species)
    if not kinds and not any(names):
        return PetsValue((), spare=_with_breed(breed, extras))
    if not names:
        names = ("",) * len(kinds)
    if len(kinds) > 1 and len(kinds) != len(names):
        kinds = (SpeciesValue(Species.OTHER.value, "", tidy(species), is_known=False),)
    unknown = next((kind.given for kind in kinds if not kind.is_known), "")
    shared = dict(extras) if len(names) == 1 else {}
    pets = tuple(
        PetFacts(**_facts_of(pet_name, kinds, index, tidy(breed), shared))
        for index, pet_name in enumerate(names)
    )
    return PetsValue(pets, unknown, () if len(names) == 1 else extras)


def _facts_of(
    name: str, kinds: tuple[SpeciesValue, ...], index: int, breed: str, extras: dict[str, str]
) -> dict[str, str]:
    facts = {"name": name, "breed": "" if is_blank_word(breed) else breed}
    if kinds:
        kind = kinds[index] if len(kinds) > 1 else kinds[0]
        facts |= {"species": kind.species, "species_given": kind.given, "age_class": kind.age_class}
    return facts | extras


def _with_breed(breed: str, extras: Extras) -> Extras:
    return extras if is_blank_word(breed) else (("breed", tidy(breed)), *extras)


def read_sex(text: str) -> str:
    """Return `male` or `female` for English and Spanish words and letters, other texts as given."""
    return SEX_OF.get(fold(text).split(" ")[0], tidy(text))
