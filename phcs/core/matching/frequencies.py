"""How rare a part of a name is among an organisation's owners: rare parts say much, frequent ones little."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log2

from phcs.core.matching.given_names import COMMON_GIVEN_NAMES, COMMON_NAMES
from phcs.core.matching.names import parse_person_name
from phcs.core.records import OwnerFacts

_IMAGINED = 1_000
"""Owners that are imagined beside the known ones, so that the first rows of an empty organisation get sane answers."""
_COMMON_AMONG_IMAGINED = 8.0
_OTHER_AMONG_IMAGINED = 0.5
_FREQUENT_FROM = 4
_FREQUENT_SHARE = 0.000_2
"""A part is frequent from this many and this share of the owners (design: typo rule)."""


@dataclass(frozen=True, slots=True)
class NameFrequencies:
    """How many owners there are, and for each part of a name how many have it and how many have it first.

    `counts` needs to hold the parts of the owners that are compared; a part that it lacks counts as unseen.
    """

    owners: int = 0
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def rarity(self, part: str) -> float:
        """Return log2 of how many owners there are for each one who has this part, in bits (0 to about 11)."""
        imagined = _COMMON_AMONG_IMAGINED if part in COMMON_NAMES else _OTHER_AMONG_IMAGINED
        seen = self.counts.get(part, (0, 0))[0]
        return log2((max(self.owners, seen) + _IMAGINED) / (seen + imagined))

    def is_frequent(self, part: str) -> bool:
        """Say whether a part is a name in its own right, not somebody's typing error."""
        if part in COMMON_NAMES:
            return True
        return self.counts.get(part, (0, 0))[0] >= max(_FREQUENT_FROM, self.owners * _FREQUENT_SHARE)

    def given_share(self, part: str) -> float:
        """Return how often a part stands first (0 to 1), imagining a few owners for what is generally known."""
        seen, first = self.counts.get(part, (0, 0))
        general = 1.0 if part in COMMON_GIVEN_NAMES else 0.0 if part in COMMON_NAMES else 0.4
        return (first + general * _FREQUENT_FROM) / (seen + _FREQUENT_FROM)


NO_FREQUENCIES = NameFrequencies()


def counted_parts(facts: OwnerFacts) -> tuple[tuple[str, bool], ...]:
    """Return the parts of an owner's name, each once, with whether it stands first (is the given name)."""
    return _counted(facts.full_name, facts.given_name, facts.family_name)


@lru_cache(maxsize=16_384)
def _counted(full_name: str, given_name: str, family_name: str) -> tuple[tuple[str, bool], ...]:
    parts = parse_person_name(full_name, given_name, family_name).parts
    return tuple((part, position == 0) for position, part in enumerate(dict.fromkeys(parts)))
