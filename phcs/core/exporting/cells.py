"""Cells of our own export files: no spreadsheet program runs them, and reading gives back exactly what was written."""

from phcs.core.spreadsheet_text import APOSTROPHE, safe_cell


def export_guarded(text: str, *, for_spreadsheets: bool) -> str:
    """The text as a cell; `export_unguarded` turns it back, whatever it is.

    With `for_spreadsheets` (CSV, whose cells have no types) an apostrophe goes in front of what could be run as a
    formula; in every form it goes in front of what would otherwise be taken for such a guarded cell.
    """
    if not text:
        return text
    is_formula = for_spreadsheets and safe_cell(text) != text
    return APOSTROPHE + text if is_formula or _looks_guarded(text) else text


def export_unguarded(cell: str) -> str:
    """The text of a cell that `export_guarded` gave."""
    return cell[1:] if _looks_guarded(cell) else cell


def _looks_guarded(text: str) -> bool:
    """Whether it is an apostrophe before a formula, or before another apostrophe."""
    if not text.startswith(APOSTROPHE):
        return False
    rest = text[1:]
    return rest.startswith(APOSTROPHE) or safe_cell(rest) != rest
