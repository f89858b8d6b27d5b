"""Rows of an import whose owner, pet or invoice is not there, in groups of those that one decision is for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import FindingCode, Severity
from phcs.core.planning import OrphanChoice
from phcs.core.planning.orphans import ORPHAN_CODES
from phcs.models.imports import SourceTable, StagedFinding
from phcs.models.orphans import OrphansDecided
from phcs.models.records import Owner
from phcs.queries.among import among

CODES = (*ORPHAN_CODES, FindingCode.PARENT_WAITING)
FIRST = 5
"""So many rows of a group are shown."""


@dataclass(frozen=True, slots=True)
class OrphanRow:
    """One row: what it belongs to, and why that is not there."""

    row_no: int
    belongs_to: str
    why: str


@dataclass(frozen=True, slots=True)
class OrphanGroup:
    """The orphans of one table with one reason; `held_back` of `rows` are not imported by the plan.

    `choice` is what a person decided, None while nobody has: such rows are held back. Rows that wait with their
    parent come by themselves: nothing `is_for_a_person`.
    """

    table_no: int
    table_name: str
    code: FindingCode
    rows: int
    held_back: int
    first: tuple[OrphanRow, ...]
    choice: OrphanChoice | None = None
    owner_id: UUID | None = None
    owner_name: str = ""
    decided_by_name: str = ""
    decided_at: datetime | None = None

    @property
    def is_for_a_person(self) -> bool:
        """Whether a decision about these rows is asked for."""
        return self.code in ORPHAN_CODES

    @property
    def name(self) -> str:
        """How forms call the group."""
        return f"{self.table_no}.{self.code}"


def orphan_groups(session: Session, *, organisation_id: UUID, import_id: UUID) -> tuple[OrphanGroup, ...]:
    """The groups, table by table; () where every row finds what it belongs to. Four queries, however many rows."""
    counts = _counts(session, organisation_id, import_id)
    if not counts:
        return ()
    first = _first(session, organisation_id, import_id)
    decided = {(one.table_no, one.code): one for one in _decisions(session, organisation_id, import_id)}
    owners = _owner_names(session, organisation_id, {one.owner_id for one in decided.values()})
    return tuple(
        _group(
            row, first.get((row.table_no, row.code), ()), decided.get((row.table_no, str(row.code))), owners
        )
        for row in counts
    )


def _group(row: Any, first: tuple[OrphanRow, ...], decided: Any, owners: dict[UUID, str]) -> OrphanGroup:
    known = (row.table_no, row.name, FindingCode(row.code), row.rows, row.held_back, first)
    if decided is None or decided.table_name != row.name:
        return OrphanGroup(*known)
    return OrphanGroup(
        *known,
        choice=decided.choice,
        owner_id=decided.owner_id,
        owner_name=owners.get(decided.owner_id, ""),
        decided_by_name=decided.decided_by_name,
        decided_at=decided.decided_at,
    )


def _of_import(organisation_id: UUID, import_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        StagedFinding.organisation_id == organisation_id,
        StagedFinding.import_id == import_id,
        StagedFinding.stage == "plan",
        StagedFinding.code.in_(CODES),
    )


def _counts(session: Session, organisation_id: UUID, import_id: UUID) -> list[Any]:
    is_held_back = sa.case((StagedFinding.severity == Severity.WARNING, 1), else_=0)
    found = session.execute(
        sa.select(
            StagedFinding.table_no,
            StagedFinding.code,
            SourceTable.name,
            sa.func.count().label("rows"),
            sa.func.sum(is_held_back).label("held_back"),
        )
        .join(
            SourceTable,
            sa.and_(
                SourceTable.import_id == StagedFinding.import_id,
                SourceTable.table_no == StagedFinding.table_no,
            ),
        )
        .where(*_of_import(organisation_id, import_id))
        .group_by(StagedFinding.table_no, StagedFinding.code, SourceTable.name)
        .order_by(StagedFinding.table_no, StagedFinding.code)
    )
    return list(found)


def _first(
    session: Session, organisation_id: UUID, import_id: UUID
) -> dict[tuple[int, str], tuple[OrphanRow, ...]]:
    place = sa.func.row_number().over(
        partition_by=(StagedFinding.table_no, StagedFinding.code), order_by=StagedFinding.row_no
    )
    numbered = (
        sa.select(
            StagedFinding.table_no,
            StagedFinding.code,
            StagedFinding.row_no,
            StagedFinding.value,
            StagedFinding.detail,
            place.label("place"),
        )
        .where(*_of_import(organisation_id, import_id))
        .subquery()
    )
    rows = session.execute(
        sa.select(numbered).where(numbered.c.place <= FIRST).order_by(numbered.c.table_no, numbered.c.row_no)
    )
    found: dict[tuple[int, str], tuple[OrphanRow, ...]] = {}
    for row in rows:
        key = (row.table_no, row.code)
        found[key] = (*found.get(key, ()), OrphanRow(row.row_no, row.value, row.detail))
    return found


def _decisions(session: Session, organisation_id: UUID, import_id: UUID) -> list[Any]:
    return list(
        session.execute(
            sa.select(OrphansDecided.__table__).where(  # type: ignore[arg-type]
                OrphansDecided.organisation_id == organisation_id, OrphansDecided.import_id == import_id
            )
        )
    )


def _owner_names(session: Session, organisation_id: UUID, ids: set[UUID | None]) -> dict[UUID, str]:
    named = {owner_id for owner_id in ids if owner_id is not None}
    if not named:
        return {}
    rows = session.execute(
        sa.select(Owner.id, Owner.full_name).where(
            Owner.organisation_id == organisation_id, among(session, Owner.id, named)
        )
    )
    return {row.id: row.full_name for row in rows}
