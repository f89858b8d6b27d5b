"""Rows with findings, at the file's own addresses, a page at a time; and one staged row in full."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.findings import Finding, RowStatus, Severity
from phcs.core.reading.tables import TableReading
from phcs.core.records import record_in_full
from phcs.core.repairing import letter_of
from phcs.models.imports import StagedFinding, StagedRow
from phcs.queries.among import among
from phcs.queries.finding_causes import Cause, CauseValue
from phcs.queries.paging import Page, page_of
from phcs.queries.repaired_cells import RepairedCell, repaired_cells
from phcs.queries.row_findings import findings_of_rows


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A finding with the cell that it is about; `position` is None where it is about the whole row.

    `cell` is what the cell says now, in full; `repaired` what was made of it.
    """

    finding: Finding
    position: int | None
    letter: str
    cell: str
    repaired: RepairedCell | None


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A staged row with everything that was found in it. `called` helps people to recognise the row."""

    row_no: int
    status: RowStatus
    called: str
    found: tuple[FoundCell, ...]
    cells: tuple[str, ...]
    repaired: Mapping[int, RepairedCell]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsWanted:
    """Which rows to list: with findings of these severities, and of one cause, and of one value of it."""

    severities: Sequence[Severity] = tuple(Severity)
    cause: Cause | None = None
    value: CauseValue | None = None
    backwards: bool = False


def finding_rows(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    reading: TableReading,
    wanted: RowsWanted,
    cursor: str | None = None,
    size: int = 25,
) -> Page[FoundRow]:
    """Rows with findings in the order of the file or against it, in four queries at any depth."""
    statement = (
        sa.select(StagedFinding.row_no)
        .where(
            StagedFinding.organisation_id == organisation_id,
            StagedFinding.import_id == import_id,
            StagedFinding.table_no == 1,
            *_conditions(wanted),
        )
        .distinct()
    )
    page = page_of(
        session,
        statement,
        keys=[StagedFinding.row_no],
        cursor=cursor,
        size=size,
        descending=wanted.backwards,
    )
    numbers = [row.row_no for row in page.rows]
    return page.with_rows(found_rows(session, organisation_id, import_id, reading, numbers))


def found_row(
    session: Session, *, organisation_id: UUID, import_id: UUID, reading: TableReading, row_no: int
) -> FoundRow:
    """One staged row. Raises NotFoundError."""
    rows = found_rows(session, organisation_id, import_id, reading, [row_no])
    if not rows:
        raise NotFoundError("There is no such row.")
    return rows[0]


def found_rows(
    session: Session,
    organisation_id: UUID,
    import_id: UUID,
    reading: TableReading,
    numbers: Sequence[int],
) -> list[FoundRow]:
    """These staged rows, in this order."""
    findings = findings_of_rows(session, organisation_id, import_id, numbers)
    repaired = repaired_cells(session, organisation_id=organisation_id, import_id=import_id, rows=numbers)
    staged = {
        row.row_no: row
        for row in session.execute(
            sa.select(StagedRow.row_no, StagedRow.status, StagedRow.cells, StagedRow.record).where(
                StagedRow.organisation_id == organisation_id,
                StagedRow.import_id == import_id,
                StagedRow.table_no == 1,
                among(session, StagedRow.row_no, numbers),
            )
        )
    }
    positions = _positions(reading)
    return [
        FoundRow(
            row_no=number,
            status=staged[number].status,
            called=_called(record_in_full(staged[number].record)),
            found=tuple(
                _found_cell(one, staged[number].cells, reading, positions, repaired.get(number, {}))
                for one in findings.get(number, ())
            ),
            cells=tuple(staged[number].cells),
            repaired=repaired.get(number, {}),
        )
        for number in numbers
        if number in staged
    ]


def _conditions(wanted: RowsWanted) -> list[sa.ColumnElement[bool]]:
    if wanted.cause is None:
        every = set(wanted.severities) == set(Severity)
        return [] if every else [StagedFinding.severity.in_(list(wanted.severities))]
    conditions = [
        StagedFinding.code == wanted.cause.code,
        StagedFinding.column_name == wanted.cause.column,
        StagedFinding.severity == wanted.cause.severity,
    ]
    if wanted.value is not None:
        conditions += [
            StagedFinding.value == wanted.value.value,
            StagedFinding.row_no.between(wanted.value.first_row, wanted.value.last_row),
        ]
    return conditions


def _positions(reading: TableReading) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = defaultdict(list)
    for column in reading.columns:
        positions[column.heading_given].append(column.position)
    return positions


def _found_cell(
    finding: Finding,
    cells: Sequence[str],
    reading: TableReading,
    positions: Mapping[str, list[int]],
    repaired: Mapping[int, RepairedCell],
) -> FoundCell:
    """The finding with its cell; of several columns with one heading the one that says what was found."""
    candidates = positions.get(finding.column, []) if finding.column else []
    saying = [one for one in candidates if finding.value and one < len(cells) and finding.value in cells[one]]
    position = next(iter(saying or candidates), None)
    if position is None:
        return FoundCell(finding, None, "", "", None)
    return FoundCell(
        finding=finding,
        position=position,
        letter=letter_of(reading, position),
        cell=cells[position] if position < len(cells) else "",
        repaired=repaired.get(position),
    )


def _called(record: Mapping[str, object]) -> str:
    owner, pets = record.get("owner"), record.get("pets")
    names = [owner.get("full_name", "")] if isinstance(owner, dict) else []
    if isinstance(pets, list | tuple):
        names += [pet.get("name", "") for pet in pets if isinstance(pet, dict)]
    return ", ".join(name for name in names if name)
