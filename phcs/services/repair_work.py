"""One go at repairing staged rows, inside its one transaction: batch, rows, findings, plan to be made anew, trail."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, PurgedError, WrongStateError
from phcs.core.mapping.tables import TableMapping
from phcs.core.permissions import Permission
from phcs.core.reading.tables import TableReading
from phcs.core.repairing import ROW_ITSELF, RepairWay, RowRepairer, row_ranges
from phcs.core.row_places import told_table
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.models.repairs import RepairBatch
from phcs.services import auditing
from phcs.services.approval import change_state, find_import
from phcs.services.repaired_rows import (
    StagedCells,
    TableOf,
    checked_again,
    keep_repairs,
    staged_cells,
    write_rows,
)
from phcs.services.staging_order import check_order_of
from phcs.services.summing_up import FindingShift, shift_sums, sum_up_findings

MATCHING = "matching"
FEW_CAUSES = 200
"""Up to so many sums are kept in step one by one; for more all are counted anew."""
_SHOWN = 250
THE_ROW = "the row itself"

Changes = dict[int, dict[int, str]]
"""By row and position: what the cells are to say."""


def may_be_repaired(state: ImportState, stage: str) -> bool:
    """Whether rows can be repaired now: in review, and while the plan is made anew after an earlier repair.

    Before that rows are not all staged yet; later the approval holds for what it was given for.
    """
    return state is ImportState.REVIEW or (state is ImportState.STAGING and stage == MATCHING)


def require_repairable(found: Import) -> None:
    """Raise unless rows can be repaired now."""
    if found.rows_purge_begun_at:
        raise PurgedError("The rows of this import were deleted when their date had come.")
    if not may_be_repaired(found.state, found.stage):
        raise WrongStateError(found.state, ImportState.STAGING)


@dataclass(frozen=True, slots=True)
class TableInHand:
    """The table whose rows are repaired: how it is read and mapped, and by what its rows are checked."""

    table_no: int
    reading: TableReading
    mapping: TableMapping
    headings: tuple[str, ...]
    repairer: RowRepairer


@dataclass(slots=True)
class RepairWork:
    """What one go at repairing has done so far; it is at one table at a time."""

    session: Session
    found: Import
    actor: Actor
    now: datetime
    way: RepairWay
    table: TableInHand
    recipe: str = ""
    batch_no: int = 0
    shift: FindingShift = field(default_factory=FindingShift)
    cells: int = 0
    rows: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    said: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Heading, what the cell said and what it says now, while there are few of them."""

    def turn_to(self, table_no: int) -> None:
        """Go on at another table. Raises InvalidInputError where the import has no such one."""
        if table_no != self.table.table_no:
            self.table = _in_hand(self.session, self.found, table_no)

    @property
    def _of(self) -> TableOf:
        return TableOf(self.found, self.table.table_no)

    def take(self, staged: Mapping[int, StagedCells], changes: Changes) -> None:
        """Repair some rows: all cells of `changes` are to say something else than they do."""
        if not changes:
            return
        self._begin()
        values = {row_no: {**staged[row_no].values(), **cells} for row_no, cells in changes.items()}
        keep_repairs(
            self.session, self._of, staged, changes, batch_no=self.batch_no, headings=self.table.headings
        )
        self.check(staged, values)
        self._note(staged, changes, "import.repaired")

    def take_back(self, staged: Mapping[int, StagedCells], cells: Mapping[int, Sequence[int]]) -> None:
        """Let the cells at these positions of these rows say what they would without batch `batch_no`."""
        self._begin()
        values: Changes = {}
        changes: Changes = {}
        for row_no, positions in cells.items():
            one = staged[row_no]
            left = {
                position: [
                    kept for kept in found if kept.batch_no != self.batch_no or position not in positions
                ]
                for position, found in one.repairs.items()
            }
            values[row_no] = {position: found[-1].value for position, found in left.items() if found}
            changes[row_no] = {
                position: values[row_no].get(position, one.raw_cell(position)) for position in positions
            }
        self.check(staged, values)
        self._note(staged, changes, "import.repair_taken_back")

    def check(self, staged: Mapping[int, StagedCells], values: Changes) -> None:
        """Check these rows with exactly these repaired cells and keep what comes out."""
        rows = checked_again(staged, values, self.table.repairer)
        shift = write_rows(self.session, self._of, rows, staged)
        self.shift.numbers.update(shift.numbers)
        for key, (first, last) in shift.rows.items():
            known = self.shift.rows.get(key, (first, last))
            self.shift.rows[key] = (min(first, known[0]), max(last, known[1]))
        self.statuses.update(row.status for row in rows)

    def _begin(self) -> None:
        """Take the import once something changes; nobody else changes it until the transaction ends."""
        if self.rows:
            return
        change_state(
            self.session,
            self.found,
            ImportState.STAGING,
            now=self.now,
            stage=MATCHING,
            stage_started_at=self.now,
            rows_done=0,
            edited_by=sorted({*self.found.edited_by, str(self.actor.id)}),
        )
        self.batch_no = self.batch_no or next_batch(self.session, self.found)

    def _note(self, staged: Mapping[int, StagedCells], changes: Changes, action: str) -> None:
        """Count what was done, and say it in the trail: values as values, so that they can be erased."""
        told: dict[tuple[str, str, str], list[int]] = {}
        for row_no, cells in changes.items():
            for position, value in cells.items():
                key = (self.heading(position), staged[row_no].cell(position), value)
                told.setdefault(key, []).append(row_no)
                if len(self.said) < 2:
                    self.said[key] += 1
        cells_now = sum(map(len, changes.values()))
        self.rows += len(changes)
        self.cells += cells_now
        auditing.record(
            self.session,
            actor=self.actor,
            now=self.now,
            action=action,
            subject_kind="import",
            subject_id=self.found.id,
            import_id=self.found.id,
            row_no=next(iter(changes)) if len(changes) == 1 else None,
            detail={
                "batch": self.batch_no,
                "way": self.way.value,
                "rows": len(changes),
                "cells": cells_now,
                **told_table(self.table.table_no),
            },
            values=_told(told),
        )

    def heading(self, position: int) -> str:
        """What the file calls the column; '' for the row itself."""
        return "" if position == ROW_ITSELF else self.table.headings[position]

    def keep_sums(self) -> None:
        """Bring the sums of the findings in step."""
        if len(self.shift.numbers) > FEW_CAUSES:
            sum_up_findings(self.session, self.found)
        else:
            shift_sums(self.session, self.found, self.shift)

    def keep_batch(self) -> None:
        """Keep what the batch did as a whole."""
        heading, former, value = next(iter(self.said)) if len(self.said) == 1 else ("", "", "")
        self.session.add(
            RepairBatch(
                import_id=self.found.id,
                batch_no=self.batch_no,
                organisation_id=self.found.organisation_id,
                way=self.way.value,
                heading=heading[:500],
                former=former[:_SHOWN],
                value=value[:_SHOWN],
                recipe=self.recipe,
                cells=self.cells,
                rows=self.rows,
                repaired_by=self.actor.id,
                repaired_by_name=self.actor.name,
                repaired_at=self.now,
            )
        )

    def staged(self, numbers: Sequence[int]) -> dict[int, StagedCells]:
        """The rows with these numbers as they are."""
        return staged_cells(self.session, self._of, numbers, self.table.headings)


