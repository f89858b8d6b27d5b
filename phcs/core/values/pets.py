"""The pet cells of a row → pets: none, one, or several that share a cell."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from phcs.core.records import PetFacts, Species
from phcs.core.values.names import read_pet_names
from phcs.core.values.species import SpeciesValue, read_species
from phcs.core.values.texts import fold, is_blank_word, tidy

SEX_OF = {
    word: sex
    for sex, words in {
        "male": "m male macho boy neutered mannlich",
        "female": "f h female hembra girl spayed femea weiblich",
    }.items()
    for word in words.split()
}
"""Folded word → sex; H is `hembra`, which column decisions may call in doubt."""

_STERILISED = frozenset(
    "spayed neutered castrated sterilised sterilized desexed castrado castrada castrados castradas esterilizado "
    "esterilizada kastriert mn nm mc cm fs sf fn nf".split()
)
_INTACT = frozenset("intact entire unaltered entero entera inteiro inteira mi im fi".split())
_NOT = frozenset("not non un no sin nao nicht".split())

_BRACKETED = re.compile(r"([^()]*[^()\s])\s*\(([^()]+)\)")

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
    if not kinds and "(" in name:
        names, kinds = _with_bracketed_species(names)
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


def _with_bracketed_species(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[SpeciesValue, ...]]:
    """Return `Luna (dog, 3y)` as a name and a species, with all that the brackets say as its text, if all are so."""
    found = [_BRACKETED.fullmatch(name) for name in names]
    told = [(one[1], one[2], read_species(one[2].partition(",")[0])) for one in found if one]
    if len(told) < len(names) or any(len(kinds) != 1 or not kinds[0].is_known for *_, kinds in told):
        return names, ()
    return tuple(name for name, *_ in told), tuple(replace(kinds[0], given=given) for _, given, kinds in told)


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


def sterilised_told_by(sex: str) -> str:
    """Return `yes` or `no` where a text about the sex says so besides (`Female spayed`, `MN`), '' where it does not."""
    words = set(fold(sex).split())
    if words & _NOT:
        return ""
    if words & _STERILISED:
        return "" if words & _INTACT else "yes"
    return "no" if words & _INTACT else ""


def read_sex(text: str) -> str:
    """Return `male` or `female` for English and Spanish words and letters, other texts as given."""
    return SEX_OF.get(fold(text).split(" ")[0], tidy(text))
