"""What people have been told: on their pages, and what is still to be sent by e-mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.notices import NoticeKind
from phcs.models.export_jobs import ExportJob
from phcs.models.imports import Import
from phcs.models.organisations import Person
from phcs.models.reviews import Notice
from phcs.queries.paging import Page, page_of

MOST_ATTEMPTS = 8
TOO_LATE = timedelta(days=2)
"""What could not be sent until then is no news any more; it stays on the pages."""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice on the pages."""

    id: UUID
    kind: NoticeKind
    import_id: UUID | None
    export_id: UUID | None
    file_name: str
    created_at: datetime
    is_new: bool


def notices_of(
    session: Session, *, organisation_id: UUID, person_id: UUID, cursor: str | None = None, size: int = 50
) -> Page[NoticeLine]:
    """What one person has been told, the newest first."""
    statement = (
        sa.select(Notice, Import.file_name, ExportJob.kind, ExportJob.form)
        .outerjoin(Import, sa.and_(Import.id == Notice.import_id, Import.organisation_id == organisation_id))
        .outerjoin(
            ExportJob,
            sa.and_(ExportJob.id == Notice.export_id, ExportJob.organisation_id == organisation_id),
        )
        .where(
            Notice.organisation_id == organisation_id,
            Notice.person_id == person_id,
            sa.or_(Import.id.is_not(None), ExportJob.id.is_not(None)),
        )
    )
    page = page_of(session, statement, keys=[Notice.id], cursor=cursor, size=size, descending=True)
    return page.of(lambda row: _line(row[0], row[1] or f"{row[2]}s.{row[3]}"))


def unread_notices(
    session: Session | scoped_session[Session], *, organisation_id: UUID, person_id: UUID
) -> int:
    """How many notices a person has not read."""
    return (
        session.scalar(
            sa.select(sa.func.count()).where(
                Notice.organisation_id == organisation_id,
                Notice.person_id == person_id,
                Notice.read_at.is_(None),
            )
        )
        or 0
    )


def people_to_mail(session: Session, *, now: datetime, wait_seconds: int, limit: int = 100) -> list[UUID]:
    """Who has waited for a mail for long enough; asked for all organisations at once, for whoever sends mails."""
    return list(
        session.scalars(
            sa.select(Notice.person_id)
            .join(Person, Person.id == Notice.person_id)
            .where(unsent(now), Notice.created_at <= now - timedelta(seconds=wait_seconds))
            .group_by(Notice.person_id)
            .order_by(sa.func.min(Notice.created_at))
            .limit(limit)
        )
    )


def unsent(now: datetime) -> sa.ColumnElement[bool]:
    """A notice that its person wants by e-mail, has neither read nor been sent, and that nobody is sending now."""
    return sa.and_(
        Notice.mailed_at.is_(None),
        Notice.read_at.is_(None),
        Notice.created_at > now - TOO_LATE,
        Notice.mail_attempts < MOST_ATTEMPTS,
        sa.or_(Notice.mail_after.is_(None), Notice.mail_after <= now),
        Person.wants_mail.is_(True),
        Person.disabled_at.is_(None),
    )


def wants_mail(session: Session | scoped_session[Session], *, person_id: UUID) -> bool:
    """Whether a person wants notices by e-mail too."""
    return bool(session.scalar(sa.select(Person.wants_mail).where(Person.id == person_id)))


def _line(notice: Notice, file_name: str) -> NoticeLine:
    return NoticeLine(
        id=notice.id,
        kind=NoticeKind(notice.kind),
        import_id=notice.import_id,
        export_id=notice.export_id,
        file_name=file_name,
        created_at=notice.created_at,
        is_new=notice.read_at is None,
    )
