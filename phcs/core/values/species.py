"""One text → species and age class, which sources mix in one field (`Adult Dog`, `Kitten`)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from phcs.core.records import AgeClass, Species
from phcs.core.values.texts import fold, is_blank_word, tidy, tidy_lines

_S, _A = Species, AgeClass

_SPECIES_WORDS: dict[Species, str] = {
    _S.DOG: "dog dogs doggy canine canines k9 hound perro perra perros perras perrito perrita can canino "
    "canina puppy puppies"
    " pup cachorro cachorra cachorros cao caes hund hunde hundin welpe welpen",
    _S.CAT: "cat cats feline felines gato gata gatos gatas gatito gatita gatitos felino felina kitten kittens kitty"
    " katze katzen kater",
    _S.RABBIT: "rabbit rabbits bunny bunnies conejo coneja conejos coelho coelha kaninchen",
    _S.BIRD: "bird birds avian ave aves pajaro pajaros parrot parrots loro parakeet cockatiel canary periquito canario"
    " passaro papagaio calopsita vogel papagei wellensittich",
    _S.FERRET: "ferret ferrets huron hurones furao frettchen",
    _S.RODENT: "rodent rodents roedor roedores hamster hamsters gerbil rat rats mouse mice chinchilla "
    "cobaya guineapig cuy meerschweinchen",
    _S.REPTILE: "reptile reptiles reptil snake snakes lizard iguana gecko turtle tortoise tortuga serpiente lagarto"
    " tartaruga jabuti schildkrote schlange",
    _S.FISH: "fish fishes pez peces goldfish betta peixe peixes fisch fische",
    _S.HORSE: "horse horses equine pony donkey caballo yegua equino burro cavalo pferd",
    _S.FARM: "farm livestock goat goats sheep pig pigs cow cattle chicken chickens hen duck cabra oveja "
    "cerdo vaca gallina",
    _S.OTHER: "other otro otra others otros exotic exotico exotics wildlife",
}
_AGE_WORDS: dict[AgeClass, str] = {
    _A.ADULT: "adult adults adulto adulta",
    _A.PUPPY: "puppy puppies pup cachorro cachorra cachorros welpe welpen",
    _A.KITTEN: "kitten kittens gatito gatita gatitos",
    _A.SENIOR: "senior seniors geriatric geriatrico anciano mayor",
    _A.INFANT: "infant infants neonate neonatal newborn bottle baby bebe recien",
}
SPECIES_OF = {word: species.value for species, words in _SPECIES_WORDS.items() for word in words.split()}
"""Folded word → Species value."""

_AGE_OF = {word: age.value for age, words in _AGE_WORDS.items() for word in words.split()}
_SEPARATOR = re.compile(r"\s*(?:[,;/|&+\n]|\band\b|\by\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SpeciesValue:
    """A species with the text as given; `is_known` is False where OTHER stands in for an unknown word."""

    species: str
    age_class: str
    given: str
    is_known: bool = True


@lru_cache(maxsize=4_096)
def read_species(text: str) -> tuple[SpeciesValue, ...]:
    """Return one value for each animal kind that the cell names; nothing for a blank cell.

    Several are read only where every part is a known word; otherwise the cell is one, maybe unknown.
    A kitten is a cat and a puppy is a dog; the reverse is never concluded.
    """
    whole = tidy(text)
    if is_blank_word(whole):
        return ()
    parts = species_parts(text)
    if len(parts) > 1:
        values = tuple(_read_one(part) for part in parts)
        if all(value.is_known for value in values):
            return values
    return (_read_one(whole),)


def species_parts(text: str) -> list[str]:
    """Return the parts of a cell that may each name an animal kind, each tidy."""
    return [part for part in _SEPARATOR.split(tidy_lines(text)) if part]


def _read_one(text: str) -> SpeciesValue:
    words = fold(text).replace("guinea pig", "guineapig").split()
    ages = [_AGE_OF[word] for word in words if word in _AGE_OF]
    kinds = list(dict.fromkeys(SPECIES_OF[word] for word in words if word in SPECIES_OF))
    age = ages[0] if ages else ""
    if len(kinds) == 1:
        return SpeciesValue(kinds[0], age, text)
    return SpeciesValue(Species.OTHER.value, age, text, is_known=False)
