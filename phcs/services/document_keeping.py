"""The contents of documents: kept in the upload store when their import is promoted, deleted when nothing needs them.

A file is saved before the promotion's transaction and named inside it: killed in between, it belongs to nobody and
is purged as every orphan is. It is kept once for an organisation, whatever documents call it.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import LimitError, UnreadableFileError
from phcs.core.planning import Action
from phcs.core.records import RecordKind
from phcs.core.undoing import OPEN_STATES
from phcs.extensions import db
from phcs.models.documents import DocumentFile, ImportFile
from phcs.models.history import HISTORY_TABLES
from phcs.models.imports import Import
from phcs.models.plans import PlanAction
from phcs.models.reversals import Reversal
from phcs.queries.among import among, checked
from phcs.services.identifiers import new_id
from phcs.services.limited_files import unpacked_files
from phcs.services.store import StoredFile, UploadStore
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

DOCUMENTS = HISTORY_TABLES[RecordKind.DOCUMENT].__table__
LAST_MOMENT = timedelta(hours=1)
"""Longer than any request works: a redo that was asked for at the last moment is seen before a file goes."""
FILES_AT_ONCE = 500
"""So many files of an organisation go in one run of the purge."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file of an upload that lies in the store, and what it is."""

    stored: StoredFile
    media_type: str


def save_documents(*, found: Import, workshop: Workshop) -> list[SavedFile]:
    """Save the files that the plan's documents need and that are not kept yet; they belong to nobody so far.

    Those that are kept already count as needed from here on, so that no purge takes one before its document is live.
    Raises UnreadableFileError when the upload is gone or one of them is not what was measured.
    """
    missing = _missing(found)
    db.session.rollback()
    if not missing:
        return []
    saved = []
    with (
        workshop.store.fetched(found.stored_name, sha256=found.file_sha256) as path,
        unpacked_files(
            path, missing, name=found.file_name, limits=workshop.limits, child=workshop.child
        ) as streams,
    ):
        for stream in streams:
            measured = missing[stream.name]
            stored = workshop.store.save(stream, file_id=new_id(), max_bytes=workshop.limits.file_bytes)
            if stored.sha256 != measured.sha256:
                raise UnreadableFileError(
                    "file.changed",
                    "The stored file is not the one that was uploaded any more. Upload it again.",
                )
            saved.append(SavedFile(stored, measured.media_type))
    return saved


def keep_documents(session: Session, *, found: Import, saved: Iterable[SavedFile], now: datetime) -> None:
    """Name saved files as the organisation's, in the transaction that makes their documents live."""
    files = {one.stored.sha256: one for one in saved}
    for known in _kept_among(session, found.organisation_id, files):
        del files[known]
    session.add_all(
        DocumentFile(
            organisation_id=found.organisation_id,
            sha256=one.stored.sha256,
            stored_name=one.stored.name,
            size=one.stored.size,
            media_type=one.media_type,
            kept_at=now,
        )
        for one in files.values()
    )
    session.flush()


def purge_documents(*, now: datetime, store: UploadStore, undo_days: int) -> int:
    """Delete the files that no document has needed for as long as a redo may bring one back; gives how many.

    While an undo or redo is asked for and not over, its organisation's files stay: they may be needed again by it.
    A store that fails, or a database that is busy, puts off one organisation's files and nobody else's.
    """
    gone = 0
    for organisation_id in _organisations():
        try:
            for name in _given_up(organisation_id, now=now, undo_days=undo_days):
                store.delete(name)
                gone += 1
        except (LimitError, OSError) as problem:
            log.warning("documents of %s are deleted later: %s", organisation_id, type(problem).__name__)
    return gone


