"""Undos and redos of an import: what may be asked for, what is open, and what happens to every record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.records import RecordKind
from phcs.core.states import ImportState
from phcs.core.undoing import OPEN_STATES, Bucket, Direction, ReversalState, undo_until
from phcs.models.imports import Import
from phcs.models.reversals import Reversal, ReversalAction
from phcs.queries.paging import PAGE_SIZE, Page, page_of
from phcs.queries.reversal_lines import ReversalLine, line_of

__all__ = [
    "BucketCount",
    "ReversalDetails",
    "ReversalLine",
    "UndoOffer",
    "WaitingReversal",
    "actions_of_bucket",
    "bucket_counts",
    "open_reversal",
    "reversal_details",
    "reversals_of",
    "reversals_waiting",
    "undo_offer",
]

OFFERED = {ImportState.COMPLETED: Direction.UNDO, ImportState.UNDONE: Direction.REDO}
TOO_LATE = "This could be taken back for {days} days, and they are over."
DELETED = "What taking this back needs was deleted when its date had come."


@dataclass(frozen=True, slots=True)
class ReversalDetails:
    """One undo or redo of an import. `counts` has every bucket; `number` counts those of an import from 1."""

    id: UUID
    import_id: UUID
    number: int
    direction: Direction
    state: ReversalState
    fingerprint: str
    counts: dict[Bucket, int]
    requested_by: UUID | None
    requested_by_name: str
    requested_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    finished_at: datetime | None
    reason: str

    @property
    def records(self) -> int:
        """How many records it is about."""
        return sum(self.counts.values())

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for somebody's approval."""
        return self.state is ReversalState.PLANNED


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """What may be asked for now, None when nothing; until when; and a sentence when it is refused."""

    direction: Direction | None
    until: datetime | None
    refusal: str
    open: ReversalDetails | None
    done: ReversalDetails | None


@dataclass(frozen=True, slots=True)
class WaitingReversal:
    """An undo or redo that waits for approval."""

    import_id: UUID
    file_name: str
    direction: Direction
    requested_by: UUID | None
    requested_by_name: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class BucketCount:
    """Records of a kind in a bucket."""

    bucket: Bucket
    kind: RecordKind
    records: int


def undo_offer(
    session: Session, *, organisation_id: UUID, import_id: UUID, now: datetime, undo_days: int
) -> UndoOffer:
    """What can be asked for about an import. Raises NotFoundError when the organisation has no such import."""
    found = session.execute(
        sa.select(Import.state, Import.finished_at, Import.rows_purge_begun_at).where(
            Import.organisation_id == organisation_id, Import.id == import_id
        )
    ).first()
    if found is None:
        raise NotFoundError("There is no such import.")
    all_ = reversals_of(session, organisation_id=organisation_id, import_id=import_id)
    done = next((one for one in all_ if one.state is ReversalState.DONE), None)
    is_open = next((one for one in all_ if one.state in OPEN_STATES), None)
    direction = OFFERED.get(found.state)
    changed_at = done.finished_at if done else found.finished_at
    if direction is None or changed_at is None:
        return UndoOffer(None, None, "", is_open, done)
    until = undo_until(changed_at, undo_days=undo_days)
    refusal = ""
    if now > until:
        refusal = TOO_LATE.format(days=undo_days)
    elif found.rows_purge_begun_at is not None:
        refusal = DELETED
    return UndoOffer(None if refusal or is_open else direction, until, refusal, is_open, done)


def open_reversal(session: Session, *, organisation_id: UUID, import_id: UUID) -> ReversalDetails | None:
    """The undo or redo that is not over, if there is one."""
    asked = _of_import(organisation_id, import_id).where(Reversal.state.in_(list(OPEN_STATES)))
    found = session.scalar(asked)
    return _details(found) if found else None


def reversal_details(
    session: Session, *, organisation_id: UUID, import_id: UUID, number: int
) -> ReversalDetails:
    """One undo or redo by its number. Raises NotFoundError."""
    found = session.scalar(_of_import(organisation_id, import_id).where(Reversal.number == number))
    if found is None:
        raise NotFoundError("There is no such undo or redo.")
    return _details(found)


