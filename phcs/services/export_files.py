"""The files that workers wrote of records: handed out while their time lasts, deleted when it is over."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from phcs.core.actors import Actor, process_actor
from phcs.core.errors import LimitError, NotFoundError, UseCaseError
from phcs.core.exporting.jobs import ExportState
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.models.export_jobs import ExportJob
from phcs.queries.export_jobs import exports_to_purge
from phcs.services import auditing
from phcs.services.export_jobs import asked_of, record_export
from phcs.services.exporting import MEDIA_TYPES
from phcs.services.store import UploadStore, pieces
from phcs.services.transactions import transaction

PURGER = "the purge"
log = logging.getLogger(__name__)


class NotReadyError(UseCaseError):
    """The file of this export is not there: not yet, or not any more."""

    code = "export.not_ready"


@dataclass(frozen=True, slots=True)
class FetchedExport:
    """A written file on its way to whoever asked for it."""

    file_name: str
    media_type: str
    size: int
    pieces: Iterator[bytes]


def fetch_export(
    *, actor: Actor, now: datetime, export_id: UUID, token: str, store: UploadStore
) -> FetchedExport:
    """A file that is ready, in pieces; the trail says who took it.

    Raises NotAllowedError, NotFoundError for a token that is not the file's, NotReadyError, UnreadableFileError when
    the store has lost it.
    """
    actor.require(Permission.EXPORT_RECORDS)
    asked_for = (ExportJob.organisation_id == actor.organisation_id, ExportJob.id == export_id)
    job = db.session().scalars(sa.select(ExportJob).where(*asked_for)).one_or_none()
    if job is None or (job.token and not secrets.compare_digest(job.token.encode(), token.encode())):
        raise NotFoundError("There is no such file. Follow the link on the page of the export.")
    if job.state is not ExportState.READY or job.expires_at is None or job.expires_at <= now:
        raise NotReadyError(
            "This file is not there, not yet or not any more. Look at the page of the export."
        )
    asked = asked_of(job)
    size, name, sha256 = job.file_size, job.stored_name, job.file_sha256
    db.session().expunge(job)
    with ExitStack() as opening:
        path = opening.enter_context(store.fetched(name, sha256=sha256))
        file = opening.enter_context(path.open("rb"))
        with transaction() as session:
            record_export(session, actor, now, export_id, "records.exported", asked)
        open_file = opening.pop_all()

    def sent() -> Iterator[bytes]:
        with open_file:
            yield from pieces(file)

    return FetchedExport(asked.file_name, MEDIA_TYPES[asked.form], size, sent())


def purge_exports(*, now: datetime, store: UploadStore) -> int:
    """Delete the files and filters of exports whose date has come; gives how many files. Safe to run twice at once."""
    deleted, met = 0, None
    while (due := exports_to_purge(db.session(), now=now)) and due != met:
        db.session.rollback()
        met = due
        for organisation_id, export_id in due:
            try:
                deleted += _purge(organisation_id, export_id, now, store)
            except (LimitError, OSError) as problem:
                log.warning("export %s is purged later: %s", export_id, type(problem).__name__)
    db.session.rollback()
    return deleted


def _purge(organisation_id: UUID, export_id: UUID, now: datetime, store: UploadStore) -> bool:
    """Delete the file last thing before the commit: killed between the two, the next run does it again."""
    mine = (ExportJob.organisation_id == organisation_id, ExportJob.id == export_id)
    with transaction() as session:
        was = session.execute(
            sa.select(ExportJob.state, ExportJob.stored_name).where(*mine).with_for_update()
        ).one()
        is_file = was.state is ExportState.READY
        done = session.execute(
            sa.update(ExportJob)
            .where(*mine, ExportJob.state == was.state, ExportJob.purged_at.is_(None))
            .values(state=ExportState.EXPIRED if is_file else was.state, purged_at=now, wanted={}, token="")
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            return False
        if is_file:
            auditing.record(
                session,
                actor=process_actor(organisation_id=organisation_id, name=PURGER),
                now=now,
                action="export.purged",
                subject_kind="export",
                subject_id=export_id,
            )
        if was.stored_name:
            store.delete(was.stored_name)
    return is_file
