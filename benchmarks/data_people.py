"""Made-up owners, and the many ways in which one name, telephone number or date is written."""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from benchmarks.data_words import (
    BREEDS,
    DOMAINS,
    FIRST,
    LAST,
    MONTHS,
    PARTICLES,
    PETS,
    SPECIES_WEIGHTS,
)


@dataclass(frozen=True, slots=True)
class MadeUpOwner:
    """An owner as the file may name them; `pets` are (name, species, breed); '' is a contact that is missing."""

    index: int
    first: str
    last: str
    email: str
    country_code: str
    national: str
    pets: tuple[tuple[str, str, str], ...]

    @property
    def name(self) -> str:
        """Given and family names."""
        return f"{self.first} {self.last}"


def made_up_owner(seed: int, index: int) -> MadeUpOwner:
    """The owner with this number: a function of both arguments alone, so nobody has to be remembered."""
    r = random.Random(seed * 1_000_003 + index)
    first = r.choice(FIRST) + (" " + r.choice(FIRST) if r.random() < 0.15 else "")
    last = r.choice(LAST)
    if r.random() < 0.7:
        last += " " + (r.choice(PARTICLES) if r.random() < 0.05 else "") + r.choice(LAST)
    local = f"{first.split()[0]}{r.choice(['.', '_', ''])}{last.split()[-1]}"
    local = without_accents(local).lower().replace("'", "")
    local += str(index) if r.random() < 0.9 else f"+vet{index}"
    email = f"{local}@{r.choice(DOMAINS)}"
    country_code, national_of = r.choices(REGIONS, REGION_WEIGHTS)[0]
    national = national_of(r)
    pets = _pets(r)
    if r.random() < 0.12:  # one contact is missing, never both
        if r.random() < 0.5:
            email = ""
        else:
            national = ""
    return MadeUpOwner(index, first, last, email, country_code, national, pets)


def _pets(r: random.Random) -> tuple[tuple[str, str, str], ...]:
    pets: dict[str, tuple[str, str, str]] = {}
    for _ in range(r.choices((1, 2, 3), (70, 22, 8))[0]):
        species = r.choices(list(BREEDS), SPECIES_WEIGHTS)[0]
        name = r.choice(PETS)
        if name not in pets:
            pets[name] = (name, species, r.choice(BREEDS[species].split("|")))
    return tuple(pets.values())


def without_accents(text: str) -> str:
    """The text as somebody without these keys types it."""
    text = text.replace("ß", "ss").replace("ø", "o").replace("Ł", "L").replace("ł", "l")
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


def _digits(r: random.Random, count: int) -> str:
    return "".join(r.choices("0123456789", k=count))


def _spanish(r: random.Random) -> str:
    if r.random() < 0.85:
        return r.choice(("61", "62", "63", "64", "65", "66", "67", "71", "72")) + _digits(r, 7)
    return "91" + r.choice("23456789") + _digits(r, 6)


def _american(r: random.Random) -> str:
    area = r.choice(["212", "305", "415", "617", "713", "786"])
    return area + r.choice("23456789") + r.choice("02345678") + _digits(r, 5)


REGIONS: list[tuple[str, Callable[[random.Random], str]]] = [
    ("34", _spanish),
    ("44", lambda r: "7" + r.choice("4578") + r.choice("123456789") + _digits(r, 7)),
    ("33", lambda r: "6" + r.choice("124578") + _digits(r, 7)),
    ("49", lambda r: "15" + r.choice("127") + _digits(r, 8)),
    ("351", lambda r: "9" + r.choice("136") + _digits(r, 7)),
    ("39", lambda r: "34" + r.choice("0256789") + _digits(r, 7)),
    ("1", _american),
    ("52", lambda r: "55" + r.choice("12345678") + _digits(r, 7)),
]
REGION_WEIGHTS = [80, 4, 4, 3, 3, 2, 2, 2]


def written_phone(r: random.Random, country_code: str, national: str) -> str:
    """One of the many spellings of a number; half of the Spanish ones without country code."""
    groups = " ".join(national[start : start + 3] for start in range(0, len(national), 3))
    share = r.random()
    if country_code == "34" and share < 0.55:
        pairs = f"{national[:3]} {national[3:5]} {national[5:7]} {national[7:]}"
        forms = (national, groups, pairs, groups.replace(" ", "-"), groups.replace(" ", "."))
        return forms[int(share / 0.55 * 5)]
    share = r.random()
    for limit, form in (
        (0.40, f"+{country_code}{national}"),
        (0.65, f"+{country_code} {groups}"),
        (0.78, f"00{country_code} {groups}"),
        (0.88, f"(+{country_code}) {groups.replace(' ', '-')}"),
        (0.94, f"00{country_code}{national}"),
        (0.97, f"tel:+{country_code}{national}"),
    ):
        if share < limit:
            return form
    return f" +{country_code}\u00a0{groups} "


def written_name(r: random.Random, owner: MadeUpOwner) -> str:
    """One of the many spellings of a name."""
    share = r.random()
    for limit, form in (
        (0.70, owner.name),
        (0.78, owner.name.upper()),
        (0.84, owner.name.lower()),
        (0.90, without_accents(owner.name)),
        (0.94, f"{owner.last}, {owner.first}"),
        (0.97, f"  {owner.first}  {owner.last} "),
    ):
        if share < limit:
            return form
    return unicodedata.normalize("NFD", owner.name)


def written_date(r: random.Random, moment: datetime) -> str:
    """One of six spellings of a moment; the ISO one has made-up milliseconds."""
    share = r.random()
    if share < 0.45:
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{r.randrange(1000):03d}Z"
    for limit, form in (
        (0.65, "%Y-%m-%d %H:%M:%S"),
        (0.72, "%Y-%m-%d"),
        (0.90, "%d/%m/%Y %H:%M"),
        (0.96, "%d-%m-%Y"),
    ):
        if share < limit:
            return moment.strftime(form)
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
