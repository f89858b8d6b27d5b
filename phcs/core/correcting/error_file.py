"""The file of rejected rows: our two columns in front, then the file's own, as the file spells them."""

from collections.abc import Callable, Sequence

from phcs.core.spreadsheet_text import APOSTROPHE, guarded

ROW_ID_HEADING = "PHCS row id"
REASONS_HEADING = "PHCS reasons"
OWN_COLUMNS = 2
PACKED = "zip"
FORMATS = ("csv", "xlsx", PACKED)
_REASON_CHARACTERS = 5_000

Guard = Callable[[str], str]


def guard_for(form: str) -> Guard:
    """How a cell is written in this format so that it comes back without change.

    A workbook's cells are text and need no guard, but for the apostrophe that taking back takes off.
    """
    return guarded if form == "csv" else _doubled


def error_headings(given: Sequence[str], *, guard: Guard) -> list[str]:
    """The headings: ours, then the file's own in its order, blank and repeated ones too."""
    return [ROW_ID_HEADING, REASONS_HEADING, *map(guard, given)]


def error_row(
    row_id: str, reasons: Sequence[str], cells: Sequence[str], *, width: int, guard: Guard
) -> list[str]:
    """One row of the file, as wide as its headings."""
    own = [*cells[:width], *[""] * (width - len(cells))]
    return [row_id, guard(" ".join(reasons)[:_REASON_CHARACTERS]), *map(guard, own)]


def _doubled(text: str) -> str:
    return APOSTROPHE + text if text.startswith(APOSTROPHE) else text
