"""Taking records away: a file of live records that PHCS and spreadsheet programs read."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.exporting import ExportRow, columns_of, export_guarded
from phcs.core.exporting.history import history_columns
from phcs.core.permissions import Permission
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.queries.exporting import ROWS_AT_ONCE, STATUSES, ExportFilter, custom_keys, export_rows
from phcs.services import auditing
from phcs.services.transactions import transaction

PIECE_BYTES = 1 << 16
ROWS_OF_A_SHEET = 1_048_575
"""What a sheet of a workbook holds below its headings."""

CHARACTERS_OF_A_CELL = 32_767
_NOT_IN_XML = str.maketrans(dict.fromkeys((0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd"))


class ExportForm(StrEnum):
    """The forms of an export file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


MEDIA_TYPES = {
    ExportForm.CSV: "text/csv",
    ExportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportForm.JSON: "application/json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedExport:
    """Which records, in which form."""

    kind: RecordKind
    form: ExportForm
    wanted: ExportFilter = field(default_factory=ExportFilter)

    @property
    def file_name(self) -> str:
        """What the file is called."""
        return f"{self.kind.value}s.{self.form.value}"


class TooManyRowsError(InvalidInputError):
    """A workbook cannot hold so many rows."""

    code = "export.too_many_rows"


def export_records(*, actor: Actor, now: datetime, asked: AskedExport) -> Iterator[bytes]:
    """The file in pieces, with little memory whatever its size; the trail says who took what.

    Nothing is read or told before the first piece is asked for. Raises NotAllowedError and InvalidInputError at once,
    and TooManyRowsError before the first piece of a workbook that does not fit.
    """
    actor.require(Permission.EXPORT_RECORDS)
    check_filters(asked)
    return _told_pieces(actor, now, asked)


def check_filters(asked: AskedExport) -> None:
    """Raise InvalidInputError for a status that records of this kind do not have."""
    status, (_, words) = asked.wanted.status, STATUSES.get(asked.kind, (None, ()))
    if status and not words:
        raise InvalidInputError(f"A {asked.kind.value} has no status. Leave “status” out.")
    if status and status not in words:
        raise InvalidInputError(f"“status” is one of: {', '.join(words)}.")


def export_pieces(
    *, organisation_id: UUID, asked: AskedExport, seen: Callable[[int], None] = lambda _rows: None
) -> Iterator[bytes]:
    """The file in pieces, without asking who may have it and without telling the trail.

    `seen` is called with the rows so far after each thousand and at the end of them; what it raises ends the file.
    """
    session, kind, wanted = db.session(), asked.kind, asked.wanted
    custom = custom_keys(session, organisation_id=organisation_id, kind=kind, wanted=wanted)
    rows = export_rows(session, organisation_id=organisation_id, kind=kind, wanted=wanted)
    columns = history_columns(kind) if kind.is_history else columns_of(kind, custom)
    yield from _WRITERS[asked.form](columns, _watched(rows, seen))


def told_of(asked: AskedExport) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What the trail says of an export: detail without personal data, and values, which may hold some."""
    wanted = asked.wanted
    detail = {
        "kind": asked.kind.value,
        "format": asked.form.value,
        "status": wanted.status,
        "source": wanted.source,
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
    }
    values = {"tag": wanted.tag, "text": wanted.text}
    return {name: value for name, value in detail.items() if value}, {
        name: value for name, value in values.items() if value
    } or None


def _told_pieces(actor: Actor, now: datetime, asked: AskedExport) -> Iterator[bytes]:
    detail, values = told_of(asked)
    with transaction() as session:
        auditing.record(
            session,
            actor=actor,
            now=now,
            action="records.exported",
            import_id=asked.wanted.import_id,
            detail=detail,
            values=values,
        )
    yield from export_pieces(organisation_id=actor.organisation_id, asked=asked)


def _watched(rows: Iterable[ExportRow], seen: Callable[[int], None]) -> Iterator[ExportRow]:
    number = 0
    for number, row in enumerate(rows, start=1):
        yield row
        if number % ROWS_AT_ONCE == 0:
            seen(number)
    seen(number)


def _as_csv(columns: tuple[str, ...], rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """CSV (RFC 4180) in UTF-8 with its mark, by which spreadsheet programs know the encoding."""
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(_cells(columns, row, for_spreadsheets=True))
        if text.tell() > PIECE_BYTES:
            yield _taken(text)
    yield _taken(text)


def _as_json(columns: tuple[str, ...], rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """One array of objects, one to a line; every object has every column."""
    piece, between = bytearray(b"["), b"\n"
    for row in rows:
        cells = _cells(columns, row, for_spreadsheets=False)
        piece += between + orjson.dumps(dict(zip(columns, cells, strict=True)))
        between = b",\n"
        if len(piece) > PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece + b"\n]\n")


def _as_workbook(columns: tuple[str, ...], rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """A workbook with one sheet, every cell a text, so that nothing is run and no zero is lost."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("PHCS")
    sheet.append([_text_cell(sheet, heading) for heading in columns])
    for number, row in enumerate(rows, start=1):
        if number > ROWS_OF_A_SHEET:
            raise TooManyRowsError(
                "These are more rows than a workbook holds. Choose CSV, or narrow the export."
            )
        cells = _cells(columns, row, for_spreadsheets=False)
        sheet.append([_text_cell(sheet, cell) if cell else None for cell in cells])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece


def _text_cell(sheet: Any, text: str) -> Any:
    storable = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text.translate(_NOT_IN_XML))[:CHARACTERS_OF_A_CELL]
    cell = WriteOnlyCell(sheet, value=storable)
    cell.data_type = "s"
    return cell


def _cells(columns: tuple[str, ...], row: ExportRow, *, for_spreadsheets: bool) -> list[str]:
    return [export_guarded(row.get(column, ""), for_spreadsheets=for_spreadsheets) for column in columns]


def _taken(text: io.StringIO) -> bytes:
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken


_WRITERS: dict[ExportForm, Callable[[tuple[str, ...], Iterable[ExportRow]], Iterator[bytes]]] = {
    ExportForm.CSV: _as_csv,
    ExportForm.JSON: _as_json,
    ExportForm.XLSX: _as_workbook,
}