def reversals_of(session: Session, *, organisation_id: UUID, import_id: UUID) -> tuple[ReversalDetails, ...]:
    """Every undo and redo of an import, newest first."""
    found = session.scalars(_of_import(organisation_id, import_id).order_by(Reversal.number.desc()))
    return tuple(_details(one) for one in found)


def reversals_waiting(
    session: Session, *, organisation_id: UUID, limit: int = 20
) -> tuple[WaitingReversal, ...]:
    """The undos and redos that go no further without a person, oldest first."""
    rows = session.execute(
        sa.select(
            Reversal.import_id,
            Import.file_name,
            Reversal.direction,
            Reversal.requested_by,
            Reversal.requested_by_name,
            Reversal.requested_at,
        )
        .join(Import, sa.and_(Import.id == Reversal.import_id, Import.organisation_id == organisation_id))
        .where(Reversal.organisation_id == organisation_id, Reversal.state == ReversalState.PLANNED)
        .order_by(Reversal.requested_at, Reversal.id)
        .limit(limit)
    )
    return tuple(WaitingReversal(*row) for row in rows)


def bucket_counts(session: Session, *, organisation_id: UUID, reversal_id: UUID) -> tuple[BucketCount, ...]:
    """How many records of each kind are in each bucket; only those with any."""
    found = session.execute(
        sa.select(ReversalAction.bucket, ReversalAction.kind, sa.func.count())
        .where(ReversalAction.organisation_id == organisation_id, ReversalAction.reversal_id == reversal_id)
        .group_by(ReversalAction.bucket, ReversalAction.kind)
    )
    order = {bucket: place for place, bucket in enumerate(Bucket)}
    counts = [BucketCount(bucket, kind, number) for bucket, kind, number in found]
    return tuple(sorted(counts, key=lambda one: (order[one.bucket], list(RecordKind).index(one.kind))))


def actions_of_bucket(
    session: Session,
    *,
    organisation_id: UUID,
    reversal_id: UUID,
    bucket: Bucket,
    kind: RecordKind | None = None,
    text: str = "",
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[ReversalLine]:
    """What happens to the records of a bucket, in the order in which it is carried out.

    `text` is looked for in names, whatever its case. Raises InvalidInputError for a cursor of another list.
    """
    statement = (
        sa.select(ReversalAction, Reversal.direction, Reversal.state)
        .join(Reversal, Reversal.id == ReversalAction.reversal_id)
        .where(
            Reversal.organisation_id == organisation_id,
            ReversalAction.organisation_id == organisation_id,
            ReversalAction.reversal_id == reversal_id,
            ReversalAction.bucket == bucket,
        )
    )
    if kind is not None:
        statement = statement.where(ReversalAction.kind == kind)
    if text.strip():
        statement = statement.where(ReversalAction.name.icontains(text.strip(), autoescape=True))
    page = page_of(session, statement, keys=[ReversalAction.ordinal], cursor=cursor, size=size)
    return page.of(_line)


def _line(row: Any) -> ReversalLine:
    return line_of(row[0], direction=row[1], done=row[2] is ReversalState.DONE)


def _of_import(organisation_id: UUID, import_id: UUID) -> sa.Select[Any]:
    return sa.select(Reversal).where(
        Reversal.organisation_id == organisation_id, Reversal.import_id == import_id
    )


def _details(found: Reversal) -> ReversalDetails:
    return ReversalDetails(
        id=found.id,
        import_id=found.import_id,
        number=found.number,
        direction=found.direction,
        state=found.state,
        fingerprint=found.fingerprint,
        counts={bucket: found.counts.get(bucket.value, 0) for bucket in Bucket},
        requested_by=found.requested_by,
        requested_by_name=found.requested_by_name,
        requested_at=found.requested_at,
        decided_by_name=found.decided_by_name,
        decided_at=found.decided_at,
        finished_at=found.finished_at,
        reason=found.reason,
    )
