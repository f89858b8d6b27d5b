"""What every row goes through, whatever the file's format: storable text, counted columns, headings."""

import re
from collections.abc import Iterable, Sequence

from phcs.core.reading.tables import ColumnReading

NumberedRow = tuple[int, list[str], tuple[str, ...]]
"""Row number, cells, flags: a `SourceRow` before it is made, as chunks of thousands travel."""

SAMPLES = 3
FIRST_ROWS = 10
SHOWN_CHARACTERS = 200
"""Samples and first rows are cut here: they are for showing, and are stored with the import."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_blank(cells: Iterable[str]) -> bool:
    """Whether a row holds nothing but white space."""
    return not any(map(str.strip, cells))


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can store it: no NUL, no lone surrogate."""
    return not _UNSTORABLE.search(text)


def mended(text: str) -> str:
    """The text with every character that PostgreSQL cannot store replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def unique_headings(given: Iterable[str]) -> list[str]:
    """Headings on one line, blank ones numbered (`Column 3`), the second `X` called `X (2)`."""
    headings: dict[str, None] = {}
    for position, text in enumerate(given, 1):
        plain = " ".join(text.split()) or f"Column {position}"
        heading, count = plain, 1
        while heading in headings:
            count += 1
            heading = f"{plain} ({count})"
        headings[heading] = None
    return list(headings)


class ColumnTally:
    """Counts filled cells and keeps a few samples per column, a chunk of rows at a time.

    A cell is filled when it is not empty. Rows of one chunk are equally wide; later chunks may be wider.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._filled: list[int] = []
        self._samples: list[dict[str, None]] = []
        self._first_rows: list[list[str]] = []

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Count these rows."""
        self.rows += len(rows)
        for row in rows[: FIRST_ROWS - len(self._first_rows)] if len(self._first_rows) < FIRST_ROWS else ():
            self._first_rows.append([_shown(cell) for cell in row])
        for position, column in enumerate(zip(*rows, strict=True)):
            if position == len(self._filled):
                self._filled.append(0)
                self._samples.append({})
            self._filled[position] += len(column) - column.count("")
            if len(self._samples[position]) < SAMPLES:
                self._collect(self._samples[position], column)

    def columns(self, given: Sequence[str]) -> tuple[ColumnReading, ...]:
        """The readings of the columns with these headings, in order."""
        return tuple(
            ColumnReading(
                position, heading, given[position], self._filled[position], tuple(self._samples[position])
            )
            for position, heading in enumerate(unique_headings(given))
        )

    def first_rows(self) -> tuple[tuple[str, ...], ...]:
        """The first rows, all as wide as the table."""
        width = len(self._filled)
        return tuple((*row, *[""] * (width - len(row))) for row in self._first_rows)

    @staticmethod
    def _collect(samples: dict[str, None], column: Iterable[str]) -> None:
        for value in dict.fromkeys(column):
            if value.strip():
                samples[_shown(value)] = None
                if len(samples) == SAMPLES:
                    return


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
