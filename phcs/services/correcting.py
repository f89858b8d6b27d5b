"""Corrected rows taken back: in review into the same import, after its promotion as a new import that follows it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.correcting import ChangedCell, CorrectedRow, changed_cells, read_corrected
from phcs.core.errors import InvalidInputError, PurgedError, UseCaseError
from phcs.core.findings import FindingCode, Severity
from phcs.core.mapping.dropping import dropped_positions
from phcs.core.mapping.tables import TableMapping
from phcs.core.permissions import Permission
from phcs.core.reading.choices import ReadingChoices
from phcs.core.reading.tables import SourceRow, TableReading
from phcs.core.repairing import RIGHT, ROW_ITSELF, CellRepair, RepairWay
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import, SourceTable, StagedFinding, StagedRow
from phcs.queries.among import among
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
    found, table = _correctable(db.session(), actor, import_id)
    reading, mapping = TableReading.from_json(table.reading), TableMapping.from_json(table.mapping)
    own = [column.heading_given for column in reading.columns]
    rows = _rows_of_file(stream, file_name, own, import_id, workshop)
    staged = _staged(db.session(), found, [row.row_no for row in rows])
    db.session.rollback()
    _require_known(rows, staged, found)
    changes = {row.row_no: list(changed_cells(row, staged[row.row_no].cells)) for row in rows}
    changes = {row_no: cells for row_no, cells in changes.items() if cells}
    _require_kept(rows, changes, reading, mapping)
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
            row_no: _merged(staged[row_no].cells, changed, len(own)) for row_no, changed in changes.items()
        },
        workshop=workshop,
    )
    return Corrected(new_id, 0, len(changes), cells, untouched)


def may_be_corrected(state: ImportState, stage: str) -> bool:
    """Whether a corrected file can be taken back now."""
    return state is ImportState.COMPLETED or may_be_repaired(state, stage)


def _correctable(session: Session, actor: Actor, import_id: UUID) -> tuple[Import, SourceTable]:
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
    table = session.get_one(SourceTable, (import_id, 1))
    session.expunge(found)
    session.expunge(table)
    session.rollback()
    return found, table


def _rows_of_file(
    stream: BinaryIO, file_name: str, own: Sequence[str], import_id: UUID, workshop: Workshop
) -> list[CorrectedRow]:
    """Read the file in the limited child; whatever is wrong with it is an InvalidInputError or UnreadableFileError."""
    limits = replace(workshop.limits, columns=workshop.limits.columns + 2)
    limits = replace(limits, cell_characters=limits.cell_characters + 1)  # the guard of the longest cell
    with limits_in_words(), _on_disk(stream, workshop.limits.file_bytes) as path:
        reading = inspect_file(
            path, name=file_name, limits=limits, child=workshop.child, split_rows=0, choices=HEADINGS_FIRST
        )[0]

        def rows() -> Iterator[SourceRow]:
            for chunk in read_chunks(
                path, reading, limits=limits, child=workshop.child, chunk_rows=ROWS_AT_ONCE
            ):
                yield from chunk

        headings = [column.heading_given for column in reading.columns]
        return read_corrected(headings, rows(), own=own, import_id=import_id)


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


def _staged(session: Session, found: Import, numbers: Sequence[int]) -> dict[int, _Staged]:
    """The kept rows with these numbers, in two queries for each 2,000 of them."""
    staged: dict[int, _Staged] = {}
    for start in range(0, len(numbers), ROWS_AT_ONCE):
        some = numbers[start : start + ROWS_AT_ONCE]
        rows = session.execute(
            sa.select(StagedRow.row_no, StagedRow.cells).where(
                StagedRow.organisation_id == found.organisation_id,
                StagedRow.import_id == found.id,
                StagedRow.table_no == 1,
                among(session, StagedRow.row_no, some),
            )
        ).all()
        wide = set(
            session.scalars(
                sa.select(StagedFinding.row_no).where(
                    StagedFinding.organisation_id == found.organisation_id,
                    StagedFinding.import_id == found.id,
                    StagedFinding.table_no == 1,
                    among(session, StagedFinding.row_no, some),
                    StagedFinding.code == FindingCode.ROW_TOO_WIDE,
                    StagedFinding.severity == Severity.ERROR,
                )
            )
        )
        staged |= {row_no: _Staged(cells, row_no in wide) for row_no, cells in rows}
    return staged


def _require_known(rows: Sequence[CorrectedRow], staged: dict[int, _Staged], found: Import) -> None:
    for row in rows:
        if row.table_no != 1 or row.row_no not in staged:
            raise InvalidInputError(
                f"Row {row.line} of the file is row {row.row_no} of the import, which was imported. Edit its record "
                "instead, and take the row out of the file."
                if found.state is ImportState.COMPLETED and row.table_no == 1
                else f"Row {row.line} of the file is row {row.row_no}, which this import has not. Take it out."
            )


def _require_kept(
    rows: Sequence[CorrectedRow],
    changes: dict[int, list[ChangedCell]],
    reading: TableReading,
    mapping: TableMapping,
) -> None:
    """Raise for a text in a column whose cells are dropped before anything is kept."""
    dropped = frozenset(dropped_positions(mapping))
    lines = {row.row_no: row.line for row in rows}
    for row_no, cells in changes.items():
        for one in cells:
            if one.position in dropped:
                raise InvalidInputError(
                    f"Row {lines[row_no]} of the file fills “{reading.columns[one.position].heading}”, a column whose "
                    "cells are not kept. Empty it, or choose first what the column feeds."
                )


def _repairs(changes: dict[int, list[ChangedCell]], staged: dict[int, _Staged]) -> Iterator[CellRepair]:
    for row_no, cells in changes.items():
        for one in cells:
            yield CellRepair(row_no, one.position, one.after, one.before)
        if staged[row_no].is_wide:  # whoever corrects such a row has seen where its cells stand
            yield CellRepair(row_no, ROW_ITSELF, RIGHT)


def _merged(cells: Sequence[str], changed: Sequence[ChangedCell], width: int) -> list[str]:
    """The row with the corrected cells; all others as they were, to the byte."""
    merged = [*cells, *[""] * (width - len(cells))]
    for one in changed:
        merged[one.position] = one.after
    return merged