def open_work(
    session: Session, actor: Actor, import_id: UUID, now: datetime, way: RepairWay, *, table_no: int = 1
) -> RepairWork:
    """Begin to repair rows of an import, at one of its tables.

    Raises NotFoundError, WrongStateError and PurgedError; InvalidInputError where there is no such table.
    """
    actor.require(Permission.REPAIR_ROWS)
    found = find_import(session, actor, import_id)
    require_repairable(found)
    table = _in_hand(session, found, table_no)
    return RepairWork(session=session, found=found, actor=actor, now=now, way=way, table=table)


def _in_hand(session: Session, found: Import, table_no: int) -> TableInHand:
    table = session.get(SourceTable, (found.id, table_no))
    if table is None or table.left_out:
        raise InvalidInputError(f"This import has no table {table_no}.")
    reading = TableReading.from_json(table.reading)
    order = check_order_of(found, table, reading)
    return TableInHand(table_no, reading, order.mapping, order.headings, RowRepairer(order))


def _told(told: Mapping[tuple[str, str, str], list[int]]) -> dict[str, Any]:
    """What cells said and say, by column and rows, as the trail shows changes."""
    if len(told) == 1:
        ((heading, former, value), rows) = next(iter(told.items()))
        return {"changes": {heading or THE_ROW: [former, value]}, "rows": row_ranges(rows)}
    return {
        "changes": {
            f"{heading or THE_ROW}, row {row_ranges(rows)}": [former, value]
            for (heading, former, value), rows in told.items()
        }
    }


def next_batch(session: Session, found: Import) -> int:
    """The number of the import's next batch; the import is locked."""
    last: Any = session.scalar(
        sa.select(sa.func.max(RepairBatch.batch_no)).where(
            RepairBatch.organisation_id == found.organisation_id, RepairBatch.import_id == found.id
        )
    )
    return int(last or 0) + 1
