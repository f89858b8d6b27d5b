"""Content lines, of which calendars (RFC 5545) and contact cards (vCard 2.1, RFC 2426, RFC 6350) are made.

Lines are unfolded and split into name, parameters and value, one at a time. A line that is none is passed over and
counted, as other readers do: one odd line is no reason to refuse a calendar. Nesting is never guessed.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from phcs.core.reading import refusals

MAX_LINE_CHARACTERS = 8_000_000
"""Of a line with all that is folded into it; photographs stand in one."""
_HEAD_CHARACTERS = 100_000

_HEAD = re.compile(
    r'(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)(?P<parameters>(?:;[^":;]*(?:"[^"]*"[^":;]*)*)*):', re.ASCII
)
_PLAIN_HEAD = re.compile(r"(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)(?P<parameters>(?:;[^:;]*)*):", re.ASCII)
_PARAMETER = re.compile(r';([^":;]*(?:"[^"]*"[^":;]*)*)')
_PARAMETER_VALUE = re.compile(r'"([^"]*)"|([^",]+)')
_QUOTED_PRINTABLE = re.compile(r"[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([n'^])")
_CARETS = {"n": "\n", "'": '"', "^": "^"}


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One property: names are in upper case, `parameters` hold each value of a parameter; '' names those of 2.1."""

    line_no: int
    group: str
    name: str
    parameters: dict[str, list[str]]
    value: str

    def parameter(self, name: str) -> str:
        """Its first value, '' where it is not given."""
        return next(iter(self.parameters.get(name, ())), "")


@dataclass(slots=True)
class PassedOver:
    """What is in the file but in no row, to be told in notes."""

    what: Counter[str] = field(default_factory=Counter)
    odd_lines: int = 0
    first_odd_line: int = 0

    def odd(self, line_no: int) -> None:
        """Count a line that is no content line."""
        self.odd_lines += 1
        self.first_odd_line = self.first_odd_line or line_no

    def notes(self) -> Iterator[str]:
        """A sentence for each kind of thing."""
        for what, count in self.what.items():
            yield f"Left out: {count:,} {what}."
        if self.odd_lines:
            yield (
                f"Lines that could not be understood were passed over: {self.odd_lines:,}, the first is line "
                f"{self.first_odd_line:,} of the file."
            )


def content_lines(text: TextIO, passed: PassedOver) -> Iterator[ContentLine]:
    """The properties of the text; raises UnreadableFileError (`file.line_too_long`)."""
    for line_no, line in _unfolded(text):
        head = line[:_HEAD_CHARACTERS]
        match = _HEAD.match(head) or _PLAIN_HEAD.match(head)
        if match:
            yield ContentLine(
                line_no,
                (match["group"] or "").upper(),
                match["name"].upper(),
                _parameters(match["parameters"]),
                line[match.end() :],
            )
        elif line.strip("\ufeff\x1a \t"):
            passed.odd(line_no)


def unescaped(text: str) -> str:
    r"""The text that was meant by `\n`, `\,`, `\;` and `\\`."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)


def split_value(text: str, separator: str) -> list[str]:
    """The components between separators that are not escaped, themselves still escaped."""
    if "\\" not in text:
        return text.split(separator)
    parts = [""]
    for piece in re.split(r"(\\.|" + re.escape(separator) + ")", text, flags=re.DOTALL):
        if piece == separator:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _unfolded(text: TextIO) -> Iterator[tuple[int, str]]:
    """Each line with what is folded into it, and its number in the file."""
    held: list[str] = []
    began, length, is_open = 0, 0, False
    line_no = 0
    while line := text.readline(MAX_LINE_CHARACTERS):
        line_no += 1
        plain = line.rstrip("\r\n")
        is_folded = line[0] in " \t"
        if held and (is_folded or is_open):
            plain = plain[1:] if is_folded and not is_open else plain
        else:
            if held:
                yield began, "".join(held)
            held, began, length = [], line_no, 0
        held.append(plain)
        length += len(plain)
        if length >= MAX_LINE_CHARACTERS:
            raise refusals.line_too_long(began, MAX_LINE_CHARACTERS)
        is_open = plain.endswith("=") and bool(_QUOTED_PRINTABLE.match(held[0]))
        if is_open:
            held[-1] = plain[:-1]
    if held:
        yield began, "".join(held)


def _parameters(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not text:
        return found
    for parameter in _PARAMETER.findall(text) or text.split(";")[1:]:
        name, equals, values = parameter.partition("=")
        if not equals:
            name, values = "", parameter
        given = [_uncareted(quoted or plain) for quoted, plain in _PARAMETER_VALUE.findall(values)]
        found.setdefault(name.strip().upper(), []).extend(given)
    return found


def _uncareted(text: str) -> str:
    """RFC 6868: how quotation marks and line breaks stand in a parameter."""
    return _CARET.sub(lambda match: _CARETS[match[1]], text) if "^" in text else text
