"""Text that is safe to open in a spreadsheet program.

Source of the rule: OWASP, CSV injection. A cell that begins with one of these characters may be run as a formula, by
Excel, LibreOffice and Google Sheets alike; an apostrophe in front makes it text, and our readers take it off again.
"""

import re
from typing import Any

_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: Any) -> Any:
    """Return what a cell may hold: a text that could be run as a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGIN_FORMULAS) else value


APOSTROPHE = "'"
_WHOLE_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,14})")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_IN_MOMENTS = frozenset({"am", "pm", "a", "p", "m", "t", "z", "de", "of", "e", "utc", "gmt"})
_TRUTHS = frozenset(
    "true false verdadero falso vrai faux wahr falsch verdadeiro vero prawda fałsz waar onwaar".split()
)


def guarded(text: str) -> str:
    """The text as a cell of CSV that goes through a spreadsheet program and comes back; `unguarded` turns it back.

    An apostrophe goes in front of what would be run as a formula, and of what would be changed on opening: numbers
    that lose zeros or digits, dates and times in any notation, words for true and false. More are guarded than need
    it, fewer never: which words are months depends on the reader's language.
    """
    return APOSTROPHE + text if _needs_guard(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given; a cell that somebody typed loses its apostrophe as it does in a spreadsheet."""
    return text.removeprefix(APOSTROPHE)


def _needs_guard(text: str) -> bool:
    if text.startswith((APOSTROPHE, *_BEGIN_FORMULAS)):
        return True
    plain = text.strip()
    if plain.startswith(_BEGIN_FORMULAS):
        return True
    if not _DIGIT.search(plain):
        return plain.casefold() in _TRUTHS
    if _WHOLE_NUMBER.fullmatch(text):
        return False
    words = [word for word in _WORD.findall(plain) if word.casefold() not in _IN_MOMENTS]
    return len(words) <= 1 and len(plain) <= 60
