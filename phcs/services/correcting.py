"""Corrected rows taken back: in review into the same import, after its promotion as a new import that follows it."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.correcting import ChangedCell, CorrectedRow, changed_cells, read_corrected, table_of_file
from phcs.core.errors import InvalidInputError, PurgedError, UseCaseError
from phcs.core.findings import FindingCode, Severity
from phcs.core.mapping.dropping import dropped_positions
from phcs.core.mapping.tables import TableMapping
from phcs.core.permissions import Permission
from phcs.core.reading.choices import ReadingChoices
from phcs.core.reading.tables import SourceRow, TableReading
from phcs.core.repairing import RIGHT, ROW_ITSELF, CellRepair, RepairWay
from phcs.core.row_places import RowPlace
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import, SourceTable, StagedFinding, StagedRow
from phcs.queries.among import at_places
from phcs.queries.source_tables import taken_tables
from phcs.services.correcting_import import begin_correcting_import
from phcs.services.import_moves import find_import
from phcs.services.limited_reading import inspect_file, read_chunks
from phcs.services.repair_work import may_be_repaired
from phcs.services.repairing import repair_cells
from phcs.services.resource_limits import limits_in_words
from phcs.services.store import MeasuredStream, pieces
from phcs.services.working import Workshop

HEADINGS_FIRST = ReadingChoices(header_row=1)
ROWS_AT_ONCE = 2_000


class NotCorrectableError(UseCaseError):
    """Nothing of this import can be corrected now."""

    code = "import.not_correctable"


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a corrected file has brought: `import_id` is the same import, or the new one that brings the rows.

    `batch_no` names the repairs of the same import, 0 where a new one was made or no cell differs.
    """

    import_id: UUID
    batch_no: int
    rows: int
    cells: int
    untouched: int
    """Rows of the file in which no cell differs."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the import: how it is read and mapped."""

    reading: TableReading
    mapping: TableMapping

    @property
    def own(self) -> tuple[str, ...]:
        """Its own headings."""
        return tuple(column.heading_given for column in self.reading.columns)


@dataclass(frozen=True, slots=True)
class _Staged:
    """A row as it is kept: its cells, and whether reading found more cells than headings."""

    cells: Sequence[str]
    is_wide: bool


def correct_rows(
    *, actor: Actor, now: datetime, import_id: UUID, stream: BinaryIO, file_name: str, workshop: Workshop
) -> Corrected:
    """Take a file of rejected rows back, with the corrections that somebody made in it.

    Only cells that differ change; the rows are checked again by the rules of their import. In review the same import
    takes them, and its plan is made anew; once it is promoted, a new import brings them, which goes the whole way to
    an approval of its own. Raises InvalidInputError for a file that is not such a one, UnreadableFileError,
    NotCorrectableError in other states, PurgedError, NotFoundError; nothing is changed then.
    """
    actor.require(Permission.REPAIR_ROWS)
    found, tables = _correctable(db.session(), actor, import_id)
    rows = _rows_of_file(stream, file_name, tables, import_id, workshop)
    staged = _staged(db.session(), found, [row.place for row in rows])
    db.session.rollback()
    _require_known(rows, staged, found)
    changes = {row.place: list(changed_cells(row, staged[row.place].cells)) for row in rows}
    changes = {place: cells for place, cells in changes.items() if cells}
    _require_kept(rows, changes, tables)
    untouched = len(rows) - len(changes)
    if not changes:
        return Corrected(import_id, 0, 0, 0, untouched)
    cells = sum(map(len, changes.values()))
    if found.state is not ImportState.COMPLETED:
        repairs = list(_repairs(changes, staged))
        done = repair_cells(
            actor=actor, now=now, import_id=import_id, repairs=repairs, way=RepairWay.CORRECTION
        )
        return Corrected(import_id, done.batch_no, len(changes), cells, untouched)
    new_id = begin_correcting_import(
        actor=actor,
        now=now,
        import_id=import_id,
        rows={
            place: _merged(staged[place].cells, changed, len(tables[place.table_no].own))
            for place, changed in changes.items()
        },
        workshop=workshop,
    )
    return Corrected(new_id, 0, len(changes), cells, untouched)


def may_be_corrected(state: ImportState, stage: str) -> bool:
    """Whether a corrected file can be taken back now."""
    return state is ImportState.COMPLETED or may_be_repaired(state, stage)


def _correctable(session: Session, actor: Actor, import_id: UUID) -> tuple[Import, dict[int, _Table]]:
    found = find_import(session, actor, import_id)
    if found.rows_purge_begun_at:
        raise PurgedError(
            "The rejected rows of this import were deleted when their date had come. Upload the corrected rows as a "
            "file of their own."
        )
    if not may_be_corrected(found.state, found.stage):
        raise NotCorrectableError(
            "Rows can be corrected while the import is in review, and once it is completed. This one is "
            f"{found.state.value}."
        )
    stored = session.scalars(
        sa.select(SourceTable).where(*taken_tables(found)).order_by(SourceTable.table_no)
    ).all()
    tables = {
        one.table_no: _Table(TableReading.from_json(one.reading), TableMapping.from_json(one.mapping))
        for one in stored
    }
    session.expunge(found)
    session.rollback()
    return found, tables


