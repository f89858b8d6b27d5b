"""What a whole column tells of its dates: which number is the day, and whether its cells are day numbers."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from phcs.core.values.dates import parse_moment

_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[/. -]+(?:\d{1,2}|[^\W\d_]+)\.?[/. -]+\d{2}(?!\d)")
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d{1,15}))?", re.ASCII)
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000
"""Autumn 1954 to spring 2064: smaller and larger numbers are more likely something else."""

_EPOCHS = {"1900": datetime(1899, 12, 30, tzinfo=UTC), "1904": datetime(1904, 1, 1, tzinfo=UTC)}
NO_DATE = "?"
"""Before a text that must not be read as a date, because its column's order makes it none."""


def order_proven_by(text: str) -> str:
    """Return `day_first` or `month_first` for a date that can be read in one order only.

    `either` is a date that has two readings; '' is every other text, and a date such as 05/05/2026.
    """
    found = _NUMERIC.match(text.strip())
    if not found:
        return ""
    first, second = int(found[1]), int(found[3])
    if first == second or not 1 <= first <= 31 or not 1 <= second <= 31:
        return ""
    if first > 12:
        return "day_first" if second <= 12 else ""
    return "month_first" if second > 12 else "either"


def in_order(text: str, *, day_first: bool) -> str:
    """Return a numeric date as ISO text, read in this order; with `?` before it where the order makes it none.

    Every other text comes back as it is; times keep their clock and stay local.
    """
    if not _NUMERIC.match(text):
        return text
    moment = parse_moment(text, zone=UTC, day_first=day_first)
    return f"{NO_DATE}{text}" if moment is None else _as_iso(moment)


def readings_of(text: str) -> tuple[str, str] | None:
    """Return the two days that a date such as 03/04/2026 may mean, day-first and month-first; else None."""
    text = text.strip()
    if order_proven_by(text) != "either":
        return None
    first, second = (parse_moment(text, zone=UTC, day_first=order) for order in (True, False))
    return None if first is None or second is None else (_as_iso(first), _as_iso(second))


def is_serial(text: str) -> bool:
    """Say whether a cell may be a spreadsheet's day number of our time."""
    found = _SERIAL.fullmatch(text)
    return found is not None and _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL


def serial_as_iso(text: str, *, epoch: str) -> str:
    """Return a day number as ISO text (to the second), every other text as it is; `epoch` is 1900 or 1904."""
    found = _SERIAL.fullmatch(text)
    if not found or not _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL:
        return text
    seconds = round(float(f"0.{found[2] or 0}") * 86_400)
    return _as_iso(_EPOCHS[epoch] + timedelta(days=int(found[1]), seconds=seconds))


def a_century_earlier(text: str, day: date) -> date | None:
    """Return the day a hundred years before, where the text gives only two digits of the year; else None."""
    found = _SHORT_YEAR.match(text.strip())
    if not found:
        return None
    last = monthrange(day.year - 100, day.month)[1]
    return day.replace(year=day.year - 100, day=min(day.day, last))


def _as_iso(moment: datetime) -> str:
    """Return the day alone at midnight, else day and clock, without zone."""
    if not moment.hour and not moment.minute and not moment.second:
        return moment.date().isoformat()
    return moment.replace(tzinfo=None).isoformat(" ")
