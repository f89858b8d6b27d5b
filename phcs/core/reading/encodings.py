"""Which text encoding a file is in: decided over the whole file, never guessed from a sample alone.

Order: byte order mark; UTF-16 without a mark (seen by its NULs); strict UTF-8; Windows-1252.
"""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.signatures import HEAD_BYTES

_BLOCK = 1 << 20
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TEXT_CONTROLS = frozenset("\t\n\r\x0b\x0c\x1a")


def find_encoding(stream: BinaryIO) -> str:
    """The codec in which the whole stream decodes; BOMs are skipped by the codec itself.

    Raises UnreadableFileError: `file.undecodable` with the first bad byte's position, `file.empty`,
    `file.not_text` when it decodes only to control characters.
    """
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    encoding = _marked_encoding(head) or _unmarked_utf16(head)
    if encoding:
        bad = _first_bad_byte(stream, encoding)
        if bad is not None:
            raise refusals.undecodable(encoding.removesuffix("-sig").upper(), bad)
    elif _first_bad_byte(stream, "utf-8") is None:
        encoding = "utf-8"
    else:
        bad = _first_bad_byte(stream, "windows-1252")
        if bad is not None:
            raise refusals.undecodable("", bad)
        encoding = "windows-1252"
    _refuse_control_characters(stream, encoding)
    return encoding


def encoding_notes(encoding: str) -> tuple[str, ...]:
    """What a person should look at when the encoding is a conclusion rather than a certainty."""
    if encoding == "windows-1252":
        return (
            "The file is not UTF-8; it was read as Windows-1252. Look at letters such as ñ in the first rows.",
        )
    if encoding in {"utf-16-le", "utf-16-be"}:
        return ("The file has no byte order mark; it was read as UTF-16 because of its zero bytes.",)
    return ()


def may_hold_unstorable_text(stream: BinaryIO, encoding: str) -> bool:
    """Whether rows need a look for NULs and lone surrogates at all; one fast pass over the bytes."""
    if encoding.startswith(("utf-16", "utf-32")):
        return True
    stream.seek(0)
    while block := stream.read(_BLOCK):
        if b"\0" in block:
            return True
    return False


@contextmanager
def opened_text(stream: BinaryIO, encoding: str, *, offset: int = 0) -> Iterator[io.TextIOWrapper]:
    """The stream as text from its beginning, line breaks untouched; the stream itself stays open.

    `offset` is another beginning, where the encoding `can_be_split`.
    """
    stream.seek(offset)
    if offset:
        encoding = encoding.removesuffix("-sig")
    text = io.TextIOWrapper(stream, encoding=encoding, errors=_errors(encoding), newline="")
    try:
        yield text
    finally:
        with suppress(ValueError):  # the caller closed the stream first
            text.detach()


def can_be_split(encoding: str) -> bool:
    """Whether a decoder may begin at any line: each character's bytes stand for themselves."""
    return encoding in {"utf-8", "utf-8-sig", "windows-1252"}


def mark_bytes(encoding: str) -> int:
    """How many bytes of a file in this encoding come before its text."""
    return len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0


def _errors(encoding: str) -> str:
    """Lone surrogates of UTF-16 are mended row by row, not refused."""
    return "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "strict"


def _marked_encoding(head: bytes) -> str:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "")


def _unmarked_utf16(head: bytes) -> str:
    """UTF-16 text of European tables has a zero in every other byte."""
    units = len(head) // 2
    high_first, high_second = head[0 : 2 * units : 2].count(0), head[1 : 2 * units : 2].count(0)
    if high_second * 5 > units and high_first * 50 < units:
        return "utf-16-le"
    if high_first * 5 > units and high_second * 50 < units:
        return "utf-16-be"
    return ""


def _first_bad_byte(stream: BinaryIO, encoding: str) -> int | None:
    """The position, from 1, of the first byte that does not decode; None when all do."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)(_errors(encoding))
    fed = 0
    while True:
        block = stream.read(_BLOCK)
        fed += len(block)
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return fed - len(error.object) + error.start + 1
        if not block:
            return None


def _refuse_control_characters(stream: BinaryIO, encoding: str) -> None:
    """Text has few control characters; Windows-1252, which takes nearly every byte, must have fewer."""
    with opened_text(stream, encoding) as text:
        sample = text.read(1 << 16)
        if not sample.strip():
            _refuse_blank_text(text)
    controls = sum(1 for character in sample if character < " " and character not in _TEXT_CONTROLS)
    allowed = 1 + len(sample) // (100 if encoding == "windows-1252" else 20)
    if controls > allowed:
        raise refusals.not_text(
            "a program's own file format",
            "Export the records as CSV or JSON from the system that holds them.",
        )


def _refuse_blank_text(text: io.TextIOWrapper) -> None:
    while block := text.read(_BLOCK):
        if block.strip():
            return
    raise refusals.empty()
