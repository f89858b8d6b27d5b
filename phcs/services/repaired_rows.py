"""Staged rows with repaired cells: loaded with what the file says of them, checked, and written back in bulk."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.checking_order import HandedRow
from phcs.core.repairing import RIGHT, ROW_ITSELF, RawRow, RowRepairer, raw_row
from phcs.core.row_places import RowPlace
from phcs.models.imports import Import, StagedFinding, StagedRow
from phcs.models.repairs import Repair
from phcs.queries.among import among
from phcs.queries.row_findings import FINDING_FACTS
from phcs.services import bulk
from phcs.services.plan_rows import FINDING_COLUMNS
from phcs.services.staged_writing import STAGED_COLUMNS, finding_rows, staged_rows
from phcs.services.summing_up import FindingShift

REPAIR_COLUMNS = (
    "import_id",
    "table_no",
    "row_no",
    "position",
    "batch_no",
    "organisation_id",
    "heading",
    "raw",
    "former",
    "value",
    "flags",
)
ROWS_AT_ONCE = 2_000


class TableOf(NamedTuple):
    """One table of an import."""

    found: Import
    table_no: int


@dataclass(frozen=True, slots=True)
class LiveRepair:
    """A repair that holds."""

    batch_no: int
    value: str


@dataclass(slots=True)
class StagedCells:
    """A staged row before it is repaired: what the file says, what it says now, and what was found in it."""

    raw: RawRow
    cells: Sequence[str]
    findings: list[tuple[str, ...]]
    repairs: dict[int, list[LiveRepair]] = field(default_factory=dict)
    """By position, the newest last."""

    def cell(self, position: int) -> str:
        """What the cell says now."""
        if position == ROW_ITSELF:
            return RIGHT if self.repairs.get(ROW_ITSELF) else ""
        return self.cells[position] if position < len(self.cells) else ""

    def raw_cell(self, position: int) -> str:
        """What the file says."""
        return self.raw.cells[position] if 0 <= position < len(self.raw.cells) else ""

    def values(self) -> dict[int, str]:
        """The repaired cells."""
        return {position: found[-1].value for position, found in self.repairs.items() if found}


def staged_cells(
    session: Session, of: TableOf, numbers: Collection[int], headings: Sequence[str]
) -> dict[int, StagedCells]:
    """The rows of a table with these numbers, by number, with their repairs; in three queries."""
    rows = session.execute(
        sa.select(StagedRow.row_no, StagedRow.cells, StagedRow.row_digest)
        .where(*_of(StagedRow, of), among(session, StagedRow.row_no, numbers))
        .order_by(StagedRow.row_no)
    ).all()
    findings = _findings(session, of, numbers)
    repairs = _repairs(session, of, numbers)
    return {
        row_no: _one(row_no, cells, digest, findings.get(row_no, []), repairs.get(row_no, []), headings)
        for row_no, cells, digest in rows
    }


def _one(
    row_no: int,
    cells: list[str],
    digest: str,
    findings: list[tuple[str, ...]],
    repairs: Sequence[Repair],
    headings: Sequence[str],
) -> StagedCells:
    told = [(code, column, value) for code, _, column, value, _ in findings]
    raw = raw_row(row_no, cells, told, headings=headings, digest=digest)
    if repairs:
        given = list(cells)
        for one in repairs:
            if one.position != ROW_ITSELF and one.position < len(given):
                given[one.position] = one.raw
        raw = RawRow(row_no, tuple(given), tuple(repairs[0].flags), digest)
    staged = StagedCells(raw, cells, findings)
    for one in repairs:
        staged.repairs.setdefault(one.position, []).append(LiveRepair(one.batch_no, one.value))
    return staged


def _of(table: Any, of: TableOf) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.organisation_id == of.found.organisation_id,
        table.import_id == of.found.id,
        table.table_no == of.table_no,
    )


def _findings(session: Session, of: TableOf, numbers: Collection[int]) -> dict[int, list[tuple[str, ...]]]:
    """What checking found in these rows: code, severity, column, value and detail."""
    rows = session.execute(
        sa.select(StagedFinding.row_no, *FINDING_FACTS)
        .where(
            *_of(StagedFinding, of),
            among(session, StagedFinding.row_no, numbers),
            StagedFinding.stage == "check",
        )
        .order_by(StagedFinding.row_no, StagedFinding.ordinal)
    )
    by_row: dict[int, list[tuple[str, ...]]] = {}
    for row_no, code, severity, *rest in rows:
        by_row.setdefault(row_no, []).append((str(code), str(severity), *rest))
    return by_row


def _repairs(session: Session, of: TableOf, numbers: Collection[int]) -> dict[int, list[Repair]]:
    """The repairs of these rows that hold, each row's in the order in which they were made."""
    rows = session.scalars(
        sa.select(Repair)
        .where(
            *_of(Repair, of),
            among(session, Repair.row_no, numbers),
            Repair.taken_back.is_(False),
            Repair.fits.is_(True),
        )
        .order_by(Repair.row_no, Repair.batch_no)
    )
    by_row: dict[int, list[Repair]] = {}
    for one in rows:
        by_row.setdefault(one.row_no, []).append(one)
    return by_row


def checked_again(
    staged: Mapping[int, StagedCells], values: Mapping[int, Mapping[int, str]], repairer: RowRepairer
) -> list[HandedRow]:
    """These rows with exactly these repaired cells (by row and position), checked."""
    return [repairer.checked(staged[row_no].raw, cells) for row_no, cells in values.items()]


def write_rows(
    session: Session, of: TableOf, rows: Sequence[HandedRow], before: Mapping[int, StagedCells]
) -> FindingShift:
    """Put these rows and their findings in the place of what is staged; gives which findings went and came."""
    numbers = [row.row_no for row in rows]
    of_check = (*_of(StagedFinding, of), StagedFinding.stage == "check")
    for table, where in ((StagedFinding, of_check), (StagedRow, _of(StagedRow, of))):
        session.execute(
            sa.delete(table)
            .where(*where, among(session, table.row_no, numbers))
            .execution_options(synchronize_session=False)
        )
    staged, findings = (made(of.found, of.table_no, rows) for made in (staged_rows, finding_rows))
    bulk.insert_rows(session, StagedRow, STAGED_COLUMNS, staged, ready=True)
    bulk.insert_rows(session, StagedFinding, FINDING_COLUMNS, findings, ready=True)
    shift = FindingShift()
    for row in rows:
        place = RowPlace(of.table_no, row.row_no)
        shift.add(place, before[row.row_no].findings, by=-1)
        shift.add(place, (tuple(one) for one in row.findings), by=1)
    return shift


def keep_repairs(
    session: Session,
    of: TableOf,
    staged: Mapping[int, StagedCells],
    changes: Mapping[int, Mapping[int, str]],
    *,
    batch_no: int,
    headings: Sequence[str],
) -> None:
    """Keep what has been repaired in these rows, beside what the file and the cells said."""
    bulk.insert_rows(
        session,
        Repair,
        REPAIR_COLUMNS,
        [
            (
                *(of.found.id, of.table_no, row_no, position, batch_no, of.found.organisation_id),
                headings[position][:500] if position != ROW_ITSELF else "",
                staged[row_no].raw_cell(position),
                staged[row_no].cell(position),
                value,
                list(staged[row_no].raw.flags),
            )
            for row_no, cells in changes.items()
            for position, value in cells.items()
        ],
    )


def in_chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """The row numbers, so many at a time as are repaired together."""
    for start in range(0, len(numbers), ROWS_AT_ONCE):
        yield numbers[start : start + ROWS_AT_ONCE]
