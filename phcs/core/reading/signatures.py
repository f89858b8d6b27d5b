"""Files that are no text table, recognised by their first bytes and refused by name."""

from phcs.core.reading import refusals

HEAD_BYTES = 4_096

_SAVE_AS_CSV = "Open it in a spreadsheet program and save it as CSV, then upload that."
_UNPACK = "Unpack it and upload the CSV or JSON file that is inside."
_EXPORT_TABLE = "Export the records as CSV or JSON from the system that holds them."

_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (XLS)", _SAVE_AS_CSV),
    (b"%PDF-", "a PDF", _EXPORT_TABLE),
    (b"\x1f\x8b", "a GZIP archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an XZ archive", _UNPACK),
    (b"\x89PNG", "an image (PNG)", _EXPORT_TABLE),
    (b"\xff\xd8\xff", "an image (JPEG)", _EXPORT_TABLE),
    (b"GIF87a", "an image (GIF)", _EXPORT_TABLE),
    (b"GIF89a", "an image (GIF)", _EXPORT_TABLE),
    (b"II*\x00", "an image (TIFF)", _EXPORT_TABLE),
    (b"MM\x00*", "an image (TIFF)", _EXPORT_TABLE),
    (b"SQLite format 3\x00", "a SQLite database", _EXPORT_TABLE),
    (b"PAR1", "a Parquet file", _EXPORT_TABLE),
    (b"{\\rtf", "a rich text document (RTF)", _EXPORT_TABLE),
    (b"\x7fELF", "a program", _EXPORT_TABLE),
)

_MARKUP: tuple[tuple[bytes, str, str], ...] = (
    (b"<!doctype html", "a web page (HTML)", _SAVE_AS_CSV),
    (b"<html", "a web page (HTML)", _SAVE_AS_CSV),
    (b"<table", "a web page (HTML)", _SAVE_AS_CSV),
    (b"<meta", "a web page (HTML)", _SAVE_AS_CSV),
    (b"<?xml", "an XML document", _SAVE_AS_CSV),
    (b"begin:vcard", "a list of contact cards (vCard)", _EXPORT_TABLE),
    (b"begin:vcalendar", "a calendar (ICS)", _EXPORT_TABLE),
)


def refuse_other_files(head: bytes) -> None:
    """Raise UnreadableFileError (`file.not_text`) when these first bytes are those of another kind of file."""
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        raise refusals.not_text(*_what_zip(head))
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise refusals.not_text("an image (WebP)", _EXPORT_TABLE)
    if head[4:8] == b"ftyp":
        raise refusals.not_text("a photo or film", _EXPORT_TABLE)
    for start, what, advice in _STARTS:
        if head.startswith(start):
            raise refusals.not_text(what, advice)
    lowered = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, what, advice in _MARKUP:
        if lowered.startswith(start):
            raise refusals.not_text(what, advice)


def _what_zip(head: bytes) -> tuple[str, str]:
    if b"[Content_Types].xml" in head or b"xl/" in head:
        kind = "a Word document (DOCX)" if b"word/" in head else "an Excel workbook (XLSX)"
        return kind, _SAVE_AS_CSV
    if b"application/vnd.oasis.opendocument" in head:
        return "an OpenDocument file (ODS)", _SAVE_AS_CSV
    return "a ZIP archive", _UNPACK
