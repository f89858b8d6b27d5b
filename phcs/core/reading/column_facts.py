"""What whole columns tell: coded values with counts, and rows that prove how dates and numbers are written.

Fed a chunk of rows at a time while a file is inspected, and cheap on purpose: a column is looked at further only
where its first cells look like dates, numbers or codes.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from phcs.core.values.ages import parse_age
from phcs.core.values.date_orders import is_serial, order_proven_by
from phcs.core.values.money import proven_mark
from phcs.core.values.numbers import decimal_mark_of

MAX_VALUES = 200
"""A column with more different values is not coded."""

VALUE_CHARACTERS = 60
"""Longer texts are prose, not codes."""

MAX_CODED = 100
"""So many columns of a table may be coded at most: a bound on what is kept of a file of a thousand columns."""

_LOOKED_AT = 200
_VARIETY = 100
_DATE_LOOK = re.compile(r"\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}", re.ASCII)
_NUMBER_LOOK = re.compile(
    r"\s*[-(]?(?:[^\W\d]{2,3}\s|[^\W\d]{0,3}[$€£]\s?)?-?\d{1,6}(?:([.,])\d{3})*(?:(?!\1)[.,]\d{1,4})?"
    r"\s?[^\W\d]{0,10}[€$£]?\.?\)?\s*",
    re.ASCII,
)
_START = 8
"""So many characters hold day and month, and tell cells of one day from those of another."""

_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Proof:
    """The cell that proves something: its row's number (0 where nobody counted) and its text."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What the whole of one column tells.

    `values` are its different texts, without blanks around them, and how often each stands there, the most
    frequent first; empty where the column is not coded, with `has_more` where it has more than MAX_VALUES. All
    else is the first cell that proves something, None where no cell does: an order of day and month, a date
    that may be `either`, a spreadsheet's day number, an age, a decimal comma, a decimal point.
    """

    values: tuple[tuple[str, int], ...] = ()
    has_more: bool = False
    day_first: Proof | None = None
    month_first: Proof | None = None
    either: Proof | None = None
    serial: Proof | None = None
    age: Proof | None = None
    comma: Proof | None = None
    point: Proof | None = None

    def as_json(self) -> dict[str, Any]:
        """Return only what is known; `from_json` turns it back."""
        told: dict[str, Any] = {"values": [list(pair) for pair in self.values]} if self.values else {}
        if self.has_more:
            told["has_more"] = True
        for name in PROOFS:
            proof: Proof | None = getattr(self, name)
            if proof:
                told[name] = [proof.row, proof.text]
        return told

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ColumnFacts":
        """Return the facts that `as_json` described."""
        return cls(
            values=tuple((text, count) for text, count in data.get("values", ())),
            has_more=data.get("has_more", False),
            **{name: Proof(*data[name]) for name in PROOFS if name in data},
        )


PROOFS = ("day_first", "month_first", "either", "serial", "age", "comma", "point")
NOTHING_KNOWN = ColumnFacts()


def facts_of(facts: Sequence[ColumnFacts], position: int) -> ColumnFacts:
    """Return what is known of the column at this position."""
    return facts[position] if position < len(facts) else NOTHING_KNOWN


class FactsTally:
    """Collects the facts of every column of one table."""

    def __init__(self) -> None:
        self._looks: list[_ColumnLook] = []
        self._coded: set[_ColumnLook] = set()

    def add(self, position: int, column: Sequence[str], numbers: Sequence[int]) -> None:
        """Look at the cells of one column of some rows; `numbers` are those rows' numbers, or empty."""
        while position >= len(self._looks):
            self._looks.append(_ColumnLook(self._coded))
        self._looks[position].add(column, numbers)

    def of(self, position: int) -> ColumnFacts:
        """Return what is known of the column at this position."""
        return self._looks[position].facts() if position < len(self._looks) else NOTHING_KNOWN


class _ColumnLook:
    """One column on its way; what it does not look like costs nothing further."""

    __slots__ = (
        "_coded",
        "_counts",
        "_has_more",
        "_is_dates",
        "_is_known",
        "_is_numbers",
        "_proofs",
        "_starts",
    )

    def __init__(self, coded: set["_ColumnLook"]) -> None:
        self._coded = coded
        self._is_known = False
        self._has_more = False
        self._is_dates = False
        self._is_numbers = False
        self._counts: Counter[str] | None = None
        self._starts: set[str] = set()
        self._proofs: dict[str, Proof] = {}

    def add(self, column: Sequence[str], numbers: Sequence[int]) -> None:
        if not self._is_known:
            filled = list(islice((cell for cell in column if cell.strip()), _LOOKED_AT))
            if not filled:
                return
            self._look_at(filled)
        if self._counts is not None:
            self._count(self._counts, column)
        if self._is_dates:
            self._see_dates(column, numbers)
        if self._is_numbers:
            self._see_numbers(column, numbers)

    def facts(self) -> ColumnFacts:
        counts: Counter[str] = Counter()
        for text, count in (self._counts or {}).items():
            counts[text.strip()] += count
        counts.pop("", None)
        return ColumnFacts(
            values=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
            has_more=self._has_more,
            **self._proofs,
        )

    def _look_at(self, filled: list[str]) -> None:
        """Decide by the first filled cells what to look for in the whole column."""
        self._is_known = True
        self._is_dates = any(
            _DATE_LOOK.match(cell) or is_serial(cell.strip()) or parse_age(cell) for cell in filled
        )
        self._is_numbers = any(map(_NUMBER_LOOK.fullmatch, filled))
        if len(set(filled)) <= _VARIETY and len(self._coded) < MAX_CODED:
            self._counts = Counter()
            self._coded.add(self)
        else:
            self._has_more = True

    def _count(self, counts: Counter[str], column: Sequence[str]) -> None:
        counts.update(column)
        if len(counts) > MAX_VALUES or max(map(len, counts)) > VALUE_CHARACTERS:
            self._counts = None
            self._has_more = True
            self._coded.discard(self)

    def _see_dates(self, column: Sequence[str], numbers: Sequence[int]) -> None:
        """Look at the first cell of each beginning that was not seen before."""
        fresh = {cell[:_START] for cell in column} - self._starts
        if len(self._starts) < _REMEMBERED:
            self._starts |= fresh
        if not fresh:
            return
        for index, cell in enumerate(column):
            if cell[:_START] in fresh:
                fresh.discard(cell[:_START])
                text = cell.strip()
                shape = order_proven_by(text) or _other_shape(text)
                if shape:
                    self._prove(shape, text, index, numbers)

    def _see_numbers(self, column: Sequence[str], numbers: Sequence[int]) -> None:
        """Look for the first cell with a decimal comma and the first with a decimal point."""
        joined = "".join(column)
        is_wanted = ("comma" not in self._proofs and "," in joined) or (
            "point" not in self._proofs and "." in joined
        )
        if not is_wanted:
            return
        for index, cell in enumerate(column):
            mark = (decimal_mark_of(cell) or proven_mark(cell)) if "," in cell or "." in cell else ""
            if mark:
                self._prove(mark, cell.strip(), index, numbers)

    def _prove(self, shape: str, text: str, index: int, numbers: Sequence[int]) -> None:
        if shape not in self._proofs:
            self._proofs[shape] = Proof(numbers[index] if numbers else 0, text[:VALUE_CHARACTERS])


def _other_shape(text: str) -> str:
    if is_serial(text):
        return "serial"
    return "age" if parse_age(text) else ""
