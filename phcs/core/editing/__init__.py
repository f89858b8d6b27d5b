"""People edit live records by the rules that imports go through too.

A fact whose text is still what the form showed is left alone: it is neither read again nor written.
"""

from phcs.core.editing.edits import Edit, InvalidEditError, RecordChangedError, read_edit
from phcs.core.editing.fields import EDITABLE, LIMITS, USUAL_LIMIT, Typed, is_same_text, shown_texts

__all__ = [
    "EDITABLE",
    "LIMITS",
    "USUAL_LIMIT",
    "Edit",
    "InvalidEditError",
    "RecordChangedError",
    "Typed",
    "is_same_text",
    "read_edit",
    "shown_texts",
]
