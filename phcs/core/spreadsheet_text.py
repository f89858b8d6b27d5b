"""Text that is safe to open in a spreadsheet program.

Source of the rule: OWASP, CSV injection. A cell that begins with one of these characters may be run as a formula, by
Excel, LibreOffice and Google Sheets alike; an apostrophe in front makes it text, and our readers take it off again.
"""

from typing import Any

_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: Any) -> Any:
    """Return what a cell may hold: a text that could be run as a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGIN_FORMULAS) else value
