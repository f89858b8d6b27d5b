"""Workbook values → the texts that people see in the cells, exact to the digits that a spreadsheet keeps.

Spreadsheets keep numbers in binary with 15 sure digits (ECMA-376 stores them so); a longer one was rounded, or came
from a program that wrote more digits than a spreadsheet would show.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

SURE_DIGITS = 15
_LONG = 10.0**SURE_DIGITS
_LONG_INTEGER = re.compile(r"[-+]?0*([1-9][0-9]{15,})(?:\.0*)?")
_MAX_DIGITS = 40
_MAX_TEXT = 40

Value = str | float | bool | date | time | timedelta | None
"""What the reading libraries give for a cell; datetime is a date, int a float."""


@dataclass(slots=True)
class OddRow:
    """What is to be told about a row, and the texts of cells that replace what the library read.

    `flags` are those of a SourceRow: `hidden`, or `error`, `uncalculated` or `long` with the column's position.
    """

    row_no: int
    flags: list[str] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HiddenColumns:
    """The first and last position of a run of hidden columns."""

    first: int
    last: int


class CellTexts:
    """Turns rows of values into rows of texts; `has_long` tells of a number too long to be sure of."""

    def __init__(self) -> None:
        self.has_long = False

    def row(self, values: Iterable[Value]) -> list[str]:
        """One text per value."""
        return [value if type(value) is str else self._text(value) for value in values]

    def _text(self, value: Value) -> str:
        if type(value) is float or type(value) is int:
            if -_LONG < value < _LONG:
                return _number(value)
            self.has_long = True
            return _long(value)
        return shown_value(value)


def shown_value(value: Value) -> str:
    """A value that is no number: ISO dates and clocks, `TRUE` and `FALSE`, hours for a length of time."""
    if value is None:
        return ""
    show = _SHOW.get(type(value))
    return show(value) if show else str(value)


def is_sure(value: Value) -> bool:
    """Whether a spreadsheet is sure of every digit of this value."""
    return not isinstance(value, float | int) or isinstance(value, bool) or not _LONG <= abs(value) < math.inf


def long_number(text: str) -> str:
    """The digits of a stored whole number that is longer than a float is exact, '' for anything else."""
    found = _LONG_INTEGER.fullmatch(text)
    return ("-" if text.startswith("-") else "") + found[1] if found else ""


def shown_number(stored: str, digits: int, decimals: int) -> str:
    """A stored number as its format shows it: padded to so many digits, or, from 0 decimals on, as a percentage."""
    try:
        number = Decimal(stored[:_MAX_TEXT])
        if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
            return stored
        if decimals >= 0:
            return f"{_plain(round(number * 100, max(decimals, 2)))}%"
        return f"{'-' if number < 0 else ''}{abs(round(number)):0{min(digits, _MAX_DIGITS)}d}"
    except (InvalidOperation, ValueError):
        return stored


def _number(value: float) -> str:
    if value == int(value):
        return str(int(value))
    text = f"{value:.15g}"
    return _plain(Decimal(text)) if "e" in text else text


def _long(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    return str(int(value)) if abs(value) < 10.0**_MAX_DIGITS else f"{value:.15g}"


def _plain(number: Decimal) -> str:
    """The number without an exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: datetime) -> str:
    """A spreadsheet's moment is a fraction of days: rounded to the second, and at midnight the day alone."""
    rounded = (
        value if not value.microsecond else (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    )
    is_midnight = not (rounded.hour or rounded.minute or rounded.second)
    return rounded.date().isoformat() if is_midnight else rounded.isoformat(" ", "seconds")


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _truth(value: bool) -> str:  # noqa: FBT001
    return "TRUE" if value else "FALSE"


def _clock(value: time) -> str:
    return value.isoformat("seconds")


_SHOW: dict[type, Callable[[Any], str]] = {
    bool: _truth,
    datetime: _moment,
    date: date.isoformat,
    time: _clock,
    timedelta: _duration,
}
