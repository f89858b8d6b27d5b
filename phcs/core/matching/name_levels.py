"""Whether two people's names can be one person's: a level and the reason for it.

Source of the rules: the matching study, name levels. The given name decides, because the people who share
a phone, an address and a pet share the surname too.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from phcs.core.matching.frequencies import NO_FREQUENCIES, NameFrequencies
from phcs.core.matching.name_parts import PartMatch, likeness, match_parts
from phcs.core.matching.names import PersonName, joined_parts


class NameLevel(IntEnum):
    """How far two names agree; from MOST up they are compatible."""

    DIFFERENT = 0
    FAMILY = 1
    PARTIAL = 2
    MOST = 3
    SUBSET = 4
    CLOSE = 5
    REORDERED = 6
    EXACT = 7

    @property
    def is_compatible(self) -> bool:
        """Whether one person may well be written both ways."""
        return self >= NameLevel.MOST

    @property
    def is_another_person(self) -> bool:
        """Whether these are plainly two people, perhaps of one household."""
        return self <= NameLevel.FAMILY


class NameComparison(NamedTuple):
    """A level, the phrase that explains it, and whether Jr, Sr and the like disagree.

    `tells_who` says that a given name, or its initial, is the same in both; `is_comparable` is false where one
    is missing, names several people or is in another alphabet; `bits` is what the agreeing parts weigh.
    """

    level: NameLevel
    reason: str
    suffix_differs: bool = False
    tells_who: bool = False
    is_comparable: bool = True
    bits: float = 0.0


@dataclass(slots=True)
class _Alignment:
    """Which parts stand for which; `mine` and `theirs` are the parts that are left over, in order."""

    pairs: list[tuple[str, str, PartMatch]]
    mine: list[str]
    theirs: list[str]
    given: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())

    def take(self, one: str, other: str, match: PartMatch) -> None:
        self.pairs.append((one, other, match))
        self.mine.remove(one)
        self.theirs.remove(other)

    def given_agrees(self) -> bool:
        return any(
            match is not PartMatch.INITIAL and one in self.given[0] and other in self.given[1]
            for one, other, match in self.pairs
        )

    def full_pairs(self) -> int:
        return sum(match is not PartMatch.INITIAL for _, _, match in self.pairs)


def compare_person_names(
    one: PersonName, other: PersonName, frequencies: NameFrequencies = NO_FREQUENCIES
) -> NameComparison:
    """Return how far two names agree and why; the order of the two does not matter."""
    suffix_differs = one.suffix != other.suffix
    if not one.parts or not other.parts:
        return _not_comparable("a name is missing", suffix_differs=suffix_differs)
    if one.parts == other.parts and len(one.parts) > 1:
        bits = sum([min(frequencies.rarity(part), _MOST_BITS) for part in one.parts])
        return NameComparison(NameLevel.EXACT, "same name", suffix_differs, tells_who=True, bits=bits)
    if one.is_latin != other.is_latin:
        return _not_comparable("written in different alphabets")
    found = _align(one, other, frequencies)
    level, reason = _level(one, other, found)
    if (one.several_people or other.several_people) and found.pairs:
        return _not_comparable("several people in one name", suffix_differs=suffix_differs)
    bits = _bits(found, frequencies)
    tells_who = found.given_agrees() or _is_initial_of_given_name(found)
    return NameComparison(level, reason, suffix_differs, tells_who=tells_who, bits=bits)


def _not_comparable(reason: str, *, suffix_differs: bool = False) -> NameComparison:
    return NameComparison(NameLevel.PARTIAL, reason, suffix_differs, is_comparable=False)


_MOST_BITS = 12.0


def _bits(found: _Alignment, frequencies: NameFrequencies) -> float:
    bits = -0.5 * (len(found.mine) + len(found.theirs))
    for one, other, match in found.pairs:
        rarity = min(frequencies.rarity(one), frequencies.rarity(other))
        if match is PartMatch.EQUAL:
            bits += min(rarity, _MOST_BITS)
        elif match is PartMatch.NICKNAME:
            bits += min(rarity, 7.0) - 1.5
        elif match is PartMatch.INITIAL:
            bits += 2.0
        else:
            bits += min(rarity, 8.0) - 3.0
    return bits


def _align(one: PersonName, other: PersonName, frequencies: NameFrequencies) -> _Alignment:
    mine, theirs = _with_joined(one, other), _with_joined(other, one)
    found = _Alignment([], list(mine), list(theirs))
    for part in mine:
        if part in found.mine and part in found.theirs:
            found.take(part, part, PartMatch.EQUAL)
    near = [
        (-match, -likeness(a, b), min(a, b), max(a, b), a, b)
        for a in found.mine
        for b in found.theirs
        if (match := _match(a, b, frequencies))
    ]
    for rank, _, _, _, a, b in sorted(near):
        if a in found.mine and b in found.theirs:
            found.take(a, b, PartMatch(-rank))
    _take_initials(found)
    if found.pairs:
        found.given = (
            _given_parts(mine, one.given, frequencies),
            _given_parts(theirs, other.given, frequencies),
        )
    return found


def _match(one: str, other: str, frequencies: NameFrequencies) -> PartMatch:
    match = match_parts(one, other)
    slip = match in {PartMatch.TYPO, PartMatch.SOUND}
    if slip and frequencies.is_frequent(one) and frequencies.is_frequent(other):
        return PartMatch.NONE
    return match


def _with_joined(name: PersonName, other: PersonName) -> tuple[str, ...]:
    """Return the parts of a name, those in one word that the other name writes in one."""
    parts = name.parts
    together = "".join(name.spelt)
    words = [part for part in other.parts if part not in parts and part in together]
    if not words:
        return parts
    joined = joined_parts(name)
    for word in words:
        counted = joined.get(word)
        if counted is not None and set(counted) <= set(parts):
            start = parts.index(counted[0])
            kept = [part for part in parts if part not in counted]
            parts = (*kept[:start], word, *kept[start:])
    return parts


def _take_initials(found: _Alignment) -> None:
    """Let an initial stand for a name where its own side has no full name left over."""
    for mine, theirs in ((found.mine, found.theirs), (found.theirs, found.mine)):
        for initial in [part for part in mine if len(part) == 1]:
            if any(len(part) > 1 for part in mine):
                break
            stood_for = next((part for part in theirs if part[0] == initial and len(part) > 1), None)
            if stood_for is not None and mine is found.mine:
                found.take(initial, stood_for, PartMatch.INITIAL)
            elif stood_for is not None:
                found.take(stood_for, initial, PartMatch.INITIAL)


def _given_parts(parts: tuple[str, ...], given: int, frequencies: NameFrequencies) -> frozenset[str]:
    """Return the given names among the parts: by column, else by place and by how they are used elsewhere."""
    if given or len(parts) == 1:
        return frozenset(parts[: given or 1])
    shares = [frequencies.given_share(part) for part in parts]
    if shares[0] >= _SURNAME_BELOW:
        others = zip(parts[1:-1], shares[1:-1], strict=True)
        return frozenset((parts[0], *(p for p, share in others if share >= _GIVEN_FROM or len(p) == 1)))
    last = frozenset(part for part, share in zip(parts, shares, strict=True) if share >= _GIVEN_FROM)
    return last or frozenset(parts[:1])


_GIVEN_FROM = 0.5
_SURNAME_BELOW = 0.25

_DIFFERENT = (NameLevel.DIFFERENT, "another name")
_ONE_PART = (NameLevel.PARTIAL, "only one part of the name to compare")
_MOST = (NameLevel.MOST, "one surname differs")
_ANOTHER_MIDDLE_NAME = (NameLevel.PARTIAL, "another middle name")
_TWO = 2
"""A name is a person's from two parts that agree in full."""
_FAMILY = (NameLevel.FAMILY, "same surname, another given name")


