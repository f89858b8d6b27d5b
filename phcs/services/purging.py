"""Purging: the file and the rows of an import are deleted when their date has come, and the trail says so.

Safe to kill at any moment and to run twice at once: what was begun is ended by the next run, with one audit
event for each import and kind.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.errors import LimitError
from phcs.core.retention import KeepDays, Kept
from phcs.core.states import PROMOTED
from phcs.extensions import db
from phcs.models.base import Base
from phcs.models.conflicts import ConflictDecided
from phcs.models.documents import ImportFile
from phcs.models.finding_causes import FindingCause, FindingConfirmation, FindingValue
from phcs.models.imports import Import, SourceTable, StagedFinding, StagedRow
from phcs.models.orphans import OrphansDecided
from phcs.models.plans import ApprovedRow, MatchDecision, PlanAction, PlanRow
from phcs.models.records import FormerExternalId, MatchKey
from phcs.models.repairs import Repair, RepairBatch
from phcs.models.reversals import Reversal, ReversalAction
from phcs.models.reviews import ImportComment
from phcs.models.staging_chunks import StagingChunk
from phcs.models.verifications import Verification
from phcs.queries.purging import DuePurge, due_purges, names_in_use
from phcs.services import auditing
from phcs.services.quality_erasing import ERASED, erase_values
from phcs.services.store import UploadStore
from phcs.services.transactions import transaction

PURGER = "the purge"
ROWS_AT_ONCE = 10_000
NAMES_AT_ONCE = 500
ORPHAN_AFTER = timedelta(days=1)
"""No upload takes so long: a file that has no import by then will never have one."""

PURGED_TABLES: tuple[type[Base], ...] = (
    ReversalAction,
    PlanAction,
    PlanRow,
    ApprovedRow,
    StagingChunk,
    FindingValue,
    FindingCause,
    FindingConfirmation,
    StagedFinding,
    Repair,
    RepairBatch,
    StagedRow,
    MatchDecision,
    OrphansDecided,
    ConflictDecided,
    FormerExternalId,
    ImportComment,
    ImportFile,
)
"""The copies that an import makes of what its file says, and of what it replaced."""
PURGED_UNLESS_PROMOTED: tuple[type[Base], ...] = (MatchKey,)
"""A promotion makes these live."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What one run has deleted: files and sets of rows of imports, and files that belong to no import."""

    files: int
    rows: int
    orphans: int
    put_off: int
    """Imports that could not be purged now; the next run tries again."""


def purge_due(
    *, now: datetime, store: UploadStore, keep: KeepDays, rows_at_once: int = ROWS_AT_ONCE
) -> PurgeReport:
    """Delete everything whose date has come, `rows_at_once` rows to a transaction at most.

    An import that is tried again or undone at this moment is left alone as a whole, or purged as a whole.
    """
    done = {Kept.FILE: 0, Kept.ROWS: 0}
    put_off = 0
    for kept in Kept:
        for due in _each_due(kept, keep, now):
            try:
                done[kept] += (
                    _purge_file(due, now, store) if kept is Kept.FILE else _purge_rows(due, now, rows_at_once)
                )
            except (LimitError, OSError) as problem:
                log.warning("import %s is purged later: %s", due.import_id, type(problem).__name__)
                put_off += 1
    return PurgeReport(done[Kept.FILE], done[Kept.ROWS], _delete_orphans(now, store), put_off)


def orphans_in(store: UploadStore, *, now: datetime) -> Iterator[str]:
    """Files of the store that belong to no import: their upload died before it was answered, a day ago or more."""
    old = store.names_before(now - ORPHAN_AFTER)
    while names := list(islice(old, NAMES_AT_ONCE)):
        used = names_in_use(db.session(), names)
        db.session.rollback()
        yield from (name for name in names if name not in used)


def _each_due(kept: Kept, keep: KeepDays, now: datetime) -> Iterator[DuePurge]:
    """Each once: what could not be purged is not met again in this run."""
    after = None
    while page := due_purges(db.session(), kept=kept, keep=keep, now=now, after=after):
        db.session.rollback()
        yield from page
        after = page[-1].import_id


def _purge_file(due: DuePurge, now: datetime, store: UploadStore) -> bool:
    """Delete the file last thing before the commit: killed between the two, the next run does it again."""
    with transaction() as session:
        if not _marked(session, due, Import.file_purged_at.is_(None), file_purged_at=now):
            return False
        _record(session, due, now, "import.file_purged", {"sha256": due.file_sha256, "size": due.file_size})
        store.delete(due.stored_name)
    return True


def _purge_rows(due: DuePurge, now: datetime, rows_at_once: int) -> bool:
    """Mark first, so that nothing goes on from rows that are half gone; then delete; then say so."""
    with transaction() as session:
        _marked(session, due, Import.rows_purge_begun_at.is_(None), rows_purge_begun_at=now)
    tables = PURGED_TABLES if due.state in PROMOTED else (*PURGED_TABLES, *PURGED_UNLESS_PROMOTED)
    for table in tables:
        after: tuple[Any, ...] | None = ()
        while after is not None:
            with transaction() as session:
                after = _delete_chunk(session, due, table.__table__, after, rows_at_once)
    erased = 1
    while erased:
        with transaction() as session:
            erased = _erase_chunk(session, due, rows_at_once)
    with transaction() as session:
        return _finished(session, due, now)


