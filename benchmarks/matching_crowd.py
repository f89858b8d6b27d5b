"""A million made-up owners, and a file about some of them: names by Zipf's law, as in a large town.

An owner is a function of its number and the seed, so nobody has to be remembered.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from benchmarks.linkage_words import DOMAINS, ENDINGS, PETS, SPECIES, STREETS, SYLLABLES
from phcs.core.records import OwnerFacts, PetFacts

GIVEN_NAMES, SURNAMES = 4_000, 80_000
OWNERS_TO_A_POSTCODE = 300

Told = tuple[OwnerFacts, tuple[PetFacts, ...]]


class Crowd:
    """So many owners, the same ones for the same seed."""

    def __init__(self, *, owners: int, seed: int) -> None:
        self.owners = owners
        self._seed = seed
        self._given = _names(GIVEN_NAMES, seed)
        self._surnames = _names(SURNAMES, seed + 1)

    def owner(self, number: int) -> Told:
        """The owner with this number; one from `owners` on is nobody whom the organisation knows."""
        chance = random.Random(self._seed * 1_000_003 + number)
        given, first, second = self._draw(self._given, chance), *self._two_surnames(chance)
        home = number // 2 if chance.random() < 0.2 else number
        place = random.Random(self._seed * 1_000_007 + home)
        postcode = 10_000 + place.randrange(max(1, self.owners // OWNERS_TO_A_POSTCODE))
        facts = OwnerFacts(
            full_name=f"{given} {first} {second}",
            phone=f"+34{600_000_000 + place.randrange(200_000_000)}",
            email=f"{given.lower()}.{first.lower()}{number}@{chance.choice(DOMAINS)}"
            if chance.random() < 0.8
            else "",
            address=f"Calle {place.choice(STREETS)} {place.randrange(1, 150)}",
            postal_code=str(postcode),
            birth_date=f"{chance.randrange(1940, 2005)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            if chance.random() < 0.6
            else "",
        )
        return facts, (PetFacts(name=place.choice(PETS), species=place.choice(SPECIES)),)

    def told_again(self, number: int) -> Told:
        """The same owner as a later file names them: a surname less, another phone, no mailbox, no birth date."""
        facts, pets = self.owner(number)
        chance = random.Random(self._seed * 1_000_009 + number)
        name = facts.full_name
        if chance.random() < 0.35:
            name = name.rsplit(" ", 1)[0]
        phone = facts.phone
        if chance.random() < 0.15:
            phone = f"+34{600_000_000 + chance.randrange(200_000_000)}"
        again = OwnerFacts(
            full_name=name,
            phone=phone,
            email=facts.email if chance.random() < 0.7 else "",
            address=facts.address if chance.random() < 0.8 else "",
            postal_code=facts.postal_code,
            birth_date=facts.birth_date if chance.random() < 0.5 else "",
        )
        return again, pets

    def incoming(self, rows: int) -> Iterator[tuple[int | None, Told]]:
        """Rows of a file, half of them about known owners, each with the number of that owner or None."""
        chance = random.Random(self._seed)
        for row in range(rows):
            if row % 2:
                yield None, self.owner(self.owners + row)
            else:
                number = chance.randrange(self.owners)
                yield number, self.told_again(number)

    def _two_surnames(self, chance: random.Random) -> tuple[str, str]:
        return self._draw(self._surnames, chance), self._draw(self._surnames, chance)

    @staticmethod
    def _draw(names: list[str], chance: random.Random) -> str:
        weights = _zipf(len(names))
        return names[bisect_left(weights, chance.random() * weights[-1])]


@lru_cache
def _zipf(many: int) -> list[float]:
    """Running sums of 1, 1/2, 1/3 …"""
    return list(accumulate(1 / rank for rank in range(1, many + 1)))


def _names(many: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < many:
        syllables = "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((1, 2, 3))))
        found[f"{syllables}{chance.choice(ENDINGS)}".capitalize()] = None
    return list(found)
