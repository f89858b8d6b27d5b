"""Records → rows of a file that PHCS itself reads again without a change."""

from phcs.core.exporting.cells import export_guarded, export_unguarded
from phcs.core.exporting.rows import ExportRow, case_row, columns_of, owner_row, pet_row

__all__ = [
    "ExportRow",
    "case_row",
    "columns_of",
    "export_guarded",
    "export_unguarded",
    "owner_row",
    "pet_row",
]
