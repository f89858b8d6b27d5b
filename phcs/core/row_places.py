"""Where a source row stands in an import: in which of its tables, and at which number there."""

import re
from collections.abc import Mapping
from typing import NamedTuple

TABLE_BITS = 6
ROW_BITS = 26
MOST_TABLES = 1 << TABLE_BITS
_FORM = re.compile(r"(?:([1-9]\d?):)?(\d{1,10})", re.ASCII)
_HIGHEST = (1 << 31) - 1


class RowPlace(NamedTuple):
    """A row by its table and its number in it; places sort in the order in which rows are planned."""

    table_no: int
    row_no: int

    def __str__(self) -> str:
        """Write the place as addresses and forms do: `12` in the first table, `2:12` in the second."""
        return f"{self.row_no}" if self.table_no == 1 else f"{self.table_no}:{self.row_no}"

    @property
    def position(self) -> int:
        """One number for the place, that of the row itself in the first table."""
        return (self.table_no - 1) << ROW_BITS | self.row_no


BEFORE_ALL = RowPlace(0, -1)
"""A place before every row."""


def table_named(table_no: int, table_names: Mapping[int, str]) -> str:
    """What people call a table: `“Clients”`; one that the import has not keeps its number."""
    return f"“{name}”" if (name := table_names.get(table_no)) else f"table {table_no}"


def row_named(table_no: int, row_no: int, table_names: Mapping[int, str]) -> str:
    """What people call a row: `row 8`, and where the import has several tables `row 8 of “Clients”`."""
    if len(table_names) < 2:
        return f"row {row_no}"
    return f"row {row_no} of {table_named(table_no, table_names)}"


def told_table(table_no: int) -> dict[str, int]:
    """The number of a table as the audit trail tells it: of every table but the first."""
    return {"table": table_no} if table_no > 1 else {}


def parse_row_place(text: str) -> RowPlace | None:
    """The place that an address or form names; None for what is none."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    place = RowPlace(int(found[1] or 1), int(found[2]))
    return place if place.table_no <= MOST_TABLES and place.row_no <= _HIGHEST else None
