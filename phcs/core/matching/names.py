"""Whether two people's names can be one person's: a level and the reason for it.

Source of the rules: the matching study, section on names. The given name decides, because the
people who share a phone, an address and a pet share the surname too.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from phcs.core.matching.given_names import COMMON_GIVEN_NAMES
from phcs.core.values.texts import fold

_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "dra", "sr", "sra", "srta", "don", "dona", "prof"}
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "junior", "senior", "hijo", "padre"})
_SAME_SUFFIX = {"junior": "jr", "hijo": "jr", "senior": "sr", "padre": "sr"}
_PARTICLES = frozenset(
    {
        "de",
        "del",
        "la",
        "las",
        "los",
        "el",
        "da",
        "do",
        "dos",
        "das",
        "di",
        "van",
        "von",
        "der",
        "den",
        "y",
        "e",
        "i",
        "al",
    }
)
_RESPELT = str.maketrans(
    dict.fromkeys("'`\u2018\u2019\u00b4\u02bc", "")
    | {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
        "Ø": "O",
        "Ł": "L",
        "Đ": "D",
    }
)
"""Apostrophes join, and letters whose stroke Unicode does not take off lose it."""
_MARIA = re.compile(r"\bm(?:\.\s?)?[ªº]", re.IGNORECASE)
_TWO_PEOPLE = re.compile(r"&|\+|/|\b(?:and|und)\b|^\S+ y \S+|\S+ \S+ y \S+ \S+ \S+", re.IGNORECASE)


class NameLevel(IntEnum):
    """How far two names agree; from SUBSET up they are compatible."""

    DIFFERENT = 0
    FAMILY = 1
    PARTIAL = 2
    SUBSET = 3
    CLOSE = 4
    REORDERED = 5
    EXACT = 6

    @property
    def is_compatible(self) -> bool:
        """Whether one person may well be written both ways."""
        return self >= NameLevel.SUBSET

    @property
    def is_another_person(self) -> bool:
        """Whether these are plainly two people, perhaps of one household."""
        return self <= NameLevel.FAMILY


@dataclass(frozen=True, slots=True)
class NameComparison:
    """A level, the phrase that explains it, and whether Jr, Sr and the like disagree."""

    level: NameLevel
    reason: str
    suffix_differs: bool = False


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in comparable parts, the given name first where that is known."""

    parts: tuple[str, ...]
    suffix: str
    several_people: bool


@lru_cache(maxsize=16_384)
def parse_person_name(full_name: str, given_name: str = "", family_name: str = "") -> PersonName:
    """Return the parts of a name; given and family name win over the full name when both are there."""
    text = full_name or given_name or family_name
    if given_name and family_name:
        text = f"{given_name} {family_name}"
    surname, comma, rest = text.partition(",")
    if comma and fold(rest) not in _SUFFIXES:
        text = f"{rest} {surname}"
    parts = fold(_MARIA.sub("maria ", text).translate(_RESPELT)).split()
    while len(parts) > 1 and parts[0] in _TITLES:
        del parts[0]
    suffix = ""
    if len(parts) > 2 and parts[-1] in _SUFFIXES:
        suffix = parts.pop()
    kept = tuple(part for part in parts if part not in _PARTICLES) or tuple(parts)
    return PersonName(kept, _SAME_SUFFIX.get(suffix, suffix), _TWO_PEOPLE.search(text) is not None)


