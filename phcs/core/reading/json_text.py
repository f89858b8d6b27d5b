"""Decodes JSON values one after the other out of a text stream, holding one value at a time.

Numbers stay the text that was written; doubled keys and NaN are refused. `check_nesting` comes first, so
that the decoder cannot run out of stack. (ijson is not used: its C parser goes on with an exception set
after a number of more than 4,300 digits, and it rounds what it reads.)
"""

import json
import re
from collections import Counter
from typing import Any, Never, TextIO

from phcs.core.reading import refusals

_BLOCK = 1 << 18
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")
_WHITE = re.compile(r"[ \t\n\r]*")


class RefusedValueError(ValueError):
    """A value that JSON writers must not write; `what` is a clause for the refusal."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class BrokenJsonError(ValueError):
    """The text at the cursor is not JSON, or ends too early."""


class ValueTooLargeError(ValueError):
    """The value does not end within the given number of characters."""


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        doubled = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise RefusedValueError(f"the field “{doubled[:100]}” stands twice in it")
    return fields


def _refuse_constant(constant: str) -> Never:
    raise RefusedValueError(f"it has the value {constant}, which JSON does not allow")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_fields, parse_float=str, parse_int=str, parse_constant=_refuse_constant
)


def check_nesting(text: TextIO, *, limit: int) -> int:
    """How many values stand one after the other; raises `file.too_deep` beyond `limit` levels.

    Brackets outside strings are counted up to the end of the text, in constant memory; for text that is
    no JSON the count means nothing, but the decoder never gets deeper than it.
    """
    depth = documents = 0
    in_string = False
    carried = ""
    while block := text.read(_BLOCK):
        plain = _ESCAPED.sub("", carried + block)
        carried = "\\" if plain.endswith("\\") else ""
        for part in plain.split('"'):
            if not in_string:
                for bracket in _BRACKETS.findall(part):
                    depth += 1 if bracket in "[{" else -1
                    documents += depth == 1 and bracket in "[{"
                    if depth > limit:
                        raise refusals.too_deep(limit)
            in_string = not in_string
        in_string = not in_string
    return documents


class JsonText:
    """A cursor in JSON text. Values come as dict, list, str (numbers too), bool and None.

    `has_escapes` tells whether the value decoded last was written with `\\u`, the only way in which
    JSON in UTF-8 can hold a NUL or a lone surrogate.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._at = 0
        self._lines_before = 0
        self.has_escapes = False

    @property
    def line_no(self) -> int:
        """The line of the cursor, from 1."""
        return self._lines_before + self._buffer.count("\n", 0, self._at) + 1

    def expect(self, character: str) -> None:
        """Pass over this character and white space before it; raises BrokenJsonError for any other."""
        if self.peek() != character:
            raise BrokenJsonError
        self._at += 1

    def peek(self) -> str:
        """The next character that is not white space, '' at the end."""
        while True:
            match = _WHITE.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def decode(self, *, at_most: int | None = None) -> Any:
        """The value that begins at the cursor, white space before it passed over.

        Raises BrokenJsonError, RefusedValueError, and ValueTooLargeError (nothing is consumed then).
        """
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if at_most is not None and len(self._buffer) - self._at >= at_most:
                    raise ValueTooLargeError from error
                if not self._more():
                    self._at = error.pos
                    raise BrokenJsonError from error
            else:
                if end == len(self._buffer) and not isinstance(value, dict | list) and self._more():
                    continue
                self.has_escapes = self._buffer.find("\\u", self._at, end) >= 0
                self._at = end
                return value

    def _more(self) -> bool:
        """Read on, at least as much as is held, so that large values are tried few times."""
        rest = self._buffer[self._at :]
        block = self._text.read(max(_BLOCK, len(rest)))
        if not block:
            return False
        self._lines_before += self._buffer.count("\n", 0, self._at)
        self._buffer, self._at = rest + block, 0
        return True
