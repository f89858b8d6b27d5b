"""Which text encoding a file is in: decided over the whole file, never guessed from a sample alone.

Order: byte order mark; UTF-16 without a mark (seen by its NULs); UTF-8; Windows-1252. Bytes that the encoding
does not know travel through the text as lone surrogates (Python's `surrogateescape`) until rows are mended, so
that they are counted and shown in their place, never dropped.
"""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.choices import encoding_name
from phcs.core.reading.signatures import HEAD_BYTES

_BLOCK = 1 << 20
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURELY_UTF8 = 4
"""So many good characters for each bad byte do not come about in text of another encoding."""

_FEW_BYTES = 10
_WIDE = ("utf-16", "utf-32")
_BAD_BYTE = re.compile("[\udc80-\udcff]")
_EXPORT_TABLE = "Export the records as CSV, XLSX or JSON from the system that holds them."
_TEXT_CONTROLS = frozenset("\t\n\r\x0b\x0c\x1a")


@dataclass(frozen=True, slots=True)
class FoundEncoding:
    """The codec in which a file is read, and how many of its bytes mean nothing in it."""

    name: str
    bad_bytes: int = 0


def find_encoding(stream: BinaryIO, *, chosen: str = "") -> FoundEncoding:
    """The codec in which the whole stream decodes, but for a few bytes; BOMs are skipped by the codec itself.

    Text that is UTF-8 but for a few bytes is UTF-8. A chosen encoding is taken, however many bytes it does not
    know. Raises UnreadableFileError: `file.undecodable` with the first bad byte's position, `file.empty`,
    `file.not_text` when it decodes only to control characters.
    """
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    found = _chosen_encoding(stream, head, chosen) if chosen else _detected_encoding(stream, head)
    if _has_many_controls(stream, found.name):
        if chosen:
            raise refusals.wrong_encoding(encoding_name(chosen))
        raise refusals.not_text("a program's own file format", _EXPORT_TABLE)
    return found


def _chosen_encoding(stream: BinaryIO, head: bytes, chosen: str) -> FoundEncoding:
    if chosen == "utf-8" and head.startswith(codecs.BOM_UTF8):
        chosen = "utf-8-sig"
    if chosen == "utf-16" and _marked_encoding(head) != "utf-16":
        chosen = "utf-16-le"
    return FoundEncoding(chosen, _decoded(stream, chosen).bad_bytes)


def _detected_encoding(stream: BinaryIO, head: bytes) -> FoundEncoding:
    encoding = _marked_encoding(head) or _unmarked_utf16(head)
    if encoding:
        return _bearable(encoding, _decoded(stream, encoding))
    as_utf8 = _decoded(stream, "utf-8")
    if not as_utf8.bad_bytes or as_utf8.beyond_ascii >= _SURELY_UTF8 * as_utf8.bad_bytes:
        return _bearable("utf-8", as_utf8)
    as_1252 = _decoded(stream, "windows-1252")
    return _bearable("windows-1252", as_1252, tried="")


def _bearable(encoding: str, decoded: "_Decoded", *, tried: str | None = None) -> FoundEncoding:
    """The encoding, where so few bytes are bad that the table can be shown with them."""
    if decoded.bad_bytes > max(_FEW_BYTES, decoded.beyond_ascii // 10):
        name = encoding_name(encoding) if tried is None else tried
        raise refusals.undecodable(name, decoded.first_bad, count=decoded.bad_bytes)
    return FoundEncoding(encoding, decoded.bad_bytes)


def encoding_notes(encoding: str, *, chosen: str = "") -> tuple[str, ...]:
    """What a person should look at when the encoding is a conclusion rather than a certainty."""
    if chosen:
        return ()
    if encoding == "windows-1252":
        return (
            "The file is not UTF-8; it was read as Windows-1252. Look at letters such as ñ in the first rows.",
        )
    if encoding in {"utf-16-le", "utf-16-be"}:
        return ("The file has no byte order mark; it was read as UTF-16 because of its zero bytes.",)
    return ()


def may_hold_unstorable_text(stream: BinaryIO, found: FoundEncoding) -> bool:
    """Whether rows need a look for NULs and lone surrogates at all; one fast pass over the bytes."""
    if found.bad_bytes or found.name.startswith(_WIDE):
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
    return not encoding.startswith(_WIDE)


def mark_bytes(encoding: str) -> int:
    """How many bytes of a file in this encoding come before its text."""
    return len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0


def encoded(text: str, encoding: str) -> bytes:
    """The bytes that `opened_text` made this text of, where the encoding `can_be_split`."""
    return text.encode(encoding.removesuffix("-sig"), _errors(encoding))


def _errors(encoding: str) -> str:
    """Neither lone surrogates of UTF-16 nor bytes of no meaning end the reading: rows are mended one by one."""
    return "surrogatepass" if encoding.startswith(_WIDE) else "surrogateescape"


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


@dataclass(slots=True)
class _Decoded:
    """What decoding met: `first_bad` is a position from 1, 0 for none; `beyond_ascii` counts good characters."""

    bad_bytes: int = 0
    first_bad: int = 0
    beyond_ascii: int = 0


def _decoded(stream: BinaryIO, encoding: str) -> _Decoded:
    """Decode all, in constant memory. Raises UnreadableFileError where UTF-16 breaks off in a character."""
    found = _Decoded()
    decoder = codecs.getincrementaldecoder(encoding)(_errors(encoding))
    stream.seek(0)
    fed = 0
    while True:
        block = stream.read(_BLOCK)
        fed += len(block)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            position = fed - len(error.object) + error.start + 1
            raise refusals.undecodable(encoding_name(encoding), position) from error
        if not text.isascii():
            _count(found, text, encoding)
        if found.bad_bytes and not found.first_bad:
            found.first_bad = _first_bad_byte(stream, encoding)
            stream.seek(fed)
        if not block:
            return found


def _count(found: _Decoded, text: str, encoding: str) -> None:
    bad = 0 if encoding.startswith(_WIDE) else len(_BAD_BYTE.findall(text))
    found.bad_bytes += bad
    found.beyond_ascii += len(text) - len(text.encode("ascii", "ignore")) - bad


def _first_bad_byte(stream: BinaryIO, encoding: str) -> int:
    """The position, from 1, of the first byte that does not decode; 0 when all do."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    fed = 0
    while block := stream.read(_BLOCK):
        fed += len(block)
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            return fed - len(error.object) + error.start + 1
    return fed


def _has_many_controls(stream: BinaryIO, encoding: str) -> bool:
    """Text has few control characters; Windows-1252, which takes nearly every byte, must have fewer.

    Raises UnreadableFileError (`file.empty`) where there is nothing but blanks.
    """
    with opened_text(stream, encoding) as text:
        sample = text.read(1 << 16)
        if not sample.strip():
            _refuse_blank_text(text)
    controls = sum(1 for character in sample if character < " " and character not in _TEXT_CONTROLS)
    return controls > 1 + len(sample) // (100 if encoding == "windows-1252" else 20)


def _refuse_blank_text(text: io.TextIOWrapper) -> None:
    while block := text.read(_BLOCK):
        if block.strip():
            return
    raise refusals.empty()
