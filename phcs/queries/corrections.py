"""What corrected files have brought: into the same import, and as imports that follow it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.repairing import ROW_ITSELF, RepairWay
from phcs.core.row_places import RowPlace
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.repairs import Repair, RepairBatch
from phcs.queries.paging import Page, page_of


@dataclass(frozen=True, slots=True)
class CorrectionBatch:
    """One corrected file that an import has taken back."""

    batch_no: int
    rows: int
    cells: int
    by_name: str
    at: datetime
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class CorrectedCell:
    """One cell that a corrected file has changed."""

    row_no: int
    heading: str
    before: str
    after: str
    is_taken_back: bool
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


@dataclass(frozen=True, slots=True)
class LinkedImport:
    """An import that brings corrected rows of another, or that other one."""

    id: UUID
    file_name: str
    state: ImportState
    rows: int


def correction_batches(
    session: Session, *, organisation_id: UUID, import_id: UUID, limit: int = 50
) -> tuple[CorrectionBatch, ...]:
    """The corrected files of an import, the newest first."""
    rows = session.scalars(
        sa.select(RepairBatch)
        .where(
            RepairBatch.organisation_id == organisation_id,
            RepairBatch.import_id == import_id,
            RepairBatch.way == RepairWay.CORRECTION.value,
        )
        .order_by(RepairBatch.batch_no.desc())
        .limit(limit)
    )
    return tuple(_batch(one) for one in rows)


def known_batch(
    session: Session, *, organisation_id: UUID, import_id: UUID, batch_no: int
) -> CorrectionBatch:
    """One corrected file. Raises NotFoundError."""
    found = session.scalar(
        sa.select(RepairBatch).where(
            RepairBatch.organisation_id == organisation_id,
            RepairBatch.import_id == import_id,
            RepairBatch.batch_no == batch_no,
            RepairBatch.way == RepairWay.CORRECTION.value,
        )
    )
    if found is None:
        raise NotFoundError("There is no such corrected file.")
    return _batch(found)


def corrected_cells(
    session: Session, *, organisation_id: UUID, import_id: UUID, batch_no: int, cursor: str | None = None
) -> Page[CorrectedCell]:
    """The cells that a corrected file has changed, in the order of the rows."""
    statement = sa.select(Repair).where(
        Repair.organisation_id == organisation_id,
        Repair.import_id == import_id,
        Repair.batch_no == batch_no,
        Repair.position != ROW_ITSELF,
    )
    page = page_of(session, statement, keys=[Repair.table_no, Repair.row_no, Repair.position], cursor=cursor)
    return page.of(
        lambda row: CorrectedCell(
            row[0].row_no, row[0].heading, row[0].former, row[0].value, row[0].taken_back, row[0].table_no
        )
    )


def correcting_imports(
    session: Session, *, organisation_id: UUID, import_id: UUID
) -> tuple[LinkedImport, ...]:
    """The imports that bring corrected rows of this one, the newest first."""
    rows = session.scalars(
        sa.select(Import)
        .where(Import.organisation_id == organisation_id, Import.corrects == import_id)
        .order_by(Import.id.desc())
    )
    return tuple(LinkedImport(one.id, one.file_name, one.state, one.rows_total) for one in rows)


def corrected_import(session: Session, *, organisation_id: UUID, import_id: UUID) -> LinkedImport | None:
    """The import whose rows this one corrects, None for most."""
    former = sa.select(Import.corrects).where(
        Import.organisation_id == organisation_id, Import.id == import_id
    )
    one = session.scalar(
        sa.select(Import).where(
            Import.organisation_id == organisation_id, Import.id == former.scalar_subquery()
        )
    )
    return None if one is None else LinkedImport(one.id, one.file_name, one.state, one.rows_total)


def _batch(found: RepairBatch) -> CorrectionBatch:
    return CorrectionBatch(
        batch_no=found.batch_no,
        rows=found.rows,
        cells=found.cells,
        by_name=found.repaired_by_name,
        at=found.repaired_at,
        is_taken_back=found.cells_taken_back >= found.cells,
    )
