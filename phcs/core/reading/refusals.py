"""Why a whole file is refused: each reason with its stable code and one plain sentence.

Every sentence names what is wrong, where, and what to do; the import changes nothing.
"""

from phcs.core.errors import UnreadableFileError

_EXPORT_AGAIN = "Export the file again, or repair that place and upload it once more."


def empty() -> UnreadableFileError:
    """Nothing is in the file."""
    return UnreadableFileError("file.empty", "The file is empty. Export it again and upload the new one.")


def no_rows() -> UnreadableFileError:
    """Headings, or an empty list, but nothing below."""
    return UnreadableFileError(
        "file.no_rows",
        "The file has no rows of data, only headings or blank lines. Check the export's filter and period.",
    )


def not_text(what: str, advice: str) -> UnreadableFileError:
    """The file is something else than a text table: `what` it is, and what to do instead."""
    return UnreadableFileError("file.not_text", f"This is {what}, not a text table. {advice}")


def undecodable(encoding: str, position: int) -> UnreadableFileError:
    """A byte (`position` counts from 1) means nothing in this encoding, '' for no encoding at all."""
    tried = f"does not belong in {encoding} text" if encoding else "is neither UTF-8 nor Windows-1252 text"
    return UnreadableFileError(
        "file.undecodable",
        f"The byte at position {position:,} {tried}. Save the file as “CSV UTF-8” and upload it again.",
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
    return UnreadableFileError("file.bad_json", f"{what}. {_EXPORT_AGAIN}")


def entry_not_object(entry_no: int) -> UnreadableFileError:
    """A JSON entry that has no named fields."""
    return bad_json(
        f"Entry {entry_no:,} of the JSON is not an object with named fields, so it cannot be a row"
    )
