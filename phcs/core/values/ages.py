"""One text → how old an animal is: `2Y/3M/4D`, `9 years 2 months`, `2 años y 3 meses`, `8 semanas`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from phcs.core.values.texts import fold

MAX_CHARACTERS = 40
MAX_YEARS = 130
"""No animal that a centre sees, and no person, is older."""

_UNITS = {
    word: number
    for number, words in enumerate(
        (
            "y yr yrs year years yo a ano anos",
            "m mo mos mth mths month months mes meses",
            "w wk wks week weeks sem sems semana semanas",
            "d day days dia dias",
        )
    )
    for word in words.split()
}
_PASSED_OVER = frozenset(
    {"and", "y", "e", "old", "approx", "aprox", "about", "unos", "of", "age", "de", "edad"}
)
_PART = re.compile(r"(\d{1,3})(?: ([05]))? ?([a-z]+)")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Age:
    """Whole years, months, weeks and days."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def born(self, on: date) -> date | None:
        """Return the day of birth of who is this old on that day; None before the beginning of dates."""
        months = on.year * 12 + on.month - 1 - self.years * 12 - self.months
        year, month = divmod(months, 12)
        if year < 1:
            return None
        try:
            day = date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))
            return day - timedelta(days=self.weeks * 7 + self.days)
        except OverflowError:
            return None


@lru_cache(maxsize=4_096)
def parse_age(text: str) -> Age | None:
    """Return the age that the text tells, None where it tells none; each unit once, the larger first.

    Half years (`1.5 years`) are six months. A number without unit is no age.
    """
    if len(text) > MAX_CHARACTERS or not any(character.isdigit() for character in text):
        return None
    rest = fold(text)
    found = [0, 0, 0, 0]
    last = -1
    while rest:
        part = _PART.match(rest)
        unit = _UNITS.get(part[3], -1) if part else -1
        if part and unit > last:
            last = unit
            found[unit] = int(part[1])
            if part[2] == "5":
                if unit:
                    return None
                found[1] = 6
            rest = rest[part.end() :].lstrip()
            continue
        word = _WORD.match(rest)
        if not word or word[0] not in _PASSED_OVER:
            return None
        rest = rest[word.end() :].lstrip()
    return Age(*found) if last >= 0 and found[0] <= MAX_YEARS else None
