"""Why a whole file is refused: each reason with its stable code and one plain sentence.

Every sentence names what is wrong, where, and what to do; the import changes nothing.
"""

from phcs.core.errors import UnreadableFileError
from phcs.core.reading.cells import mended

NO_ROWS = "file.no_rows"
NOT_TEXT = "file.not_text"
_EXPORT_AGAIN = "Export the file again, or repair that place and upload it once more."


def empty() -> UnreadableFileError:
    """Nothing is in the file."""
    return UnreadableFileError("file.empty", "The file is empty. Export it again and upload the new one.")


def no_rows() -> UnreadableFileError:
    """Headings, or an empty list, but nothing below."""
    return UnreadableFileError(
        NO_ROWS,
        "The file has no rows of data, only headings or blank lines. Check the export's filter and period.",
    )


def no_such_row(row_no: int) -> UnreadableFileError:
    """The row chosen for the headings lies below the file's last."""
    return UnreadableFileError(
        "file.bad_choice",
        f"The file has no row {row_no:,}, so its headings cannot stand there. Choose another.",
    )


def not_text(what: str, advice: str) -> UnreadableFileError:
    """The file is something else than a text table: `what` it is, and what to do instead."""
    return UnreadableFileError(NOT_TEXT, f"This is {what}, not a text table. {advice}")


def undecodable(encoding: str, position: int, *, count: int = 1) -> UnreadableFileError:
    """Bytes (the first at `position`, from 1) mean nothing in this encoding, '' for no encoding at all."""
    tried = f"does not belong in {encoding} text" if encoding else "is neither UTF-8 nor Windows-1252 text"
    others = f", nor do {count - 1:,} others" if count > 1 else ""
    return UnreadableFileError(
        "file.undecodable",
        f"The byte at position {position:,} {tried}{others}. Save the file as “CSV UTF-8” and upload it again, "
        "or choose the encoding in which it was written.",
    )


def wrong_encoding(chosen: str) -> UnreadableFileError:
    """In the encoding that was chosen the file is no text."""
    return UnreadableFileError(
        "file.undecodable", f"Read as {chosen} the file is not text. Choose another encoding."
    )


def unclosed_quote(row_no: int) -> UnreadableFileError:
    """A quoted cell goes on to the end of the file."""
    return UnreadableFileError(
        "file.bad_quotes",
        f"A quotation mark opened in row {row_no:,} is never closed, so the rest of the file would be "
        f"one cell. {_EXPORT_AGAIN}",
    )


def stray_quote(row_no: int, line_no: int) -> UnreadableFileError:
    """A quoted cell is followed by something that is no delimiter."""
    return UnreadableFileError(
        "file.bad_quotes",
        f"Row {row_no:,} (line {line_no:,} of the file) has text straight after a closing quotation mark; "
        f"quotation marks inside a quoted cell must be doubled. {_EXPORT_AGAIN}",
    )


def too_large(limit: int) -> UnreadableFileError:
    """More bytes than `limit`."""
    return UnreadableFileError(
        "file.too_large",
        f"The file is larger than the limit of {limit:,} bytes. Export a shorter period, or split the file.",
    )


def too_many_columns(limit: int) -> UnreadableFileError:
    """More columns than `limit`."""
    return UnreadableFileError(
        "file.too_many_columns",
        f"The table has more columns than the limit of {limit:,}. Leave out the columns that are not needed.",
    )


def too_many_rows(limit: int) -> UnreadableFileError:
    """More data rows than `limit`."""
    return UnreadableFileError(
        "file.too_many_rows",
        f"The table has more rows than the limit of {limit:,}. Export a shorter period, or split the file.",
    )


def cell_too_long(row_no: int, limit: int, *, column: str = "") -> UnreadableFileError:
    """A cell longer than `limit`; `column` is '' in delimited files, where the parser cannot tell it."""
    where = f"in the column “{column}”" if column else "in a cell"
    cause = "" if column else " Often a quotation mark was opened there and never closed."
    return UnreadableFileError(
        "file.cell_too_long",
        f"Row {row_no:,} has more than the limit of {limit:,} characters {where}.{cause} {_EXPORT_AGAIN}",
    )


def too_deep(limit: int) -> UnreadableFileError:
    """JSON nested deeper than `limit`."""
    return UnreadableFileError(
        "file.too_deep",
        f"The JSON is nested deeper than the limit of {limit} levels. Export it as a flat list of records.",
    )


def bad_json(what: str) -> UnreadableFileError:
    """`what` is a clause such as "The JSON breaks off at line 3"."""
    return UnreadableFileError("file.bad_json", f"{mended(what)}. {_EXPORT_AGAIN}")


def entry_not_object(entry_no: int) -> UnreadableFileError:
    """A JSON entry that has no named fields."""
    return bad_json(
        f"Entry {entry_no:,} of the JSON is not an object with named fields, so it cannot be a row"
    )


