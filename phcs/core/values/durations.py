"""One text → whole minutes or a time of day: `30`, `1h 30`, `00:20`, `1,5 horas`, `PT45M`, `9:30 a. m.`, `14h15`."""

import re
from fractions import Fraction
from functools import lru_cache

from phcs.core.values.texts import fold, tidy

MAX_CHARACTERS = 40
MOST_MINUTES = 31 * 24 * 60
"""No appointment is longer than a month."""

_SECOND, _MINUTE, _HOUR, _DAY = Fraction(1, 60), Fraction(1), Fraction(60), Fraction(24 * 60)
_UNITS = {
    word: unit
    for unit, words in {
        _SECOND: "s sec secs second seconds seg segs segundo segundos",
        _MINUTE: "m min mins minute minutes minuto minutos mn",
        _HOUR: "h hr hrs hour hours hora horas",
        _DAY: "d day days dia dias",
    }.items()
    for word in words.split()
}
_HEADING_UNITS = {word: unit for word, unit in _UNITS.items() if len(word) > 1 and word != "mn"}
_CLOCKED = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:\.\d+)?)?", re.ASCII)
_ISO = re.compile(r"P(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,5})M)?(?:(\d{1,7})S)?)?", re.ASCII)
_PATTERN = re.compile(r"[/X]{1,288}")
_PER_MARK = 5
"""Minutes of one mark in a pattern such as `//XX//` (Open Dental)."""
_PART = re.compile(r"(\d{1,7})(?:[.,](\d{1,6}))?\s*([^\W\d]*)\.?\s*")
_WORDS = {
    "media hora": 30,
    "half hour": 30,
    "half an hour": 30,
    "una hora": 60,
    "one hour": 60,
    "hora y media": 90,
}
_DAY_FRACTION = re.compile(r"0?[.,](\d{4,15})", re.ASCII)

_TIME = re.compile(
    r"(\d{1,2})(?:[:.hH](\d{2})(?::(\d{2})(?:\.\d{1,6})?)?)?\s*(?:Uhr|uhr|[hH]?(?:rs|oras)?)\.?\s*([aApP]\.?\s?[mM]\.?)?"
)
_COMPACT = re.compile(r"([01]\d|2[0-3])([0-5]\d)", re.ASCII)
_AFTER_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}[ T](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII
)


def unit_of_heading(heading: str) -> str:
    """Return the word in a heading that tells in what its durations count (`Duration (seconds)`), '' for none."""
    return next((word for word in fold(heading).split() if word in _HEADING_UNITS), "")


@lru_cache(maxsize=4_096)
def read_minutes(text: str, unit: str = "") -> int | None:
    """Return the whole minutes of a duration, None for what is none, or longer than a month.

    A bare number is in `unit` (a word such as `seconds`), minutes where there is none. Seconds are rounded up.
    """
    given = tidy(text)
    if not given or (len(given) > MAX_CHARACTERS and not _PATTERN.fullmatch(given)):
        return None
    found = _minutes(given, _UNITS.get(unit, _MINUTE))
    if found is None or not 0 <= found <= MOST_MINUTES:
        return None
    return -(-found.numerator // found.denominator)


def _minutes(text: str, unit: Fraction) -> Fraction | None:
    if _PATTERN.fullmatch(text):
        return Fraction(len(text) * _PER_MARK)
    clocked = _CLOCKED.fullmatch(text)
    if clocked:
        return int(clocked[1]) * _HOUR + int(clocked[2]) + int(clocked[3] or 0) * _SECOND
    iso = _ISO.fullmatch(text.upper())
    if iso and any(iso.groups()):
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return days * _DAY + hours * _HOUR + minutes + seconds * _SECOND
    if fold(text) in _WORDS:
        return Fraction(_WORDS[fold(text)])
    of_day = _DAY_FRACTION.fullmatch(text)
    if of_day and unit == _MINUTE:
        return round(Fraction(f"0.{of_day[1]}") * _DAY * 60) * _SECOND
    return _in_parts(text.lower(), unit)


def _in_parts(text: str, unit: Fraction) -> Fraction | None:
    """Return the sum of `1 h 30 min`; a number after hours, without a unit of its own, is minutes."""
    total = Fraction(0)
    rest, last = text, Fraction(0)
    while rest:
        part = _PART.match(rest)
        if part is None:
            return None
        word = fold(part[3])
        if word in ("y", "and"):
            return None
        own = _UNITS.get(word) if word else (_MINUTE if last == _HOUR else unit if not last else None)
        if own is None or (last and own >= last):
            return None
        total += Fraction(f"{part[1]}.{part[2] or 0}") * own
        last = own
        rest = re.sub(r"^(?:y|and|e|,)\s+", "", rest[part.end() :])
    return total


@lru_cache(maxsize=4_096)
def read_clock(text: str) -> str:
    """Return a time of day as `09:30:00`, '' for what is none; a day before it is passed over."""
    given = tidy(text)
    if not given or len(given) > MAX_CHARACTERS:
        return ""
    after = _AFTER_DATE.fullmatch(given)
    of_day = _DAY_FRACTION.fullmatch(given)
    if of_day:
        seconds = round(Fraction(f"0.{of_day[1]}") * 86_400)
        return _clock(seconds // 3_600, seconds // 60 % 60, seconds % 60)
    compact = _COMPACT.fullmatch(given)
    if compact:
        return _clock(int(compact[1]), int(compact[2]), 0)
    found = _TIME.fullmatch(after[1] if after else given)
    if found is None or (found[2] is None and found[4] is None and "h" not in given.lower()):
        return ""
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if found[4][0] in "pP" else 0)
    return _clock(hour, int(found[2] or 0), int(found[3] or 0))


def _clock(hour: int, minute: int, second: int) -> str:
    is_one = hour < 24 and minute < 60 and second < 60
    return f"{hour:02}:{minute:02}:{second:02}" if is_one else ""
