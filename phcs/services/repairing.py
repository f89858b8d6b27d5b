"""People repair cells of staged rows; the rows are checked at once, and the plan is made anew.

What the file says is kept beside every repair, and a repair is taken back until the import is approved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.repairing import RIGHT, ROW_ITSELF, CellRepair, RepairWay, clean_value
from phcs.core.row_places import RowPlace
from phcs.models.repairs import Repair, RepairBatch
from phcs.queries.among import among
from phcs.queries.staged_values import rows_saying
from phcs.services.repair_work import Changes, RepairWork, open_work
from phcs.services.repaired_rows import ROWS_AT_ONCE, StagedCells, in_chunks
from phcs.services.transactions import transaction

MOST_CELLS = 500_000
"""So many cells are repaired in one go at most."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was repaired in one go: `batch_no` takes it back, 0 when every cell said so already.

    `statuses` count the repaired rows by what checking says of them now.
    """

    batch_no: int
    rows: int
    cells: int
    statuses: Mapping[str, int]


def repair_cells(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    repairs: Sequence[CellRepair],
    way: RepairWay = RepairWay.EDIT,
) -> Repaired:
    """Let cells of staged rows say something else: all of `repairs` or none, as one batch.

    Each row is checked by the rules that the file was checked by, as if the file had said so. Cells that say it
    already are passed over. Raises NotFoundError for an import or a row that is not there, InvalidInputError for a
    column that is not, a text that no cell holds, or a cell that does not say `former` any more; WrongStateError
    unless the import is in review or its plan is being made anew; PurgedError.
    """
    if len(repairs) > MOST_CELLS:
        raise InvalidInputError(f"At most {MOST_CELLS:,} cells can be repaired in one go.")
    with transaction() as session:
        first = min((one.table_no for one in repairs), default=1)
        work = open_work(session, actor, import_id, now, way, table_no=first)
        by_table: dict[int, dict[int, list[CellRepair]]] = {}
        for one in repairs:
            by_table.setdefault(one.table_no, {}).setdefault(one.row_no, []).append(one)
        for table_no, wanted in sorted(by_table.items()):
            work.turn_to(table_no)
            for position in {one.position for found in wanted.values() for one in found}:
                work.table.repairer.require_column(position)
            for numbers in in_chunks(sorted(wanted)):
                staged = work.staged(numbers)
                work.take(staged, _changes(staged, {row_no: wanted[row_no] for row_no in numbers}))
        return ended(work)


def repair_alike(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    position: int,
    former: str,
    value: str,
    table_no: int = 1,
) -> Repaired:
    """Let every cell of a table's column that says `former` (blanks around it do not count) say `value`, as one batch.

    Raises InvalidInputError for a column or text that cannot be, and where no cell says it; else as `repair_cells`.
    """
    said = clean_value(value)
    if not former.strip():
        raise InvalidInputError("Empty cells differ from row to row. Fill them in row by row.")
    with transaction() as session:
        work = open_work(session, actor, import_id, now, RepairWay.ALIKE, table_no=table_no)
        work.table.repairer.require_column(position)
        repair_all_saying(work, position, {former.strip(): said})
        if not work.rows:
            raise InvalidInputError(f"No cell of this column says just “{former.strip()[:100]}” any more.")
        return ended(work)


def take_back_repairs(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    batch_no: int,
    row: RowPlace | None = None,
    position: int | None = None,
) -> Repaired:
    """Take back a batch of repairs, or what it did to one row or one cell; repairs of other batches stay.

    A cell that a later batch has repaired, too, keeps saying what that says. Raises NotFoundError for what is not
    there or was taken back already; WrongStateError and PurgedError as `repair_cells`.
    """
    with transaction() as session:
        work = open_work(session, actor, import_id, now, RepairWay.EDIT)
        batch = session.get(RepairBatch, (import_id, batch_no))
        if batch is None or batch.organisation_id != work.found.organisation_id:
            raise NotFoundError("There is no such repair.")
        work.way, work.batch_no = RepairWay(batch.way), batch_no
        for table_no in _tables_of(session, work, row):
            work.turn_to(table_no)
            after = -1
            while cells := _cells_of(session, work, after, row, position):
                staged = work.staged(sorted(cells))
                work.take_back({**staged}, cells)
                _mark_taken_back(session, work, cells)
                after = max(cells)
        if not work.rows:
            raise NotFoundError("This repair was taken back already.")
        batch.cells_taken_back += work.cells
        batch.taken_back_by_name, batch.taken_back_at = actor.name, now
        work.keep_sums()
        return Repaired(batch_no, work.rows, work.cells, dict(work.statuses))


def repair_all_saying(work: RepairWork, position: int, texts: Mapping[str, str]) -> None:
    """Repair every cell of the table in hand that says one of these texts at this position, chunk by chunk."""
    after = -1
    while True:
        numbers = rows_saying(
            work.session,
            organisation_id=work.found.organisation_id,
            import_id=work.found.id,
            table_no=work.table.table_no,
            position=position,
            texts=list(texts),
            after=after,
            limit=ROWS_AT_ONCE,
        )
        if not numbers:
            return
        staged = work.staged(numbers)
        changes: Changes = {
            row_no: {position: texts[one.cell(position).strip()]}
            for row_no, one in staged.items()
            if texts.get(one.cell(position).strip(), one.cell(position)) != one.cell(position)
        }
        work.take(staged, changes)
        after = numbers[-1]


def _changes(staged: Mapping[int, StagedCells], wanted: Mapping[int, Sequence[CellRepair]]) -> Changes:
    changes: Changes = {}
    for row_no, repairs in wanted.items():
        one = staged.get(row_no)
        if one is None:
            raise NotFoundError(f"This import has no row {row_no}.")
        for repair in repairs:
            value = RIGHT if repair.position == ROW_ITSELF else clean_value(repair.value)
            says = one.cell(repair.position)
            if repair.former is not None and says != repair.former:
                raise InvalidInputError(
                    f"Row {row_no} says “{says[:100]}” there by now. Somebody was faster; look at it again."
                )
            if says != value:
                changes.setdefault(row_no, {})[repair.position] = value
    return changes


def ended(work: RepairWork) -> Repaired:
    """Keep the batch as a whole, if it did anything, and give what it did."""
    if not work.rows:
        return Repaired(0, 0, 0, {})
    work.keep_batch()
    work.keep_sums()
    return Repaired(work.batch_no, work.rows, work.cells, dict(work.statuses))


def _of_batch(work: RepairWork) -> list[sa.ColumnElement[bool]]:
    return [
        Repair.organisation_id == work.found.organisation_id,
        Repair.import_id == work.found.id,
        Repair.batch_no == work.batch_no,
        Repair.taken_back.is_(False),
    ]


def _tables_of(session: Session, work: RepairWork, row: RowPlace | None) -> Sequence[int]:
    """The tables in which this batch repaired cells, or that of the row."""
    if row is not None:
        return [row.table_no]
    tables = sa.select(Repair.table_no).where(*_of_batch(work)).distinct().order_by(Repair.table_no)
    return session.scalars(tables).all()


def _cells_of(
    session: Session, work: RepairWork, after: int, row: RowPlace | None, position: int | None
) -> dict[int, list[int]]:
    """The next cells of the table in hand that hold what this batch made of them, by row."""
    wanted = [*_of_batch(work), Repair.table_no == work.table.table_no]
    if row is not None:
        wanted.append(Repair.row_no == row.row_no)
    if position is not None:
        wanted.append(Repair.position == position)
    numbers = session.scalars(
        sa.select(Repair.row_no)
        .where(*wanted, Repair.row_no > after)
        .group_by(Repair.row_no)
        .order_by(Repair.row_no)
        .limit(ROWS_AT_ONCE)
    ).all()
    cells: dict[int, list[int]] = {}
    for found_row, found_position in session.execute(
        sa.select(Repair.row_no, Repair.position).where(*wanted, among(session, Repair.row_no, numbers))
    ):
        cells.setdefault(found_row, []).append(found_position)
    return cells


def _mark_taken_back(session: Session, work: RepairWork, cells: Mapping[int, Sequence[int]]) -> None:
    positions = {position for found in cells.values() for position in found}
    session.execute(
        sa.update(Repair)
        .where(
            Repair.organisation_id == work.found.organisation_id,
            Repair.import_id == work.found.id,
            Repair.table_no == work.table.table_no,
            Repair.batch_no == work.batch_no,
            among(session, Repair.row_no, list(cells)),
            among(session, Repair.position, sorted(positions)),
        )
        .values(taken_back=True)
        .execution_options(synchronize_session=False)
    )