def bad_zip(what: str) -> UnreadableFileError:
    """`what` is a clause such as "its table of contents is damaged"; workbooks are ZIP files too."""
    return UnreadableFileError("file.bad_zip", f"The file cannot be unpacked: {what}. {_EXPORT_AGAIN}")


def zip_bomb(what: str) -> UnreadableFileError:
    """The packed file would take more room than is allowed; `what` is a clause that says in which way."""
    return UnreadableFileError(
        "file.zip_bomb", f"The file is not unpacked: {what}. Export a shorter period, or save it as CSV."
    )


def encrypted(what: str) -> UnreadableFileError:
    """The `what` is protected by a password."""
    return UnreadableFileError(
        "file.encrypted",
        f"This {what} is protected by a password. Open it, save it without the password, then upload that.",
    )


def document_type(member: str) -> UnreadableFileError:
    """An XML part of a workbook declares a document type, with which files are made to explode or to spy."""
    return UnreadableFileError(
        "file.document_type",
        f"The part “{member[:100]}” of the file declares a document type (DOCTYPE), which spreadsheet programs "
        "never write. Open it in a spreadsheet program, save it anew and upload that.",
    )


def bad_workbook(what: str) -> UnreadableFileError:
    """`what` is a clause such as "its list of sheets is missing"."""
    return UnreadableFileError(
        "file.bad_workbook",
        f"The workbook cannot be read: {what}. Open it in a spreadsheet program, save it anew as XLSX or as CSV, "
        "and upload that.",
    )


def no_such_part(name: str, offered: list[str]) -> UnreadableFileError:
    """A sheet or member was chosen that the file does not have."""
    return UnreadableFileError(
        "file.no_such_part",
        f"The file has no part called “{name[:100]}”. It has: {', '.join(offered)[:500]}.",
    )


def hidden_rows_only(sheets: list[str]) -> UnreadableFileError:
    """Only hidden sheets hold rows, and those are never read unasked."""
    return UnreadableFileError(
        NO_ROWS,
        f"The visible sheets hold no rows of data; hidden ones do: {', '.join(sheets)[:300]}. Show the sheet in "
        "the spreadsheet program, save the file and upload it again.",
    )


def empty_archive() -> UnreadableFileError:
    """An archive without files."""
    return UnreadableFileError(
        "file.empty", "The archive holds no files. Pack it again and upload the new one."
    )


def archive_in_archive() -> UnreadableFileError:
    """An archive inside an archive, which is never opened."""
    return UnreadableFileError(
        "file.nested_archive",
        "It is an archive inside an archive, which is not opened. Unpack it and upload what is inside.",
    )


def link_in_archive() -> UnreadableFileError:
    """A member that only points to another file."""
    return UnreadableFileError(
        "file.link", "It is a link to another file, which is not followed. Pack the file itself."
    )


def no_part_readable(parts: list[tuple[str, str]]) -> UnreadableFileError:
    """Nothing in an archive is a table; `parts` are its files, each with why."""
    first, why = parts[0]
    return UnreadableFileError(
        "file.no_part_readable",
        f"None of the {len(parts):,} files in the archive can be read as a table. “{first[:100]}”: {why}",
    )


def not_text_inside(member: str, refusal: UnreadableFileError) -> UnreadableFileError:
    """The archive's only file is refused for what it is; said with its name, as the archive is something else."""
    if refusal.reason != NOT_TEXT:
        return refusal
    return UnreadableFileError(refusal.reason, f"“{member[:100]}”, alone in the archive: {refusal.sentence}")


def line_too_long(line_no: int, limit: int) -> UnreadableFileError:
    """A line of a calendar or of contact cards that does not end."""
    return UnreadableFileError(
        "file.line_too_long",
        f"Line {line_no:,} of the file has more than the limit of {limit:,} characters. {_EXPORT_AGAIN}",
    )


def bad_nesting(what: str) -> UnreadableFileError:
    """`what` is a clause that tells where a calendar's or a card's beginnings and ends do not match."""
    return UnreadableFileError("file.bad_nesting", f"{mended(what)}. {_EXPORT_AGAIN}")


def nested_too_deep(limit: int, line_no: int) -> UnreadableFileError:
    """A calendar or contact cards nested deeper than `limit`."""
    return UnreadableFileError(
        "file.too_deep",
        f"Line {line_no:,} of the file is nested deeper than the limit of {limit} levels. {_EXPORT_AGAIN}",
    )


def too_many_cells(limit: int) -> UnreadableFileError:
    """A workbook whose sheets reach so far that its cells, empty ones too, would not fit into memory."""
    return UnreadableFileError(
        "file.too_many_cells",
        f"The sheets reach over more than {limit:,} cells. Delete the empty rows and columns beyond the table, "
        "or save the sheet as CSV, and upload that.",
    )
