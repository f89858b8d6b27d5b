"""What is due to be purged."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.retention import CLOCK_RUNS, KeepDays, Kept, ended_before
from phcs.core.states import ImportState
from phcs.core.undoing import OPEN_STATES, ReversalState
from phcs.models.documents import DocumentFile
from phcs.models.imports import Import
from phcs.models.reversals import Reversal
from phcs.queries.export_jobs import export_names_in_use

REVERSED_AT = (
    sa.select(sa.func.max(Reversal.finished_at))
    .where(
        Reversal.organisation_id == Import.organisation_id,
        Reversal.import_id == Import.id,
        Reversal.state == ReversalState.DONE,
    )
    .correlate(Import)
    .scalar_subquery()
)
"""When the last undo or redo of an import was carried out; what it did can itself be taken back for a while."""

BEING_REVERSED = (
    sa.exists()
    .where(
        Reversal.organisation_id == Import.organisation_id,
        Reversal.import_id == Import.id,
        Reversal.state.in_(list(OPEN_STATES)),
    )
    .correlate(Import)
)
"""Whether an undo or redo was asked for and is not over."""

UNPURGED = {Kept.FILE: Import.file_purged_at, Kept.ROWS: Import.rows_purged_at}


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePurge:
    """The file or the rows of one import, whose date has come; `state` and `version` guard the purge."""

    kept: Kept
    import_id: UUID
    organisation_id: UUID
    state: ImportState
    version: int
    stored_name: str
    file_name: str
    file_size: int
    file_sha256: str
    finished_at: datetime


def due_purges(
    session: Session,
    *,
    kept: Kept,
    keep: KeepDays,
    now: datetime,
    after: UUID | None = None,
    limit: int = 100,
) -> list[DuePurge]:
    """The next imports with this due, in the order of their ids; a purge that was begun is due until it ends.

    Asked for all organisations at once: it feeds the purge and the operator's dry run, never a person's page.
    """
    of_rows = kept is Kept.ROWS
    ended_at = sa.func.coalesce(REVERSED_AT, Import.finished_at) if of_rows else Import.finished_at
    dates = [
        sa.and_(Import.state == state, ended_at <= ended_before(kept, state, keep, now=now))
        for state in CLOCK_RUNS
    ]
    begun = [Import.rows_purge_begun_at.is_not(None)] if of_rows else []
    wanted = [Import.finished_at.is_not(None), UNPURGED[kept].is_(None), sa.or_(*dates, *begun)]
    if of_rows:
        wanted.append(~BEING_REVERSED)
    if after is not None:
        wanted.append(Import.id > after)
    rows = session.execute(
        sa.select(
            Import.id.label("import_id"),
            Import.organisation_id,
            Import.state,
            Import.version,
            Import.stored_name,
            Import.file_name,
            Import.file_size,
            Import.file_sha256,
            Import.finished_at,
        )
        .where(*wanted)
        .order_by(Import.id)
        .limit(limit)
    )
    return [DuePurge(kept=kept, **row._mapping) for row in rows]  # noqa: SLF001 - the way to a row's names


def reversed_at(session: Session, *, organisation_id: UUID, import_id: UUID) -> datetime | None:
    """When the last undo or redo of this import was carried out."""
    return session.scalar(
        sa.select(REVERSED_AT).where(Import.organisation_id == organisation_id, Import.id == import_id)
    )


def names_in_use(session: Session, names: Collection[str]) -> set[str]:
    """Those of the stored names that some import, export or document still needs."""
    of_imports = session.scalars(
        sa.select(Import.stored_name).where(Import.stored_name.in_(names), Import.file_purged_at.is_(None))
    )
    of_documents = session.scalars(
        sa.select(DocumentFile.stored_name).where(DocumentFile.stored_name.in_(names))
    )
    return {*of_imports, *of_documents, *export_names_in_use(session, names)}
