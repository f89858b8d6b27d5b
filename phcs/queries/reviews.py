"""What a review looks at besides the rows: guards, comments, and the stored values that a plan would replace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from phcs.core.planning import Action
from phcs.core.records import RecordKind
from phcs.core.row_numbers import places_from_stored
from phcs.core.row_places import RowPlace
from phcs.models.plans import PlanAction
from phcs.models.reviews import ImportComment, ImportProfile, RaisedGuard
from phcs.queries.paging import Page, page_of


@dataclass(frozen=True, slots=True)
class GuardLine:
    """Something unusual about a file, with its numbers; `confirmed_at` is None while nobody has confirmed it."""

    guard: str
    detail: dict[str, Any]
    confirmed_by_name: str
    confirmed_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class CommentLine:
    """What a person wrote; `rows` are those that it is about."""

    id: UUID
    text: str
    sent_back: bool
    rows: tuple[RowPlace, ...]
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplacedCounts:
    """How many stored values a plan fills in, replaces and erases, of one fact of one kind."""

    kind: str
    fact: str
    filled: int
    replaced: int
    erased: int


@dataclass(frozen=True, slots=True)
class ReplacedLine:
    """What a row would replace or erase in one record: (fact, old, new), the new one empty where it is erased."""

    row_no: int
    kind: str
    record_id: UUID
    changes: tuple[tuple[str, Any, Any], ...]
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


def guards_of(session: Session, *, organisation_id: UUID, import_id: UUID) -> tuple[GuardLine, ...]:
    """What is unusual about the file, unconfirmed first."""
    rows = session.scalars(
        sa.select(RaisedGuard)
        .where(RaisedGuard.organisation_id == organisation_id, RaisedGuard.import_id == import_id)
        .order_by(RaisedGuard.confirmed_at.is_not(None), RaisedGuard.guard)
    )
    return tuple(
        GuardLine(one.guard, one.detail, one.confirmed_by_name, one.confirmed_at, one.reason) for one in rows
    )


def comments_of(session: Session, *, organisation_id: UUID, import_id: UUID) -> tuple[CommentLine, ...]:
    """What people wrote about an import, in the order in which they did; the newest 200."""
    rows = session.scalars(
        sa.select(ImportComment)
        .where(ImportComment.organisation_id == organisation_id, ImportComment.import_id == import_id)
        .order_by(ImportComment.id.desc())
        .limit(200)
    )
    found = [
        CommentLine(one.id, one.text, one.sent_back, places_from_stored(one.rows), one.by_name, one.at)
        for one in rows
    ]
    return tuple(reversed(found))


def known_records(session: Session, *, organisation_id: UUID, import_id: UUID) -> dict[str, dict[str, int]]:
    """By kind and action (`update`, `link`), how many records that PHCS has already the plan touches."""
    return (
        session.scalar(
            sa.select(ImportProfile.known).where(
                ImportProfile.organisation_id == organisation_id, ImportProfile.import_id == import_id
            )
        )
        or {}
    )


def replaced_counts(
    session: Session, *, organisation_id: UUID, import_id: UUID
) -> tuple[ReplacedCounts, ...]:
    """By fact, how many stored values the plan would touch; those with most replaced or erased ones first."""
    found = session.scalar(
        sa.select(ImportProfile.replaced).where(
            ImportProfile.organisation_id == organisation_id, ImportProfile.import_id == import_id
        )
    )
    counts = [
        ReplacedCounts(*name.split(".", 1), *numbers)  # type: ignore[arg-type]
        for name, numbers in (found or {}).items()
    ]
    return tuple(sorted(counts, key=lambda one: (-one.erased, -one.replaced, one.kind, one.fact)))


def replaced_values(
    session: Session, *, organisation_id: UUID, import_id: UUID, cursor: str | None = None, size: int = 50
) -> Page[ReplacedLine]:
    """The records in which the plan replaces or erases stored values, in file order.

    A page looks at `size` changed records; those in which only empty facts are filled in are left out of it.
    """
    statement = sa.select(PlanAction).where(
        PlanAction.organisation_id == organisation_id,
        PlanAction.import_id == import_id,
        PlanAction.action == Action.UPDATE.value,
        ~created_by_plan(),
    )
    keys = [PlanAction.table_no, PlanAction.row_no, PlanAction.ordinal]
    page = page_of(session, statement, keys=keys, cursor=cursor, size=size)
    lines = [_replaced(row[0]) for row in page.rows]
    return page.with_rows([line for line in lines if line.changes])


def created_by_plan() -> sa.ColumnElement[bool]:
    """Whether the record of an action is one that the same plan creates."""
    other = aliased(PlanAction)
    return (
        sa.exists()
        .where(
            other.import_id == PlanAction.import_id,
            other.record_id == PlanAction.record_id,
            other.organisation_id == PlanAction.organisation_id,
            other.action == Action.CREATE.value,
        )
        .correlate(PlanAction)
    )


def _replaced(action: PlanAction) -> ReplacedLine:
    changes = [(fact, old, new) for fact, (old, new) in sorted(action.changes.items()) if old]
    kind = RecordKind(action.kind).value
    return ReplacedLine(action.row_no, kind, action.record_id, tuple(changes), action.table_no)
