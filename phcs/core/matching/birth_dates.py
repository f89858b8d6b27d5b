"""How far two birth dates agree: slips of the finger, swapped day and month, or two generations."""

from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

_STAND_IN_BIRTH_DATES = frozenset({"1900-01-01", "1970-01-01"})
_GENERATION = 15
_ISO_LENGTH = 10


class BirthDates(StrEnum):
    """What two birth dates say of each other; UNKNOWN when one is missing or stands for none."""

    UNKNOWN = ""
    EQUAL = "same birth date"
    SWAPPED = "day and month of birth swapped"
    ONE_DIGIT = "birth date one digit off"
    TWO_DIGITS = "birth date two digits off"
    GENERATION = "same birthday in another generation"
    DIFFERENT = "another birth date"

    @property
    def is_near(self) -> bool:
        """Whether one may be the other, mistyped once."""
        return self in {BirthDates.SWAPPED, BirthDates.ONE_DIGIT}

    @property
    def speaks(self) -> bool:
        """Whether it may speak for one person."""
        return self is BirthDates.EQUAL or self.is_near

    @property
    def is_clash(self) -> bool:
        """Whether these are the dates of two people."""
        return self in {BirthDates.GENERATION, BirthDates.DIFFERENT}


def known_birth_date(date: str) -> str:
    """Return a birth date that says something; the first of January often says "some time that year"."""
    return "" if date in _STAND_IN_BIRTH_DATES or date.endswith("-01-01") else date


@lru_cache(maxsize=16_384)
def compare_birth_dates(one: str, other: str) -> BirthDates:
    """Return how two ISO dates agree; the order of the two does not matter."""
    one, other = known_birth_date(one), known_birth_date(other)
    if not one or not other:
        return BirthDates.UNKNOWN
    if one == other:
        return BirthDates.EQUAL
    if len(one) != _ISO_LENGTH or len(other) != _ISO_LENGTH:
        return BirthDates.DIFFERENT
    if one[:4] == other[:4] and (one[5:7], one[8:]) == (other[8:], other[5:7]):
        return BirthDates.SWAPPED
    if one[4:] == other[4:] and abs(_year(one) - _year(other)) >= _GENERATION:
        return BirthDates.GENERATION
    slips = OSA.distance(one.replace("-", ""), other.replace("-", ""), score_cutoff=2)
    if slips == 1:
        return BirthDates.ONE_DIGIT
    return BirthDates.TWO_DIGITS if slips == 2 else BirthDates.DIFFERENT


def _year(date: str) -> int:
    return int(date[:4]) if date[:4].isdigit() else 0
