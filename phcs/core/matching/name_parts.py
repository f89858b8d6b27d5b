"""How one part of a name may stand for another: equal, a short form, mistyped, heard, an initial.

Source of the rules: the matching study, section on names. Mario and María score above 0.9 by every ratio and are
two people: what differs in a final vowel, and two names that are both frequent, is never a typing error.
"""

from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from phcs.core.matching.nicknames import is_short_form
from phcs.core.matching.skeletons import skeleton


class PartMatch(IntEnum):
    """How two parts agree, the surest last."""

    NONE = 0
    INITIAL = 1
    SOUND = 2
    TYPO = 3
    NICKNAME = 4
    EQUAL = 5


_SEXES = frozenset(
    frozenset(pair.split("-"))
    for pair in """
    o-a -a e-a -e o-e i-a us-a ius-ia -ia -ina -ine o-ina -ette -etta -ita o-ita -la -le -lla -lle -ella -elle
    o-ella e-ina e-ine -na -ne -ova -sa y-ie -y y-ia e-ette o-ia -issa er-ra
    """.split()
)
"""What ends one stem for a man and for a woman: Mario and Maria, Daniel and Danielle, Kowalski and Kowalska."""

_SHORTEST_STEM = 3
_TYPO_FROM = 4
_TWO_TYPOS_FROM = 7
_SOUND_FROM = 5
_ALIKE = 0.92
_ALIKE_IN_SOUND = 0.85


@lru_cache(maxsize=32_768)
def match_parts(one: str, other: str) -> PartMatch:
    """Return how two folded parts agree, but for initials; the order of the two does not matter.

    The caller refuses TYPO and SOUND between two frequent names.
    """
    if one == other or _without_umlauts(one) == _without_umlauts(other):
        return PartMatch.EQUAL
    if is_short_form(one, other):
        return PartMatch.NICKNAME
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _TYPO_FROM:
        return PartMatch.NONE
    match = _near(one, other, shorter, longer)
    return PartMatch.NONE if match is not PartMatch.NONE and _is_other_sex(one, other) else match


def _near(one: str, other: str, shorter: str, longer: str) -> PartMatch:
    slips = 2 if len(shorter) >= _TWO_TYPOS_FROM else 1
    if OSA.distance(one, other, score_cutoff=slips) <= slips:
        return PartMatch.TYPO
    alike = JaroWinkler.similarity(one, other)
    if alike >= _ALIKE and not longer.startswith(shorter):
        return PartMatch.TYPO
    heard = alike >= _ALIKE_IN_SOUND and len(shorter) >= _SOUND_FROM and one[0] == other[0]
    return PartMatch.SOUND if heard and skeleton(one) == skeleton(other) else PartMatch.NONE


def likeness(one: str, other: str) -> float:
    """Return how alike two parts are (0 to 1), to choose between several that may stand for one."""
    return JaroWinkler.similarity(one, other)


def _without_umlauts(part: str) -> str:
    """Return `Müller`, folded, and `Mueller` as one spelling."""
    return part.replace("ue", "u").replace("oe", "o").replace("ae", "a")


def _is_other_sex(one: str, other: str) -> bool:
    stem = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        stem += 1
    return any(
        length >= _SHORTEST_STEM and frozenset((one[length:], other[length:])) in _SEXES
        for length in (stem, stem - 1)
    )
