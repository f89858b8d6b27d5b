"""What kind of file this is by its first bytes, whatever its name says.

Files that hold no table are refused by the name of what they are.
"""

import zipfile
from enum import StrEnum

from phcs.core.reading import refusals
from phcs.core.reading.zip_package import member_blocks

HEAD_BYTES = 4_096

_SAVE_AS = "Open it in a spreadsheet program, save it as XLSX or CSV, and upload that."
_UNPACK = "Unpack it and upload the file that is inside, or pack it as ZIP."
_EXPORT_TABLE = "Export the records as CSV, XLSX or JSON from the system that holds them."


class FileKind(StrEnum):
    """What reads the file."""

    TEXT = "text"
    PACKAGE = "package"
    """A ZIP file: `package_kind` tells which."""

    ARCHIVE = "archive"
    WORKBOOK = "workbook"
    """Also an OLE compound file, as old and encrypted workbooks are, and some other programs' documents."""


_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF", _EXPORT_TABLE),
    (b"\x1f\x8b", "a GZIP archive", _UNPACK),
    (b"BZh91AY&SY", "a BZIP2 archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an XZ archive", _UNPACK),
    (b"\x89PNG", "an image (PNG)", _EXPORT_TABLE),
    (b"\xff\xd8\xff", "an image (JPEG)", _EXPORT_TABLE),
    (b"GIF87a", "an image (GIF)", _EXPORT_TABLE),
    (b"GIF89a", "an image (GIF)", _EXPORT_TABLE),
    (b"II*\x00", "an image (TIFF)", _EXPORT_TABLE),
    (b"MM\x00*", "an image (TIFF)", _EXPORT_TABLE),
    (b"OggS\x00", "a sound recording (OGG)", _EXPORT_TABLE),
    (b"SQLite format 3\x00", "a SQLite database", _EXPORT_TABLE),
    (b"\x00\x01\x00\x00Standard ", "an Access database", _EXPORT_TABLE),
    (b"!BDN", "an Outlook data file (PST)", "Export the contacts or the calendar as CSV from Outlook."),
    (b"PAR1", "a Parquet file", _EXPORT_TABLE),
    (b"bplist00", "a property list", _EXPORT_TABLE),
    (b"{\\rtf", "a rich text document (RTF)", _EXPORT_TABLE),
    (b"%!PS", "a PostScript document", _EXPORT_TABLE),
    (b"\x7fELF", "a program", _EXPORT_TABLE),
    (b"\xcf\xfa\xed\xfe", "a program", _EXPORT_TABLE),
    (b"\xca\xfe\xba\xbe", "a program", _EXPORT_TABLE),
    (b"#!/", "a program (script)", _EXPORT_TABLE),
)

_MARKS: tuple[tuple[int, bytes, str, str], ...] = (
    *((0, start, what, advice) for start, what, advice in _STARTS),
    (8, b"WEBPVP8", "an image (WebP)", _EXPORT_TABLE),
    (8, b"WAVEfmt ", "a sound recording (WAV)", _EXPORT_TABLE),
    (8, b"AVI LIST", "a film (AVI)", _EXPORT_TABLE),
    (4, b"ftyp", "a photo or film", _EXPORT_TABLE),
    (257, b"ustar", "a TAR archive", _UNPACK),
)
"""Where the mark stands, what it is, what the file is, and what to do instead."""

_BINARY_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a Windows program (EXE)"),
    (b"BM", "an image (BMP)"),
    (b"ID3", "a sound recording (MP3)"),
)
"""Starts that a heading may have too: they count only where a NUL follows soon."""

_MARKUP: tuple[tuple[str, str, str], ...] = (
    *(
        (start, "a web page (HTML)", _SAVE_AS)
        for start in (
            "<!doctype html",
            "<html",
            "<head",
            "<body",
            "<table",
            "<meta",
            "<style",
            "<script",
            "<div",
            "<!--",
        )
    ),
    ("<svg", "an image (SVG)", _EXPORT_TABLE),
    ("<?xml", "an XML document", _SAVE_AS),
    ("<!doctype", "an XML document", _SAVE_AS),
    ("mime-version:", "an e-mail", "Save the table that is attached to it, and upload that."),
    ("return-path:", "an e-mail", "Save the table that is attached to it, and upload that."),
)


_DOCUMENTS: tuple[tuple[str, str, str], ...] = (
    ("word/document.xml", "a Word document (DOCX)", _EXPORT_TABLE),
    ("ppt/presentation.xml", "a PowerPoint presentation (PPTX)", _EXPORT_TABLE),
    (
        "Index/Document.iwa",
        "an Apple Numbers or Pages document",
        "Export it as XLSX or CSV, and upload that.",
    ),
    ("Index.zip", "an Apple Numbers or Pages document", "Export it as XLSX or CSV, and upload that."),
    ("META-INF/MANIFEST.MF", "a program (JAR)", _EXPORT_TABLE),
    ("AndroidManifest.xml", "a program (APK)", _EXPORT_TABLE),
    ("META-INF/container.xml", "an electronic book (EPUB)", _EXPORT_TABLE),
)


def file_kind(head: bytes) -> FileKind:
    """What these first bytes announce; raises UnreadableFileError (`file.not_text`) for a file without tables."""
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        return FileKind.PACKAGE
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return FileKind.WORKBOOK
    for at, mark, what, advice in _MARKS:
        if head.startswith(mark, at):
            raise refusals.not_text(what, advice)
    for start, what in _BINARY_STARTS:
        if head.startswith(start) and b"\0" in head[:64]:
            raise refusals.not_text(what, _EXPORT_TABLE)
    return FileKind.TEXT


def refuse_markup(start: str) -> None:
    """Raise UnreadableFileError (`file.not_text`) for text that begins as another kind of document does."""
    lowered = start.lstrip("\ufeff \t\r\n").lower()
    for markup, what, advice in _MARKUP:
        if lowered.startswith(markup):
            raise refusals.not_text(what, advice)


def package_kind(package: zipfile.ZipFile) -> FileKind:
    """Whether this is a workbook or an archive; raises UnreadableFileError (`file.not_text`) for a document."""
    names = frozenset(info.filename for info in package.infolist())
    if any(name.startswith("xl/workbook.") for name in names):
        return FileKind.WORKBOOK
    if "mimetype" in names:
        mimetype = next(member_blocks(package, "mimetype", size=100), b"")
        if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return FileKind.WORKBOOK
        if mimetype.startswith(b"application/vnd.oasis.opendocument"):
            raise refusals.not_text("an OpenDocument text or drawing", _EXPORT_TABLE)
    for member, what, advice in _DOCUMENTS:
        if member in names:
            raise refusals.not_text(what, advice)
    return FileKind.ARCHIVE
