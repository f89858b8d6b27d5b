"""Which imports wait for a worker."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.states import WAITING_FOR_WORKER, WORKING
from phcs.models.imports import Import

WAITING_SINCE = sa.func.coalesce(Import.lease_until, Import.updated_at)
"""When nobody worked on it any more: since its worker's lease ran out, or since it was put there."""


def imports_without_worker(
    session: Session, *, now: datetime, for_seconds: float = 0, limit: int = 100
) -> list[UUID]:
    """The imports that a worker should take up: unclaimed ones, and those whose lease ran out; oldest first.

    With `for_seconds` only those that have been waiting for longer. This question alone is asked for all
    organisations at once: it gives ids to workers, never to people.
    """
    waiting = _waiting(now)
    if for_seconds:
        waiting &= now - timedelta(seconds=for_seconds) > WAITING_SINCE
    return list(session.scalars(sa.select(Import.id).where(waiting).order_by(Import.id).limit(limit)))


def oldest_wait_seconds(session: Session, *, now: datetime) -> float:
    """For how long the oldest of them has been waiting; 0 when none is."""
    since = session.scalar(sa.select(sa.func.min(WAITING_SINCE)).where(_waiting(now)))
    return (now - since).total_seconds() if since else 0.0


def _waiting(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        Import.state.in_([*WAITING_FOR_WORKER, *WORKING]),
        sa.or_(Import.lease_until.is_(None), Import.lease_until < now),
    )
