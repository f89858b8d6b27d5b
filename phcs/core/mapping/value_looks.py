"""What the sampled values of a column look like, whatever its heading says."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

from phcs.core.values.species import read_species
from phcs.core.values.texts import is_blank_word, parse_yes_no, tidy

FEWEST_VALUES = 2
_MOST_VALUES = 50
_SHARE = 0.8
_LONGEST = 80


class Look(StrEnum):
    """What most of a column's values look like; the words are read by people after "values look like"."""

    EMAILS = "e-mails"
    MICROCHIPS = "microchips"
    DATES = "dates"
    PHONES = "phones"
    SPECIES = "species"
    SEXES = "sexes"
    YES_NO = "yes or no"
    WEIGHTS = "weights"


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_MICROCHIP = re.compile(r"'?(?:\d{15}|\d{3}[ -]\d{4}[ -]\d{4}[ -]\d{4}|\d{3} \d{12})")
_DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}[ -][^\W\d_]{3,10}\.?[ -]\d{4}"
    r"|[^\W\d_]{3,10}\.? \d{1,2},? \d{4})(?:[T ,]+\d{1,2}:\d{2}.*)?"
)
_PHONE = re.compile(r"'?\+?[\d\s().\-/]{7,24}(?:(?:ext|x)\.? ?\d{1,6})?", re.IGNORECASE)
_WEIGHT = re.compile(r"\d{1,3}(?:[.,]\d{1,2})? ?(?:kgs?|kilos?|lbs?|pounds?|g|grams?)\.?", re.IGNORECASE)
_SEX_WORDS = frozenset(
    "m f h male female macho hembra neutered male spayed female mn fs nm sf male neutered female spayed".split()
)


def _is_phone(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return 7 <= digits <= 15 and _PHONE.fullmatch(text) is not None and not _DATE.fullmatch(text)


def _is_species(text: str) -> bool:
    found = read_species(text)
    return bool(found) and all(one.is_known for one in found)


def _is_sex(text: str) -> bool:
    words = text.lower().replace("/", " ").split()
    return bool(words) and all(word in _SEX_WORDS for word in words)


_TESTS: tuple[tuple[Look, Callable[[str], bool]], ...] = (
    (Look.EMAILS, lambda text: _EMAIL.fullmatch(text) is not None),
    (Look.MICROCHIPS, lambda text: _MICROCHIP.fullmatch(text) is not None),
    (Look.DATES, lambda text: _DATE.fullmatch(text) is not None),
    (Look.PHONES, _is_phone),
    (Look.SPECIES, _is_species),
    (Look.SEXES, _is_sex),
    (Look.YES_NO, lambda text: parse_yes_no(text) is not None and not text.isdigit()),
    (Look.WEIGHTS, lambda text: _WEIGHT.fullmatch(text) is not None),
)
"""In the order in which they decide: what is a microchip has as many digits as a phone may have."""


def telling_values(values: Iterable[str]) -> tuple[str, ...]:
    """Return the different values that say something, at most fifty."""
    tidied = (tidy(value)[:_LONGEST] for value in values)
    told = dict.fromkeys(value for value in tidied if value and not is_blank_word(value))
    return tuple(told)[:_MOST_VALUES]


def look_of(values: tuple[str, ...]) -> Look | None:
    """Return what four of five values look like, None where nothing decides or there are too few values.

    Species, sexes and yes-or-no repeat, so one telling value of each is enough for them.
    """
    for look, is_one in _TESTS:
        fewest = 1 if look in (Look.SPECIES, Look.SEXES, Look.EMAILS, Look.MICROCHIPS) else FEWEST_VALUES
        if len(values) >= fewest and _share(values, is_one) >= _SHARE:
            return look
    return None


def share_of_look(values: tuple[str, ...], look: Look) -> float:
    """Return which share of the values, 0 to 1, looks like this."""
    return _share(values, dict(_TESTS)[look]) if values else 0.0


def contradicts(values: tuple[str, ...], look: Look) -> bool:
    """Say whether hardly any value looks like this (one in five at most); never with fewer than two values."""
    is_one = dict(_TESTS)[look]
    return len(values) >= FEWEST_VALUES and _share(values, is_one) <= 1 - _SHARE


def _share(values: tuple[str, ...], is_one: Callable[[str], bool]) -> float:
    return sum(map(is_one, values)) / len(values)
