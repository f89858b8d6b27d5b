"""Exports in the background: where each is, which wait for a worker, which files have had their time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.exporting.jobs import OPEN_EXPORTS, ExportState
from phcs.models.export_jobs import ExportJob
from phcs.queries.paging import PAGE_SIZE, Page, page_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLine:
    """One export as its page, its list and programs see it."""

    id: UUID
    kind: str
    form: str
    state: ExportState
    asked_at: datetime
    asked_by_name: str
    rows_done: int
    rows_total: int
    finished_at: datetime | None
    expires_at: datetime | None
    failure_code: str
    failure: str
    size: int
    token: str

    @property
    def is_open(self) -> bool:
        """Whether it waits or is written."""
        return self.state in OPEN_EXPORTS

    @property
    def percent(self) -> int:
        """How far it is, 0 while nobody knows how many records there are."""
        return min(100, 100 * self.rows_done // self.rows_total) if self.rows_total else 0

    @property
    def file_name(self) -> str:
        """What the file is called."""
        return f"{self.kind}s.{self.form}"


def export_line(session: Session, *, organisation_id: UUID, export_id: UUID, now: datetime) -> ExportLine:
    """One export. Raises NotFoundError when this organisation has none with this id."""
    asked = _jobs(organisation_id).where(ExportJob.id == export_id)
    found = session.scalars(asked).one_or_none()
    if found is None:
        raise NotFoundError("There is no such export.")
    return _line(found, now)


def export_lines(
    session: Session,
    *,
    organisation_id: UUID,
    now: datetime,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[ExportLine]:
    """What the organisation's people and programs have asked for, the newest first."""
    page = page_of(
        session, _jobs(organisation_id), keys=[ExportJob.id], cursor=cursor, size=size, descending=True
    )
    return page.of(lambda row: _line(_job_in(row), now))


def exports_without_worker(session: Session, *, now: datetime, limit: int = 100) -> list[UUID]:
    """The exports that a worker should take up, of all organisations; ids for workers, never for people."""
    waiting = sa.or_(ExportJob.lease_until.is_(None), ExportJob.lease_until < now)
    asked = sa.select(ExportJob.id).where(ExportJob.state.in_(OPEN_EXPORTS), waiting)
    return list(session.scalars(asked.order_by(ExportJob.id).limit(limit)))


def exports_to_purge(session: Session, *, now: datetime, limit: int = 100) -> list[tuple[UUID, UUID]]:
    """Organisation and id of exports whose date has come; asked for all organisations at once, for the purge."""
    asked = (
        sa.select(ExportJob.organisation_id, ExportJob.id)
        .where(ExportJob.purged_at.is_(None), ExportJob.expires_at <= now)
        .order_by(ExportJob.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(asked)]


def export_names_in_use(session: Session, names: Collection[str]) -> set[str]:
    """Those of the stored names that are files of exports which are written or kept."""
    asked = sa.select(ExportJob.stored_name).where(
        ExportJob.stored_name.in_(names), ExportJob.purged_at.is_(None)
    )
    return set(session.scalars(asked))


def is_kept_file(session: Session, name: str) -> bool:
    """Whether a stored name is the file of an export that is ready."""
    asked = sa.select(ExportJob.id).where(ExportJob.stored_name == name, ExportJob.state == ExportState.READY)
    return session.scalar(asked) is not None


def _jobs(organisation_id: UUID) -> sa.Select[ExportJob]:
    return sa.select(ExportJob).where(ExportJob.organisation_id == organisation_id)


def _job_in(row: Any) -> ExportJob:
    job: ExportJob = row[0]
    return job


def _line(job: ExportJob, now: datetime) -> ExportLine:
    """A file whose time is over is gone for people, even before the purge has come by."""
    is_over = job.state is ExportState.READY and (job.expires_at is None or job.expires_at <= now)
    return ExportLine(
        id=job.id,
        kind=job.kind,
        form=job.form,
        state=ExportState.EXPIRED if is_over else job.state,
        asked_at=job.asked_at,
        asked_by_name=job.asked_by_name,
        rows_done=job.rows_done,
        rows_total=job.rows_total,
        finished_at=job.finished_at,
        expires_at=job.expires_at,
        failure_code=job.failure_code,
        failure=job.failure,
        size=job.file_size,
        token=job.token,
    )