def _marked(session: Session, due: DuePurge, *conditions: sa.ColumnElement[bool], **values: Any) -> bool:
    """Change the import if it is what it was when its date was looked up; a person may have been faster."""
    done = session.execute(
        sa.update(Import)
        .where(
            Import.organisation_id == due.organisation_id,
            Import.id == due.import_id,
            Import.state == due.state,
            Import.version == due.version,
            *conditions,
        )
        .values(version=Import.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _locked(session: Session, due: DuePurge) -> dict[str, int] | None:
    """What has been deleted so far, while a purge of this import is under way; two purges then take turns."""
    found = session.execute(
        sa.select(Import.purged_counts)
        .where(
            Import.organisation_id == due.organisation_id,
            Import.id == due.import_id,
            Import.rows_purge_begun_at.is_not(None),
            Import.rows_purged_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    return None if found is None else dict(found.purged_counts or {})


def _delete_chunk(
    session: Session, due: DuePurge, table: Any, after: tuple[Any, ...], size: int
) -> tuple[Any, ...] | None:
    """Delete the next rows of one table and count them; gives the key of the last, None when no more are left."""
    counts = _locked(session, due)
    if counts is None:
        return None
    keys = [column for column in table.primary_key.columns if column.name != "import_id"]
    rest = [table.c.organisation_id == due.organisation_id, _of_import(table, due)]
    if after:
        rest.append(sa.tuple_(*keys) > after)
    last = session.execute(sa.select(*keys).where(*rest).order_by(*keys).offset(size - 1).limit(1)).first()
    if last is not None:
        rest.append(sa.tuple_(*keys) <= tuple(last))
    deleted = session.execute(sa.delete(table).where(*rest)).rowcount  # type: ignore[attr-defined]
    name = str(table.name)
    counts[name] = counts.get(name, 0) + deleted
    _note(session, due, purged_counts=counts)
    return None if last is None else tuple(last)


def _erase_chunk(session: Session, due: DuePurge, size: int) -> int:
    """Empty the next values that the data-quality log keeps, and count them."""
    counts = _locked(session, due)
    if counts is None:
        return 0
    erased = erase_values(session, organisation_id=due.organisation_id, import_id=due.import_id, at_most=size)
    counts[ERASED] = counts.get(ERASED, 0) + erased
    _note(session, due, purged_counts=counts)
    return erased


def _of_import(table: Any, due: DuePurge) -> sa.ColumnElement[bool]:
    """The rows of this import; those of an undo or redo name that, which names the import."""
    if "import_id" in table.columns:
        return cast("sa.ColumnElement[bool]", table.c.import_id == due.import_id)
    own = sa.select(Reversal.id).where(
        Reversal.organisation_id == due.organisation_id, Reversal.import_id == due.import_id
    )
    return cast("sa.ColumnElement[bool]", table.c.reversal_id.in_(own))


def _finished(session: Session, due: DuePurge, now: datetime) -> bool:
    """Forget the samples of the file and say in the trail what was deleted; whoever comes second does nothing."""
    counts = _locked(session, due)
    if counts is None:
        return False
    of_import = {"organisation_id": due.organisation_id, "import_id": due.import_id}
    for table in session.scalars(sa.select(SourceTable).filter_by(**of_import)):
        table.reading = _without_samples(table.reading)
    session.execute(  # their digest stays, so that reports and signatures hold on
        sa.update(Verification).filter_by(**of_import).values(sample=sa.null(), salt=None)
    )
    _note(session, due, rows_purged_at=now)
    _record(session, due, now, "import.rows_purged", {name: count for name, count in counts.items() if count})
    return True


def _without_samples(reading: dict[str, Any]) -> dict[str, Any]:
    """How the table was read, without anything out of its rows (see `TableReading.as_json`)."""
    columns = [[*column[:4], []] for column in reading["columns"]]
    return {**reading, "columns": columns, "first_rows": []}


def _note(session: Session, due: DuePurge, **values: Any) -> None:
    session.execute(
        sa.update(Import)
        .where(Import.organisation_id == due.organisation_id, Import.id == due.import_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _record(session: Session, due: DuePurge, now: datetime, action: str, detail: dict[str, Any]) -> None:
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=due.organisation_id, name=PURGER),
        now=now,
        action=action,
        import_id=due.import_id,
        detail=detail,
    )


def _delete_orphans(now: datetime, store: UploadStore) -> int:
    """Delete the files that belong to no import; one that the store does not give up keeps none of the others."""
    number = 0
    for name in orphans_in(store, now=now):
        try:
            store.delete(name)
        except OSError as problem:
            log.warning("the file %s, which belongs to no import, stays: %s", name, type(problem).__name__)
            continue
        log.info("deleted the file %s, which belongs to no import", name)
        number += 1
    return number