def _is_typo(one: str, other: str) -> bool:
    """Say whether one part is the other, mistyped: one slip from 4 letters, two from 7."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 4 or (one in COMMON_GIVEN_NAMES and other in COMMON_GIVEN_NAMES):
        return False
    if longer.startswith(shorter) and longer[len(shorter) :] in {"a", "o", "e"}:
        return False
    if len(one) == len(other) and one[:-1] == other[:-1] and {one[-1], other[-1]} <= {"a", "o", "e"}:
        return False
    allowed = 2 if len(shorter) >= 7 else 1
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _take_equal(mine: list[str], theirs: list[str]) -> set[str]:
    """Remove the parts that both lists hold, each once, and return them."""
    equal = set()
    for part in tuple(mine):
        if part in theirs:
            mine.remove(part)
            theirs.remove(part)
            equal.add(part)
    return equal


def _take_typo(mine: list[str], theirs: list[str]) -> set[str]:
    """Remove one pair of parts that are a typing error apart and return both spellings."""
    for one in mine:
        for other in theirs:
            if _is_typo(one, other):
                mine.remove(one)
                theirs.remove(other)
                return {one, other}
    return set()


def _take_initials(mine: list[str], theirs: list[str]) -> int:
    """Remove initials and the names they may stand for; return how many."""
    taken = 0
    for one in tuple(mine):
        for other in tuple(theirs):
            if _starts_with_initial(one, other):
                mine.remove(one)
                theirs.remove(other)
                taken += 1
                break
    return taken


_ALPHABETS = NameComparison(NameLevel.PARTIAL, "written in different alphabets")


@lru_cache(maxsize=16_384)
def compare_person_names(one: PersonName, other: PersonName) -> NameComparison:
    """Return how far two names agree and why; the order of the two does not matter."""
    suffix_differs = one.suffix != other.suffix
    if not one.parts or not other.parts:
        return NameComparison(NameLevel.PARTIAL, "a name is missing", suffix_differs)
    if one.parts == other.parts and len(one.parts) > 1:
        return NameComparison(NameLevel.EXACT, "same name", suffix_differs)
    if one.several_people or other.several_people:
        return NameComparison(NameLevel.PARTIAL, "several people in one name", suffix_differs)
    if any(part.isascii() for part in one.parts) != any(part.isascii() for part in other.parts):
        return _ALPHABETS
    level, reason = _align(one.parts, other.parts)
    return NameComparison(level, reason, suffix_differs)


def _starts_with_initial(one: str, other: str) -> bool:
    return one[0] == other[0] and 1 in {len(one), len(other)}


def _align(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[NameLevel, str]:
    mine, theirs = list(one), list(other)
    agreed = _take_equal(mine, theirs)
    typos = _take_typo(mine, theirs)
    initials = _take_initials(mine, theirs)
    full_parts = len(agreed) + len(typos) // 2
    agreed |= typos
    if min(len(one), len(other)) == 1:
        return _ONE_PART if full_parts or initials else _DIFFERENT
    if full_parts >= 2 and not (mine and theirs):
        return _level_of_subset(one, other, agreed, left=mine or theirs, initials=initials, typos=typos)
    if initials and full_parts and (_starts_with_initial(one[0], other[0]) or not (mine or theirs)):
        return NameLevel.PARTIAL, "an initial for a name"
    if one[0] in agreed or other[0] in agreed:
        return NameLevel.PARTIAL, "same given name, the rest differs"
    return (NameLevel.FAMILY, "same surname, another given name") if agreed else _DIFFERENT


_DIFFERENT = (NameLevel.DIFFERENT, "another name")
_ONE_PART = (NameLevel.PARTIAL, "only one part of the name to compare")


def _level_of_subset(
    one: tuple[str, ...],
    other: tuple[str, ...],
    agreed: set[str],
    *,
    left: list[str],
    initials: int,
    typos: set[str],
) -> tuple[NameLevel, str]:
    """Judge names of which one holds all parts of the other, at least two."""
    if left:
        longer = max(one, other, key=len)
        if longer[0] not in agreed:
            return NameLevel.PARTIAL, "the first name is missing"
        return NameLevel.SUBSET, "second surname missing" if left[-1] == longer[-1] else "middle name missing"
    if initials or typos:
        return NameLevel.CLOSE, "an initial for a name" if initials else "one spelling differs"
    return NameLevel.REORDERED, "same name in another order"
