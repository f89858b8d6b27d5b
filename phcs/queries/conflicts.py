"""Facts that both the source and people have changed since the last import, and records that are gone from a source."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import FindingCode
from phcs.core.planning.conflicts import decision_about
from phcs.core.records import RecordKind
from phcs.core.row_places import RowPlace
from phcs.models.conflicts import ConflictDecided
from phcs.models.imports import SourceTable, StagedFinding

FIRST = 5
"""So many rows of a group are shown."""


class _Decision(NamedTuple):
    """Whose value holds, and who said so; ours where nobody has."""

    theirs: bool = False
    by_name: str = ""


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One fact of one row, as it is here and as the file says it."""

    table_no: int
    row_no: int
    ours: str
    theirs: str

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


@dataclass(frozen=True, slots=True)
class ConflictGroup:
    """All conflicts about one fact of one kind of record; `takes_theirs` where a person said so.

    `decided_by_name` is '' where nobody has decided and ours stays.
    """

    kind: RecordKind
    fact: str
    rows: int
    takes_theirs: bool
    decided_by_name: str
    first: tuple[ConflictRow, ...]

    @property
    def name(self) -> str:
        """How forms call the group."""
        return f"{self.kind}.{self.fact}"


def facts_taken(
    session: Session, *, organisation_id: UUID, import_id: UUID
) -> dict[tuple[RecordKind, str], bool]:
    """Whether the source's value wins in this import, by kind and fact as it was decided; see `PlanPolicy.theirs`."""
    return {about: one.theirs for about, one in _decisions(session, organisation_id, import_id).items()}


def conflict_groups(session: Session, *, organisation_id: UUID, import_id: UUID) -> tuple[ConflictGroup, ...]:
    """The conflicts of an import by kind and fact, in two queries however many rows."""
    numbered = _numbered(organisation_id, import_id)
    found = session.execute(
        sa.select(numbered)
        .where(numbered.c.place <= FIRST)
        .order_by(numbered.c.kind, numbered.c.fact, numbered.c.place)
    ).all()
    decided = _decisions(session, organisation_id, import_id)
    groups: dict[tuple[RecordKind, str], list[Any]] = {}
    for row in found:
        groups.setdefault((RecordKind(row.kind), row.fact), []).append(row)
    return tuple(_group(kind, fact, rows, decided) for (kind, fact), rows in groups.items())


def _numbered(organisation_id: UUID, import_id: UUID) -> sa.Subquery:
    """Every conflict with its place in its group and how many the group has."""
    of_group = (SourceTable.kind, StagedFinding.column_name)
    in_order = (StagedFinding.table_no, StagedFinding.row_no, StagedFinding.ordinal)
    of_table = sa.and_(
        SourceTable.import_id == StagedFinding.import_id, SourceTable.table_no == StagedFinding.table_no
    )
    return (
        sa.select(
            SourceTable.kind,
            StagedFinding.column_name.label("fact"),
            StagedFinding.table_no,
            StagedFinding.row_no,
            StagedFinding.value,
            StagedFinding.detail,
            sa.func.row_number().over(partition_by=of_group, order_by=in_order).label("place"),
            sa.func.count().over(partition_by=of_group).label("rows"),
        )
        .join(SourceTable, of_table)
        .where(
            StagedFinding.organisation_id == organisation_id,
            StagedFinding.import_id == import_id,
            StagedFinding.code == FindingCode.EDITED_SINCE,
            StagedFinding.stage == "plan",
        )
        .subquery()
    )


def _group(
    kind: RecordKind, fact: str, rows: list[Any], decided: dict[tuple[RecordKind, str], _Decision]
) -> ConflictGroup:
    found = decision_about(kind, fact, decided) or _Decision()
    first = tuple(ConflictRow(row.table_no, row.row_no, row.detail, row.value) for row in rows)
    return ConflictGroup(kind, fact, rows[0].rows, found.theirs, found.by_name, first)


def _decisions(
    session: Session, organisation_id: UUID, import_id: UUID
) -> dict[tuple[RecordKind, str], _Decision]:
    rows = session.execute(
        sa.select(
            ConflictDecided.kind,
            ConflictDecided.fact,
            ConflictDecided.theirs,
            ConflictDecided.decided_by_name,
        ).where(ConflictDecided.organisation_id == organisation_id, ConflictDecided.import_id == import_id)
    )
    return {(RecordKind(row.kind), row.fact): _Decision(row.theirs, row.decided_by_name) for row in rows}
