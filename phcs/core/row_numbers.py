"""Rows as people name them: `4, 17-20`, and `2:4` for row 4 of the second table."""

import re
from collections.abc import Sequence
from typing import Any

from phcs.core.errors import InvalidInputError
from phcs.core.row_places import MOST_TABLES, RowPlace, parse_row_place

MOST_ROWS = 100
_PART = re.compile(r"(?:(\d{1,2}):)?(\d{1,9})(?:\s*[-\u2013]\s*(\d{1,9}))?", re.ASCII)
WRONG = "Write the numbers of rows like this: 4, 17-20."


def read_row_places(texts: list[str]) -> list[RowPlace]:
    """The rows that these texts name, each once. Raises InvalidInputError for anything else, or for too many."""
    found: set[RowPlace] = set()
    for part in filter(
        None, (part.strip() for text in texts for part in re.split(r"[,;\n]|(?<=\d)\s+(?=\d)", text))
    ):
        match = _PART.fullmatch(part)
        table_no = int(match[1] or 1) if match else 0
        if match is None or not 1 <= table_no <= MOST_TABLES:
            raise InvalidInputError(WRONG)
        first, last = int(match[2]), int(match[3] or match[2])
        if last < first or last - first >= MOST_ROWS:
            raise InvalidInputError(f"Name at most {MOST_ROWS} rows, the smaller number of a range first.")
        found |= {RowPlace(table_no, row_no) for row_no in range(first, last + 1)}
    return sorted(found)


def stored_places(places: Sequence[RowPlace]) -> list[int | str]:
    """Rows as plain data: numbers of the first table, `2:4` of another."""
    return [place.row_no if place.table_no == 1 else f"{place}" for place in places]


def places_from_stored(data: Sequence[Any]) -> tuple[RowPlace, ...]:
    """The rows that `stored_places` described."""
    return tuple(place for one in data if (place := parse_row_place(f"{one}")) is not None)
