"""Folding and splitting text so that spellings of one word compare equal."""

import re
import unicodedata
from functools import lru_cache

BLANK_WORDS = frozenset(
    {"-", "--", "---", ".", "?", "n/a", "na", "n.a.", "none", "null", "nil", "ninguno", "ninguna"}
)
"""What people type into a cell to say that they say nothing (compared in lower case)."""

YES_WORDS = frozenset({"true", "yes", "y", "t", "1", "si", "sí", "x", "verdadero", "sim", "ja"})
NO_WORDS = frozenset({"false", "no", "n", "f", "0", "falso", "não", "nao", "nein"})

_NOT_LETTERS = re.compile(r"[\W_]+")
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
"""The accents that most texts have, once they stand apart from their letters."""
_MOJIBAKE = re.compile("[ÃÂâÅÄ][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_LIST_SEPARATOR = re.compile(r"[,;|\n\r]+")


def without_invisible(text: str) -> str:
    """Return the text without characters that nobody sees and no key types: marks of direction, breaks of no width.

    Those that join letters of other scripts stay.
    """
    return _INVISIBLE.sub("", text).strip()


def with_plain_digits(text: str) -> str:
    """Return a text whose digits are all of another script, or of full width, with 0 to 9; any other as it is."""
    digits = [character for character in text if character.isdecimal()]
    if not digits or min(digits) <= "9":
        return text
    text = unicodedata.normalize("NFKC", text)
    return "".join(str(int(one)) if one.isdecimal() else one for one in text)


def tidy(text: str) -> str:
    """Return the text in NFC with every run of white space made one blank."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def tidy_lines(text: str) -> str:
    """Return the text tidy, but for its line breaks, which stand between the values of some cells; blank lines go."""
    if "\n" not in text and "\r" not in text:
        return tidy(text)
    return "\n".join(filter(None, map(tidy, text.splitlines())))


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Return lower-case letters and digits only, without accents, words apart by one blank."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
        if not text.isascii():
            text = "".join([character for character in text if not unicodedata.combining(character)])
    words = text.lower().split()
    if "".join(words).isalnum() and text.isascii():
        return " ".join(words)
    return " ".join(_NOT_LETTERS.sub(" ", text.lower()).split())


@lru_cache(maxsize=16_384)
def fold_heading(text: str) -> str:
    """Return a heading or label without case, blanks, underscores, punctuation and accents."""
    return fold(text).replace(" ", "")


def is_blank_word(text: str) -> bool:
    """Say whether a cell says nothing: empty, or a dash, `n/a`, `none` and their like."""
    return not text or text.lower() in BLANK_WORDS


@lru_cache(maxsize=16_384)
def split_list(text: str) -> tuple[str, ...]:
    """Split tags and other lists on `,` `;` `|` and line breaks; each once, in the order given."""
    if not text:
        return ()
    parts = (tidy(part).strip("\"'[] ") for part in _LIST_SEPARATOR.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def repair_mojibake(text: str) -> str:
    """Return UTF-8 that was read as Windows-1252 or Latin-1 as it was meant (`JosÃ©` is `José`); all else as it is."""
    if text.isascii() or not _MOJIBAKE.search(text):
        return text
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def parse_yes_no(text: str) -> bool | None:
    """Return what a yes/no cell says in English or Spanish, None where it says neither."""
    word = text.strip().lower()
    if word in YES_WORDS:
        return True
    return False if word in NO_WORDS else None