def _level(one: PersonName, other: PersonName, found: _Alignment) -> tuple[NameLevel, str]:
    if min(len(one.parts), len(other.parts)) == 1:
        return _ONE_PART if found.pairs and not (found.mine and found.theirs) else _DIFFERENT
    agrees = found.given_agrees()
    if _is_initial_of_given_name(found) and not agrees:
        return NameLevel.PARTIAL, "an initial for a name"
    if not (found.mine and found.theirs):
        return _level_of_subset(one, other, found, agrees=agrees)
    if not agrees:
        return _FAMILY if found.pairs else _DIFFERENT
    if found.full_pairs() >= _TWO and len(found.mine) == len(found.theirs) == 1:
        both_given = found.mine[0] in found.given[0] and found.theirs[0] in found.given[1]
        return _ANOTHER_MIDDLE_NAME if both_given else _MOST
    return NameLevel.PARTIAL, "same given name, the rest differs"


def _is_initial_of_given_name(found: _Alignment) -> bool:
    initials = [(one, other) for one, other, match in found.pairs if match is PartMatch.INITIAL]
    full = found.full_pairs()
    return bool(full) and any(one in found.given[0] and other in found.given[1] for one, other in initials)


def _level_of_subset(
    one: PersonName, other: PersonName, found: _Alignment, *, agrees: bool
) -> tuple[NameLevel, str]:
    """Judge names of which one holds all parts of the other."""
    left = found.mine or found.theirs
    if found.full_pairs() < _TWO:
        return NameLevel.PARTIAL, "an initial for a name"
    longer = one if found.mine else other
    if left and (not agrees or left[0] == longer.parts[0]):
        return NameLevel.PARTIAL, "the first name is missing"
    matches = {match for _, _, match in found.pairs}
    told = next((phrase for match, phrase in _PHRASES.items() if match in matches), "")
    if left:
        missing = "second surname missing" if left[-1] == longer.parts[-1] else "middle name missing"
        return NameLevel.SUBSET, f"{told}, {missing}" if told else missing
    if told:
        return NameLevel.CLOSE, told
    moved = sorted(one.parts) == sorted(other.parts)
    return NameLevel.REORDERED, "same name in another order" if moved else "same name written otherwise"


_PHRASES = {
    PartMatch.NICKNAME: "another form of the name",
    PartMatch.TYPO: "one spelling differs",
    PartMatch.SOUND: "one spelling differs",
    PartMatch.INITIAL: "an initial for a name",
}
