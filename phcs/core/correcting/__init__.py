"""Rejected rows as a file that people repair in a spreadsheet, and that file taken back."""

from phcs.core.correcting.corrected_file import (
    ChangedCell,
    CorrectedRow,
    changed_cells,
    read_corrected,
    table_of_file,
)
from phcs.core.correcting.error_file import (
    FORMATS,
    PACKED,
    REASONS_HEADING,
    ROW_ID_HEADING,
    Guard,
    error_headings,
    error_row,
    guard_for,
)
from phcs.core.correcting.row_ids import RowId, parse_row_id, row_id

__all__ = [
    "FORMATS",
    "PACKED",
    "REASONS_HEADING",
    "ROW_ID_HEADING",
    "ChangedCell",
    "CorrectedRow",
    "Guard",
    "RowId",
    "changed_cells",
    "error_headings",
    "error_row",
    "guard_for",
    "parse_row_id",
    "read_corrected",
    "row_id",
    "table_of_file",
]