def _given_up(organisation_id: UUID, *, now: datetime, undo_days: int) -> Sequence[str]:
    """Disown the files whose time is over and let the time of others begin; gives the stored names of the former.

    From the commit on they belong to nobody: one that is not deleted then is purged as every orphan is.
    """
    own, since = DocumentFile.organisation_id == organisation_id, DocumentFile.unneeded_since
    needed = sa.exists().where(
        DOCUMENTS.c.organisation_id == organisation_id, DOCUMENTS.c.sha256 == DocumentFile.sha256
    )
    being_reversed = sa.exists().where(
        Reversal.organisation_id == organisation_id, Reversal.state.in_(list(OPEN_STATES))
    )
    over = since <= now - timedelta(days=undo_days) - LAST_MOMENT
    with transaction() as session:
        _set_since(session, own, needed, since.is_not(None), moment=None)
        due = session.execute(
            sa.select(DocumentFile.sha256, DocumentFile.stored_name)
            .where(own, ~needed, over, ~being_reversed)
            .limit(FILES_AT_ONCE)
            .with_for_update()  # a promotion that wants one of them either comes first or finds it gone
        ).all()
        gone = among(session, DocumentFile.sha256, [one.sha256 for one in due])
        session.execute(sa.delete(DocumentFile).where(own, gone).execution_options(synchronize_session=False))
        _set_since(session, own, ~needed, since.is_(None), moment=now)
    return [one.stored_name for one in due]


def _set_since(session: Session, *where: sa.ColumnElement[bool], moment: datetime | None) -> None:
    """Say since when these files are needed by no document; None for those that one needs."""
    session.execute(
        sa.update(DocumentFile)
        .where(*where)
        .values(unneeded_since=moment)
        .execution_options(synchronize_session=False)
    )


def _missing(found: Import) -> dict[str, ImportFile]:
    """The upload's files that the plan's documents stand for and nobody keeps, by their path; each contents once."""
    session = db.session()
    wanted = _planned_checksums(session, found)
    if wanted:
        wanted -= _held(found.organisation_id, wanted)
    files: dict[str, ImportFile] = {}
    rows = session.scalars(
        sa.select(ImportFile)
        .where(ImportFile.organisation_id == found.organisation_id, ImportFile.import_id == found.id)
        .order_by(ImportFile.file_no)
    )
    for one in rows:
        if one.sha256 in wanted:
            wanted.discard(one.sha256)
            session.expunge(one)
            files[one.name] = one
    return files


def _held(organisation_id: UUID, checksums: Collection[str]) -> set[str]:
    """Those of the checksums that are kept; a purge lets their time begin anew, if ever."""
    with transaction() as session:
        wanted = (
            DocumentFile.organisation_id == organisation_id,
            among(session, DocumentFile.sha256, checksums),
        )
        _set_since(session, *wanted, DocumentFile.unneeded_since.is_not(None), moment=None)
        return set(_kept_among(session, organisation_id, checksums))


def _planned_checksums(session: Session, found: Import) -> set[str]:
    rows = session.scalars(
        sa.select(PlanAction.body).where(
            checked(PlanAction.organisation_id, found.organisation_id),
            PlanAction.import_id == found.id,
            PlanAction.kind == RecordKind.DOCUMENT,
            PlanAction.action.in_((Action.CREATE.value, Action.UPDATE.value)),
        )
    )
    told: set[str] = set()
    for body in rows:
        told.add(body.get("facts", {}).get("sha256", ""))
        told.add(body.get("changes", {}).get("sha256", ["", ""])[1])
    return told - {""}


def _kept_among(session: Session, organisation_id: UUID, checksums: Collection[str]) -> list[str]:
    if not checksums:
        return []
    asked = sa.select(DocumentFile.sha256).where(
        DocumentFile.organisation_id == organisation_id, among(session, DocumentFile.sha256, checksums)
    )
    return list(session.scalars(asked))


def _organisations() -> list[UUID]:
    """Whose documents there are."""
    found = list(db.session.scalars(sa.select(DocumentFile.organisation_id).distinct()))
    db.session.rollback()
    return found
