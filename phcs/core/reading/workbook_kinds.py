"""Which workbook this is, and what else old office programs pack in the same way."""

import zipfile
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.zip_package import member_blocks

OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XLSX, ODS, XLS = "xlsx", "ods", "xls"
"""The values of `TableReading.format` for workbooks; XLSM and strict XLSX are `xlsx`, templates what they make."""

_BLOCK = 1 << 20
_ODS_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_SAVE_AS = "Open it in a spreadsheet program, save it as XLSX or CSV, and upload that."
_EXPORT_TABLE = "Export the records as CSV, XLSX or JSON from the system that holds them."

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STREAMS: tuple[tuple[bytes, str, str], ...] = (
    ("WordDocument".encode("utf-16-le"), "an old Word document (DOC)", _EXPORT_TABLE),
    ("PowerPoint Document".encode("utf-16-le"), "an old PowerPoint presentation (PPT)", _EXPORT_TABLE),
    (
        "__substg1.0_".encode("utf-16-le"),
        "an Outlook message (MSG)",
        "Save the table that is attached to it.",
    ),
)
_WORKBOOK_STREAMS = tuple(
    f"{name}\0".encode("utf-16-le") for name in ("Workbook", "WORKBOOK", "Book", "BOOK")
)


def package_format(package: zipfile.ZipFile) -> str:
    """`xlsx` or `ods`; raises UnreadableFileError for a package that is neither."""
    names = package.NameToInfo
    if "xl/workbook.bin" in names:
        raise refusals.not_text("a binary Excel workbook (XLSB)", _SAVE_AS)
    if "mimetype" in names:
        mimetype = b"".join(member_blocks(package, "mimetype"))
        if mimetype.startswith(_ODS_MIMETYPE):
            if b"<manifest:encryption-data" in _manifest(package):
                raise refusals.encrypted("workbook")
            return ODS
    return XLSX


def refuse_other_compounds(stream: BinaryIO) -> None:
    """Raise UnreadableFileError for an OLE compound file that is no readable XLS: encrypted, or no workbook at all.

    The names of its streams are looked for anywhere in the file: its directory may lie anywhere.
    """
    found: set[bytes] = set()
    sought = {_ENCRYPTED, *_WORKBOOK_STREAMS, *(name for name, _, _ in _STREAMS)}
    stream.seek(0)
    tail = b""
    while block := stream.read(_BLOCK):
        text = tail + block
        found.update(name for name in sought - found if name in text)
        tail = block[-64:]
    if _ENCRYPTED in found:
        raise refusals.encrypted("workbook")
    if found.isdisjoint(_WORKBOOK_STREAMS):
        for name, what, advice in _STREAMS:
            if name in found:
                raise refusals.not_text(what, advice)
        raise refusals.not_text("a file of an old office program", _SAVE_AS)


def _manifest(package: zipfile.ZipFile) -> bytes:
    name = "META-INF/manifest.xml"
    return b"".join(member_blocks(package, name)) if name in package.NameToInfo else b""
