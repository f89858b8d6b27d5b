"""Repairs: a staged row with other cells than the file's, checked by exactly the rules that the file was checked by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import orjson

from phcs.core.checking_order import CheckOrder, HandedRow, told_finding
from phcs.core.errors import InvalidInputError
from phcs.core.reading.cells import column_letters, is_storable
from phcs.core.reading.tables import SourceRow, TableReading
from phcs.core.records import record_as_json
from phcs.core.row_flags import REPLACEMENT, cell_flag, flags_behind

ROW_ITSELF = -1
"""Instead of a column: a person has looked at the row as a whole and says that its cells stand where they belong."""

RIGHT = "right"
"""What a repair of the row itself says."""

LONGEST_CELL = 32_767
"""Characters; what a spreadsheet's cell holds, and what reading takes."""

_LETTERED = frozenset({"delimited", "xlsx", "xls", "ods"})
_SETTLED_BY_A_LOOK = frozenset({"wide", "narrow", "character", "merged", "beyond", "hidden"})


class RepairWay(StrEnum):
    """How repairs came about."""

    EDIT = "edit"
    ALIKE = "alike"
    RECIPE = "recipe"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as the file has it: its cells, and the flags of what reading had to mend."""

    row_no: int
    cells: tuple[str, ...]
    flags: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class CellRepair:
    """One cell is to say `value`.

    `former` is what the person saw there, None where it does not matter: a cell that says something else by now
    is not repaired. `position` is the column's, from 0, or ROW_ITSELF with `value` RIGHT.
    """

    row_no: int
    position: int
    value: str
    former: str | None = None
    table_no: int = 1


class RowRepairer:
    """Checks rows of one table with repaired cells; made once for each table."""

    def __init__(self, order: CheckOrder) -> None:
        """Prepare the check. Raises InvalidInputError for settings that cannot be."""
        self._checker = order.checker()
        self._width = len(order.headings)
        self.dropped = frozenset(self._checker.dropped)

    def checked(self, raw: RawRow, values: Mapping[int, str]) -> HandedRow:
        """The row with these cells (by position) instead of the file's, as if the file had them.

        Its digest stays the file's own: it stands for what was uploaded.
        """
        cells = list(raw.cells)
        for position, value in values.items():
            if position != ROW_ITSELF:
                cells += [""] * (position + 1 - len(cells))
                cells[position] = value
        one = self._checker.check(SourceRow(raw.row_no, list(cells), flags_after(raw, cells, values)))
        return HandedRow(
            row_no=raw.row_no,
            status=one.status.value,
            digest=raw.digest,
            cells=orjson.dumps(cells).decode(),
            record=orjson.dumps(record_as_json(one.record)).decode(),
            findings=[list(map(str, told_finding(found))) for found in one.findings],
        )

    def require_column(self, position: int) -> None:
        """Raise InvalidInputError for a position at which nothing can be repaired."""
        if position == ROW_ITSELF:
            return
        if not 0 <= position < self._width:
            raise InvalidInputError(f"This table has no column number {position + 1}.")
        if position in self.dropped:
            raise InvalidInputError(
                "The cells of this column are not kept, so they cannot be repaired. Choose what the column feeds "
                "in the mapping first."
            )


def flags_after(raw: RawRow, cells: Sequence[str], values: Mapping[int, str]) -> tuple[str, ...]:
    """What reading would have had to mend in the row with these cells.

    The flag of a repaired cell goes; so does the one of unreadable characters when none is left, and all of the
    row itself when a person has looked at it.
    """
    if not raw.flags:
        return ()
    gone = {cell_flag(kind, position) for position in values for kind in ("error", "uncalculated", "long")}
    if ROW_ITSELF in values:
        gone |= _SETTLED_BY_A_LOOK
    if not any(REPLACEMENT in cell for cell in cells):
        gone.add("character")
    return tuple(flag for flag in raw.flags if flag not in gone)


def raw_row(
    row_no: int,
    cells: Sequence[str],
    findings: Sequence[tuple[str, str, str]],
    *,
    headings: Sequence[str],
    digest: str,
) -> RawRow:
    """A staged row that nobody has repaired yet as reading gave it; `findings` are code, column and value.

    Flags of columns that are not imported are not told by any finding, and nothing depends on them.
    """
    return RawRow(row_no, tuple(cells), flags_behind(findings, cells, headings), digest)


def row_ranges(rows: Sequence[int]) -> str:
    """Row numbers in their order as people write them: `4, 7-9`."""
    ranges: list[list[int]] = []
    for row_no in rows:
        if ranges and row_no == ranges[-1][1] + 1:
            ranges[-1][1] = row_no
        else:
            ranges.append([row_no, row_no])
    return ", ".join(f"{first}-{last}" if first != last else f"{first}" for first, last in ranges)


def clean_value(text: str) -> str:
    """What a person typed, as a cell holds it. Raises InvalidInputError for what no cell can hold."""
    value = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(value) > LONGEST_CELL:
        raise InvalidInputError(f"A cell holds at most {LONGEST_CELL:,} characters. Shorten the text.")
    if not is_storable(value):
        raise InvalidInputError("The text holds characters that cannot be stored. Type it anew.")
    return value


def position_of(reading: TableReading, column: str) -> int:
    """The position of a column that a person names by its heading or, where no heading is that, by its letter.

    Raises InvalidInputError when there is none, or several have this heading.
    """
    named = column.strip()
    ways = (
        {one.position: one.heading for one in reading.columns},
        {one.position: one.heading_given for one in reading.columns},
        {one.position: letter_of(reading, one.position) for one in reading.columns},
    )
    for names in ways:
        found = [position for position, name in names.items() if name and name == named]
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidInputError(
                f"Several columns are called “{named[:100]}”. Name the column by its letter."
            )
    raise InvalidInputError(f"This table has no column called “{named[:100]}”.")


def letter_of(reading: TableReading, position: int) -> str:
    """What a spreadsheet program calls the column, '' where the file is none that such a program opens."""
    return column_letters(position) if reading.format in _LETTERED else ""
