"""Rehearsals of an import, and those that wait for a worker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.rehearsing import OPEN_REHEARSALS, RehearsalState
from phcs.models.rehearsals import Rehearsal


@dataclass(frozen=True, slots=True)
class RehearsalDetails:
    """A rehearsal as pages and programs see it; `report` is as `core.rehearsing.rehearsal_report` makes it."""

    id: UUID
    state: RehearsalState
    fingerprint: str
    asked_by_name: str
    asked_at: datetime
    finished_at: datetime | None
    report: dict[str, Any]
    problem: str

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.state in OPEN_REHEARSALS


def latest_rehearsal(session: Session, *, organisation_id: UUID, import_id: UUID) -> RehearsalDetails | None:
    """The rehearsal of an import that was asked for last, if there is one."""
    found = session.scalars(
        sa.select(Rehearsal)
        .where(Rehearsal.organisation_id == organisation_id, Rehearsal.import_id == import_id)
        .order_by(Rehearsal.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    return RehearsalDetails(
        id=found.id,
        state=found.state,
        fingerprint=found.fingerprint,
        asked_by_name=found.asked_by_name,
        asked_at=found.asked_at,
        finished_at=found.finished_at,
        report=found.report,
        problem=found.problem,
    )


def rehearsals_without_worker(session: Session, *, now: datetime, limit: int = 100) -> list[UUID]:
    """The rehearsals that a worker should take up, of all organisations; ids for workers, never for people."""
    waiting = sa.or_(Rehearsal.lease_until.is_(None), Rehearsal.lease_until < now)
    asked = sa.select(Rehearsal.id).where(Rehearsal.state.in_(OPEN_REHEARSALS), waiting)
    return list(session.scalars(asked.order_by(Rehearsal.id).limit(limit)))
