"""ZIP packages (workbooks, archives), judged by their central directory before any member is unpacked.

What a member unpacks to is declared there, and both zipfile and calamine stop at the declared size: the sum of the
declared sizes is a sound bound. The limits are the product's: real workbooks of 100,000 rows and 20 columns
unpack to 100 MB at 10 : 1.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import refusals

MAX_MEMBERS = 2_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_RATIO = 250
RATIO_FREE_BYTES = 10_000_000
"""Packages that unpack to less may be packed as tightly as they like."""

_MAX_DIRECTORY_BYTES = 1 << 20
_END_BYTES = 22 + 65_535
_END = b"PK\x05\x06"
_LOCATOR_64 = b"PK\x06\x07"
_LOCAL_HEADER_BYTES = 30
_IS_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BAD_NAME = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\0")
_XML_NAMES = (".xml", ".rels", ".vml", ".xhtml")
_PROLOG_BLOCK = 4_096


def opened_package(stream: BinaryIO) -> zipfile.ZipFile:
    """The ZIP package in this stream, its directory within the limits and its members safe to unpack.

    Raises UnreadableFileError (`file.bad_zip`, `file.zip_bomb`, `file.encrypted`).
    """
    _check_directory_size(stream)
    try:
        package = zipfile.ZipFile(stream)
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        OSError,
        struct.error,
        OverflowError,
    ) as error:
        raise refusals.bad_zip("its table of contents is damaged") from error
    _check_members(package.infolist())
    return package


def refuse_document_types(package: zipfile.ZipFile) -> None:
    """Raise UnreadableFileError where an XML member declares a document type, from which entities would come."""
    for member in package.infolist():
        if member.filename.lower().endswith(_XML_NAMES) and _has_document_type(package, member):
            raise refusals.document_type(member.filename)


def member_blocks(
    package: zipfile.ZipFile, name: str | zipfile.ZipInfo, *, size: int = 1 << 20
) -> Iterator[bytes]:
    """A member's bytes, unpacked block by block; raises UnreadableFileError where they are damaged or missing."""
    try:
        with package.open(name) as member:
            while block := member.read(size):
                yield block
    except UNPACKING_FAULTS as error:
        label = name if isinstance(name, str) else name.filename
        raise refusals.bad_zip(f"the part “{label[:100]}” in it is damaged") from error


UNPACKING_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
"""What zipfile raises while it unpacks a damaged member."""


def _check_directory_size(stream: BinaryIO) -> None:
    """Refuse a table of contents that is too large to be listed; zipfile would build it whole."""
    size = stream.seek(0, 2)
    start = max(0, size - _END_BYTES)
    stream.seek(start)
    tail = stream.read(_END_BYTES)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise refusals.bad_zip("it breaks off before its end")
    _, _, _, _, count, directory_bytes, _ = struct.unpack("<4s4H2L", tail[at : at + 20])
    if tail[max(0, at - 20) : at].startswith(_LOCATOR_64):
        raise refusals.bad_zip("it is written in the ZIP64 form, which files of this size do not need")
    if directory_bytes > _MAX_DIRECTORY_BYTES or count > MAX_MEMBERS:
        raise refusals.zip_bomb(f"more than {MAX_MEMBERS:,} files are packed in it")


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise refusals.zip_bomb(f"more than {MAX_MEMBERS:,} files are packed in it")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > max(MAX_UNPACKED_BYTES, packed):  # what is not packed at all takes no more room unpacked
        raise refusals.zip_bomb(f"unpacked it is larger than the limit of {MAX_UNPACKED_BYTES:,} bytes")
    if unpacked > RATIO_FREE_BYTES and unpacked > packed * MAX_RATIO:
        raise refusals.zip_bomb(f"unpacked it is more than {MAX_RATIO} times its size")
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        fault = _member_fault(member, after=end)
        if fault:
            raise fault
        end = member.header_offset + _LOCAL_HEADER_BYTES + len(member.filename) + member.compress_size


def _member_fault(member: zipfile.ZipInfo, *, after: int) -> UnreadableFileError | None:
    name = member.filename[:100]
    if member.flag_bits & _IS_ENCRYPTED:
        return refusals.encrypted("ZIP file")
    if _BAD_NAME.search(member.orig_filename):
        return refusals.bad_zip(
            f"the name “{name.encode('ascii', 'replace').decode()}” in it leads out of it"
        )
    if member.compress_type not in _METHODS:
        return refusals.bad_zip(f"“{name}” in it is packed in a way that is not read here")
    if member.header_offset < after:
        return refusals.zip_bomb("files in it overlap")
    return None


class _RootReachedError(Exception):
    """The root element begins; no document type can follow."""


class _DocumentTypeError(Exception):
    """A document type is declared."""


def _has_document_type(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether one stands before the root element; a member that is no XML has none."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _raise_document_type
    parser.StartElementHandler = _raise_root_reached
    try:
        for block in member_blocks(package, member.filename, size=_PROLOG_BLOCK):
            parser.Parse(block, False)  # noqa: FBT003
    except _DocumentTypeError:
        return True
    except (_RootReachedError, expat.ExpatError, ValueError, LookupError):
        return False
    return False


def _raise_document_type(*_: object) -> None:
    raise _DocumentTypeError


def _raise_root_reached(*_: object) -> None:
    raise _RootReachedError
