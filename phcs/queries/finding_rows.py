"""Rows with findings, at the file's own addresses, a page at a time; and one staged row in full."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.findings import Finding, RowStatus, Severity
from phcs.core.history_titles import stated_title
from phcs.core.reading.tables import TableReading
from phcs.core.repairing import letter_of
from phcs.core.row_places import RowPlace
from phcs.models.imports import StagedFinding, StagedRow
from phcs.queries.among import at_places
from phcs.queries.finding_causes import Cause, CauseValue
from phcs.queries.paging import Page, page_of
from phcs.queries.repaired_cells import RepairedCell, repaired_cells
from phcs.queries.row_findings import findings_of_rows

Readings = Mapping[int, TableReading]
"""How the import's tables are read, by table."""


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
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsWanted:
    """Which rows to list: with findings of these severities, of one table, of one cause, of one value of it."""

    severities: Sequence[Severity] = tuple(Severity)
    cause: Cause | None = None
    value: CauseValue | None = None
    table_no: int | None = None
    backwards: bool = False


def finding_rows(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    readings: Readings,
    wanted: RowsWanted,
    cursor: str | None = None,
    size: int = 25,
) -> Page[FoundRow]:
    """Rows with findings in the order of the file or against it, in four queries at any depth."""
    statement = (
        sa.select(StagedFinding.table_no, StagedFinding.row_no)
        .where(
            StagedFinding.organisation_id == organisation_id,
            StagedFinding.import_id == import_id,
            *_conditions(wanted),
        )
        .distinct()
    )
    page = page_of(
        session,
        statement,
        keys=[StagedFinding.table_no, StagedFinding.row_no],
        cursor=cursor,
        size=size,
        descending=wanted.backwards,
    )
    places = [RowPlace(row.table_no, row.row_no) for row in page.rows]
    return page.with_rows(found_rows(session, organisation_id, import_id, readings, places))


def found_row(
    session: Session, *, organisation_id: UUID, import_id: UUID, readings: Readings, place: RowPlace
) -> FoundRow:
    """One staged row. Raises NotFoundError."""
    rows = found_rows(session, organisation_id, import_id, readings, [place])
    if not rows:
        raise NotFoundError("There is no such row.")
    return rows[0]


def found_rows(
    session: Session,
    organisation_id: UUID,
    import_id: UUID,
    readings: Readings,
    places: Sequence[RowPlace],
) -> list[FoundRow]:
    """These staged rows, in this order; those of tables that are not among the readings are left out."""
    findings = findings_of_rows(session, organisation_id, import_id, places)
    repaired = repaired_cells(session, organisation_id=organisation_id, import_id=import_id, rows=places)
    columns = (
        StagedRow.table_no,
        StagedRow.row_no,
        StagedRow.status,
        StagedRow.cells,
        StagedRow.record,
    )
    rows = session.execute(
        sa.select(*columns).where(
            StagedRow.organisation_id == organisation_id,
            StagedRow.import_id == import_id,
            at_places(session, StagedRow, places),
        )
    )
    staged = {RowPlace(row.table_no, row.row_no): row for row in rows}
    positions = {table_no: _positions(reading) for table_no, reading in readings.items()}
    return [
        FoundRow(
            row_no=place.row_no,
            status=staged[place].status,
            called=_called(staged[place].record),
            found=tuple(
                _found_cell(
                    one,
                    staged[place].cells,
                    readings[place.table_no],
                    positions[place.table_no],
                    repaired.get(place, {}),
                )
                for one in findings.get(place, ())
            ),
            cells=tuple(staged[place].cells),
            repaired=repaired.get(place, {}),
            table_no=place.table_no,
        )
        for place in places
        if place in staged and place.table_no in readings
    ]


def _conditions(wanted: RowsWanted) -> list[sa.ColumnElement[bool]]:
    if wanted.cause is None:
        every = set(wanted.severities) == set(Severity)
        of_table = [] if wanted.table_no is None else [StagedFinding.table_no == wanted.table_no]
        return of_table if every else [*of_table, StagedFinding.severity.in_(list(wanted.severities))]
    conditions = [
        StagedFinding.table_no == wanted.cause.table_no,
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


def _called(record: Mapping[str, Any]) -> str:
    owner, pets = record.get("owner"), record.get("pets")
    names = [owner.get("full_name", "")] if isinstance(owner, dict) else []
    if isinstance(pets, list | tuple):
        names += [pet.get("name", "") for pet in pets if isinstance(pet, dict)]
    return ", ".join(name for name in (*names, stated_title(record)) if name)
