"""Which imports wait for a worker."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.states import WAITING_FOR_WORKER, ImportState
from phcs.models.imports import Import

HELD = (ImportState.READING, ImportState.STAGING, ImportState.PROMOTING)


def imports_without_worker(session: Session, *, now: datetime, limit: int = 100) -> list[UUID]:
    """The imports that a worker should take up: unclaimed ones, and those whose lease ran out; oldest first.

    This question alone is asked for all organisations at once: it gives ids to workers, never to people.
    """
    waiting = sa.and_(
        Import.state.in_([*WAITING_FOR_WORKER, *HELD]),
        sa.or_(Import.lease_until.is_(None), Import.lease_until < now),
    )
    return list(session.scalars(sa.select(Import.id).where(waiting).order_by(Import.id).limit(limit)))


def oldest_wait_seconds(session: Session, *, now: datetime) -> float:
    """For how long the oldest of them has been waiting; 0 when none is."""
    since = session.scalar(
        sa.select(sa.func.min(Import.updated_at)).where(
            Import.state.in_([*WAITING_FOR_WORKER, *HELD]),
            sa.or_(Import.lease_until.is_(None), Import.lease_until < now),
        )
    )
    return (now - since).total_seconds() if since else 0.0
