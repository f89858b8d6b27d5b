"""Repairs of an import: of some rows, and its batches."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.repairing import ROW_ITSELF, RepairWay
from phcs.core.row_places import RowPlace
from phcs.models.repairs import Repair, RepairBatch
from phcs.queries.among import at_places
from phcs.queries.paging import Page, page_of


@dataclass(frozen=True, slots=True)
class RepairedCell:
    """What a cell says instead of what the file says, since batch `batch_no`."""

    row_no: int
    position: int
    heading: str
    raw: str
    value: str
    batch_no: int
    fits: bool
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)

    @property
    def is_row(self) -> bool:
        """Whether the row as a whole was looked at, and no cell repaired."""
        return self.position == ROW_ITSELF


@dataclass(frozen=True, slots=True)
class Batch:
    """Repairs made in one go."""

    batch_no: int
    way: RepairWay
    heading: str
    former: str
    value: str
    recipe: str
    cells: int
    rows: int
    by: str
    at: datetime
    cells_taken_back: int
    taken_back_by: str
    taken_back_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether some of it is not taken back."""
        return self.cells_taken_back < self.cells


def repaired_cells(
    session: Session, *, organisation_id: UUID, import_id: UUID, rows: Collection[RowPlace]
) -> dict[RowPlace, dict[int, RepairedCell]]:
    """The repaired cells of these rows, by row and position: of each the newest repair that holds."""
    found = session.scalars(
        sa.select(Repair)
        .where(
            Repair.organisation_id == organisation_id,
            Repair.import_id == import_id,
            at_places(session, Repair, rows),
            Repair.taken_back.is_(False),
            Repair.fits.is_(True),
        )
        .order_by(Repair.table_no, Repair.row_no, Repair.batch_no)
    )
    cells: dict[RowPlace, dict[int, RepairedCell]] = defaultdict(dict)
    for one in map(_cell, found):
        cells[one.place][one.position] = one
    return cells


def repair_batches(
    session: Session, *, organisation_id: UUID, import_id: UUID, cursor: str | None = None
) -> Page[Batch]:
    """The import's batches of repairs, newest first."""
    page = page_of(
        session,
        sa.select(RepairBatch).where(
            RepairBatch.organisation_id == organisation_id, RepairBatch.import_id == import_id
        ),
        keys=[RepairBatch.batch_no],
        cursor=cursor,
        descending=True,
    )
    return page.of(lambda row: _batch(row[0]))


def repaired_texts(
    session: Session, *, organisation_id: UUID, import_id: UUID
) -> dict[int, dict[int, dict[str, int]]]:
    """What the file says in repaired cells, without blanks around it, and in how many: by table and position."""
    rows = session.execute(
        sa.select(Repair.table_no, Repair.position, Repair.raw, sa.func.count(Repair.row_no.distinct()))
        .where(
            Repair.organisation_id == organisation_id,
            Repair.import_id == import_id,
            Repair.position != ROW_ITSELF,
            Repair.taken_back.is_(False),
            Repair.fits.is_(True),
        )
        .group_by(Repair.table_no, Repair.position, Repair.raw)
    )
    found: dict[int, dict[int, dict[str, int]]] = {}
    for table_no, position, raw, cells in rows:
        texts = found.setdefault(table_no, {}).setdefault(position, {})
        texts[raw.strip()] = texts.get(raw.strip(), 0) + cells
    return found


def misfits(
    session: Session, *, organisation_id: UUID, import_id: UUID, limit: int = 50
) -> tuple[RepairedCell, ...]:
    """Repairs that do not fit any more since the file was read or mapped anew, the first ones."""
    found = session.scalars(
        sa.select(Repair)
        .where(
            Repair.organisation_id == organisation_id,
            Repair.import_id == import_id,
            Repair.taken_back.is_(False),
            Repair.fits.is_(False),
        )
        .order_by(Repair.table_no, Repair.row_no, Repair.position, Repair.batch_no)
        .limit(limit)
    )
    return tuple(map(_cell, found))


def has_repairs(session: Session, *, organisation_id: UUID, import_id: UUID) -> bool:
    """Whether anybody has repaired anything in this import."""
    found = session.scalar(
        sa.select(RepairBatch.batch_no)
        .where(RepairBatch.organisation_id == organisation_id, RepairBatch.import_id == import_id)
        .limit(1)
    )
    return found is not None


def _cell(one: Repair) -> RepairedCell:
    return RepairedCell(
        row_no=one.row_no,
        position=one.position,
        heading=one.heading,
        raw=one.raw,
        value=one.value,
        batch_no=one.batch_no,
        fits=one.fits,
        table_no=one.table_no,
    )


def _batch(one: RepairBatch) -> Batch:
    return Batch(
        batch_no=one.batch_no,
        way=RepairWay(one.way),
        heading=one.heading,
        former=one.former,
        value=one.value,
        recipe=one.recipe,
        cells=one.cells,
        rows=one.rows,
        by=one.repaired_by_name,
        at=one.repaired_at,
        cells_taken_back=one.cells_taken_back,
        taken_back_by=one.taken_back_by_name,
        taken_back_at=one.taken_back_at,
    )