def _rows_of_file(
    stream: BinaryIO, file_name: str, tables: Mapping[int, _Table], import_id: UUID, workshop: Workshop
) -> list[CorrectedRow]:
    """Read the file in the limited child; whatever is wrong with it is an InvalidInputError or UnreadableFileError.

    The file of one table, or a ZIP or workbook with those of several.
    """
    limits = replace(workshop.limits, columns=workshop.limits.columns + 2)
    limits = replace(limits, cell_characters=limits.cell_characters + 1)  # the guard of the longest cell
    with limits_in_words(), _on_disk(stream, workshop.limits.file_bytes) as path:

        def read(part: str = "") -> TableReading:
            return inspect_file(
                path,
                name=file_name,
                limits=limits,
                child=workshop.child,
                split_rows=0,
                choices=replace(HEADINGS_FIRST, part=part),
            )[0]

        readings = [read()]
        if len(tables) > 1 and len(readings[0].parts) > 1:
            readings = [read(part.name) for part in readings[0].parts if part.rows]
        found: list[CorrectedRow] = []
        for reading in readings:
            chunks = read_chunks(path, reading, limits=limits, child=workshop.child, chunk_rows=ROWS_AT_ONCE)
            found += _rows_of_table(reading, [row for chunk in chunks for row in chunk], tables, import_id)
        return found


def _rows_of_table(
    reading: TableReading, rows: Sequence[SourceRow], tables: Mapping[int, _Table], import_id: UUID
) -> list[CorrectedRow]:
    """The rows of one table that came back. Raises InvalidInputError for rows of two tables in one."""
    headings = [column.heading_given for column in reading.columns]
    table_no = table_of_file(headings, rows, import_id=import_id)
    own = tables[table_no].own if table_no in tables else ()
    corrected = read_corrected(headings, rows, own=own, import_id=import_id)
    for row in corrected:
        if row.table_no != table_no:
            raise InvalidInputError(
                f"Row {row.line} of the file is of another table than the rows above it. Bring each table back as a "
                "file of its own."
            )
    return corrected


@contextmanager
def _on_disk(stream: BinaryIO, max_bytes: int) -> Iterator[Path]:
    """The file in a place of its own while the block lasts; refused when it is empty or too large."""
    with tempfile.NamedTemporaryFile(prefix="phcs-corrected-") as file:
        measured = MeasuredStream(stream, max_bytes=max_bytes)
        for piece in pieces(measured):
            file.write(piece)
        measured.as_stored("")
        file.flush()
        yield Path(file.name)


def _staged(session: Session, found: Import, places: Sequence[RowPlace]) -> dict[RowPlace, _Staged]:
    """The kept rows at these places, in two queries for each 2,000 of them."""
    staged: dict[RowPlace, _Staged] = {}
    for start in range(0, len(places), ROWS_AT_ONCE):
        some = places[start : start + ROWS_AT_ONCE]
        rows = session.execute(
            sa.select(StagedRow.table_no, StagedRow.row_no, StagedRow.cells).where(
                StagedRow.organisation_id == found.organisation_id,
                StagedRow.import_id == found.id,
                at_places(session, StagedRow, some),
            )
        ).all()
        wide = session.execute(
            sa.select(StagedFinding.table_no, StagedFinding.row_no).where(
                StagedFinding.organisation_id == found.organisation_id,
                StagedFinding.import_id == found.id,
                at_places(session, StagedFinding, some),
                StagedFinding.code == FindingCode.ROW_TOO_WIDE,
                StagedFinding.severity == Severity.ERROR,
            )
        )
        are_wide = {RowPlace(*row) for row in wide}
        for table_no, row_no, cells in rows:
            place = RowPlace(table_no, row_no)
            staged[place] = _Staged(cells, place in are_wide)
    return staged


def _require_known(rows: Sequence[CorrectedRow], staged: Mapping[RowPlace, _Staged], found: Import) -> None:
    for row in rows:
        if row.place not in staged:
            raise InvalidInputError(
                f"Row {row.line} of the file is row {row.row_no} of the import, which was imported. Edit its record "
                "instead, and take the row out of the file."
                if found.state is ImportState.COMPLETED
                else f"Row {row.line} of the file is row {row.row_no}, which this import has not. Take it out."
            )


def _require_kept(
    rows: Sequence[CorrectedRow],
    changes: Mapping[RowPlace, Sequence[ChangedCell]],
    tables: Mapping[int, _Table],
) -> None:
    """Raise for a text in a column whose cells are dropped before anything is kept."""
    dropped = {table_no: frozenset(dropped_positions(one.mapping)) for table_no, one in tables.items()}
    lines = {row.place: row.line for row in rows}
    for place, cells in changes.items():
        for one in cells:
            if one.position in dropped[place.table_no]:
                heading = tables[place.table_no].reading.columns[one.position].heading
                raise InvalidInputError(
                    f"Row {lines[place]} of the file fills “{heading}”, a column whose cells are not kept. Empty it, "
                    "or choose first what the column feeds."
                )


def _repairs(
    changes: Mapping[RowPlace, Sequence[ChangedCell]], staged: Mapping[RowPlace, _Staged]
) -> Iterator[CellRepair]:
    for place, cells in changes.items():
        table_no, row_no = place
        for one in cells:
            yield CellRepair(row_no, one.position, one.after, one.before, table_no)
        if staged[place].is_wide:  # whoever corrects such a row has seen where its cells stand
            yield CellRepair(row_no, ROW_ITSELF, RIGHT, table_no=table_no)


def _merged(cells: Sequence[str], changed: Sequence[ChangedCell], width: int) -> list[str]:
    """The row with the corrected cells; all others as they were, to the byte."""
    merged = [*cells, *[""] * (width - len(cells))]
    for one in changed:
        merged[one.position] = one.after
    return merged
