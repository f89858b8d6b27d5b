"""Notices: written for each person in the transaction of what they tell about, so none is lost and none is false."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.exporting.jobs import ExportState
from phcs.core.notices import NoticeKind
from phcs.core.permissions import Permission, Role, role_may
from phcs.models.export_jobs import ExportJob
from phcs.models.imports import Import
from phcs.models.organisations import Organisation, Person
from phcs.models.reviews import Notice
from phcs.queries.preparers import prepared_by
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction

APPROVING = tuple(role for role in Role if role_may(role, Permission.APPROVE))


def tell_waiting(session: Session, found: Import, *, now: datetime) -> None:
    """Tell those who may approve it that an import waits for them; once, until somebody has decided about it."""
    told = sa.select(Notice.id).where(*_of_import(found), Notice.kind == NoticeKind.WAITING.value)
    if found.decided_at is not None:  # it was sent back, or its approval is void by now
        told = told.where(Notice.created_at > found.decided_at)
    if session.scalar(sa.select(told.exists())):
        return
    people = set(session.scalars(_people(found).where(Person.role.in_(APPROVING))))
    organisation = session.get_one(Organisation, found.organisation_id)
    if organisation.four_eyes:
        prepared = prepared_by(session, organisation_id=found.organisation_id, import_id=found.id)
        people = {one for one in people if str(one) not in prepared}
    _tell(session, found, NoticeKind.WAITING, people, now=now)


def tell_sent_back(session: Session, found: Import, *, now: datetime) -> None:
    """Tell whoever uploaded an import that it was sent back; nobody waits to approve it meanwhile."""
    settle_waiting(session, found, now=now)
    people = session.scalars(_people(found).where(Person.id == found.uploaded_by))
    _tell(session, found, NoticeKind.SENT_BACK, set(people), now=now)


def tell_promoted(session: Session, found: Import, *, now: datetime) -> None:
    """Tell whoever uploaded an import, and the admins, that it is carried out."""
    _tell(session, found, NoticeKind.PROMOTED, _uploader_and_admins(session, found), now=now)


def tell_failed(session: Session, found: Import, *, now: datetime) -> None:
    """Tell whoever uploaded an import, and the admins, that it failed."""
    settle_waiting(session, found, now=now)
    _tell(session, found, NoticeKind.FAILED, _uploader_and_admins(session, found), now=now)


def tell_export(session: Session, *, organisation_id: UUID, export_id: UUID, now: datetime) -> None:
    """Tell the person who asked for a file that it is ready or could not be written; programs are told nothing."""
    found = session.execute(
        sa.select(Person.id, ExportJob.state)
        .join(Person, Person.id == ExportJob.asked_by)
        .where(
            ExportJob.organisation_id == organisation_id,
            ExportJob.id == export_id,
            Person.organisation_id == organisation_id,
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return
    is_ready = found.state is ExportState.READY
    session.add(
        Notice(
            id=new_id(),
            organisation_id=organisation_id,
            person_id=found.id,
            export_id=export_id,
            kind=(NoticeKind.EXPORT_READY if is_ready else NoticeKind.EXPORT_FAILED).value,
            created_at=now,
            mail_attempts=0,
        )
    )
    session.flush()


def settle_waiting(session: Session, found: Import, *, now: datetime) -> None:
    """Somebody has decided: what told others that it waits is as good as read."""
    session.execute(
        sa.update(Notice)
        .where(
            *_of_import(found),
            Notice.kind == NoticeKind.WAITING.value,
            Notice.read_at.is_(None),
        )
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


def read_notices(*, actor: Actor, now: datetime, through: UUID) -> None:
    """Mark a person's notices as read, up to this one; those that came later stay new."""
    actor.require(Permission.MANAGE_OWN_ACCOUNT)
    with transaction() as session:
        session.execute(
            sa.update(Notice)
            .where(
                Notice.organisation_id == actor.organisation_id,
                Notice.person_id == actor.id,
                Notice.read_at.is_(None),
                Notice.id <= through,
            )
            .values(read_at=now)
            .execution_options(synchronize_session=False)
        )


def _uploader_and_admins(session: Session, found: Import) -> set[UUID]:
    wanted = _people(found).where(sa.or_(Person.id == found.uploaded_by, Person.role == Role.ADMIN))
    return set(session.scalars(wanted))


def _people(found: Import) -> sa.Select[UUID]:
    return sa.select(Person.id).where(
        Person.organisation_id == found.organisation_id, Person.disabled_at.is_(None)
    )


def _of_import(found: Import) -> tuple[sa.ColumnElement[bool], ...]:
    return (Notice.organisation_id == found.organisation_id, Notice.import_id == found.id)


def _tell(
    session: Session, found: Import, kind: NoticeKind, people: Collection[UUID], *, now: datetime
) -> None:
    for person_id in sorted(people):
        session.add(
            Notice(
                id=new_id(),
                organisation_id=found.organisation_id,
                person_id=person_id,
                import_id=found.id,
                kind=kind.value,
                created_at=now,
                mail_attempts=0,
            )
        )
    session.flush()
