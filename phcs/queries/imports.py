"""Imports: their history, one in full, how far it is, and which wait for a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.options import AskedReading, ImportOptions
from phcs.core.retention import Purged
from phcs.core.states import CANCELLABLE, ENDS, PROMOTED, WAITING_FOR_PERSON, ImportState
from phcs.models.imports import Import
from phcs.queries.import_tables import ImportTable, ImportTables, tables_of
from phcs.queries.match_answers import waiting_answers
from phcs.queries.paging import Page, page_of
from phcs.queries.purging import reversed_at


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as the history lists it."""

    id: UUID
    file_name: str
    state: ImportState
    source: str
    kind: str
    rows: int
    valid: int
    warning: int
    error: int
    uploaded_by_name: str
    created_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    finished_at: datetime | None
    external_id: str = ""
    sent_back: str = ""
    """What has to be changed, where the import waits for review because somebody sent it back."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a worker is. `percent` is 0 to 100; `rate` is rows a second; `seconds_left` None when unknown.

    `stage` is one of `reading`, `checking`, `matching`, `promoting`, or '' while nobody works on it.
    """

    stage: str
    percent: int
    rows_done: int
    rows_total: int
    rate: int
    seconds_left: int | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class ImportDetails:
    """One import with all that its pages show."""

    row: ImportRow
    file_size: int
    file_sha256: str
    options: ImportOptions
    plan_matching: dict[str, Any]
    """How the plan's owners were matched: `rules`, and `blocks_skipped` if any."""
    asked: AskedReading
    uploaded_by: UUID | None
    edited_by: tuple[str, ...]
    row_counts: dict[str, int]
    finding_counts: dict[str, int]
    plan_counts: dict[str, Any]
    plan_fingerprint: str
    approved_fingerprint: str
    voided_approval: dict[str, Any]
    """Whose approval (`by`, `at`) is void, and for how many `rows`; empty when none is."""
    reason: str
    failure_code: str
    failure: str
    failed_from: str
    timings: dict[str, float]
    peak_memory_mb: int
    progress: Progress
    purged: Purged
    reversed_at: datetime | None
    """When its last undo or redo was carried out."""
    waiting_answers: int
    """How many answers about duplicates came after the plan; it is made anew before it can be approved."""
    file_tables: ImportTables

    @property
    def tables(self) -> tuple[ImportTable, ...]:
        """The tables that are taken, in planning order."""
        return self.file_tables.taken

    def table(self, table_no: int) -> ImportTable:
        """The table of this number, taken or left out. Raises NotFoundError."""
        for one in self.file_tables.all:
            if one.table_no == table_no:
                return one
        raise NotFoundError("The import has no such table.")

    @property
    def is_moving(self) -> bool:
        """Whether a worker has it or will take it up by itself."""
        return self.row.state not in ENDS | WAITING_FOR_PERSON

    @property
    def is_cancellable(self) -> bool:
        """Whether it can be stopped with nothing changed."""
        return self.row.state in CANCELLABLE

    @property
    def needs_decision(self) -> int:
        """How many rows wait for a person to say whose they are."""
        return int(self.plan_counts.get("needs_decision", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """Which imports to list; '' and None leave a question open."""

    state: str = ""
    source: str = ""
    text: str = ""
    external_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def recent_imports(
    session: Session,
    *,
    organisation_id: UUID,
    wanted: HistoryFilter,
    cursor: str | None = None,
    size: int = 50,
) -> Page[ImportRow]:
    """The organisation's imports, newest first."""
    statement = sa.select(Import).where(Import.organisation_id == organisation_id)
    if wanted.state in set(ImportState):
        statement = statement.where(Import.state == ImportState(wanted.state))
    if wanted.source:
        statement = statement.where(Import.source == wanted.source)
    if wanted.text:
        statement = statement.where(Import.file_name.icontains(wanted.text, autoescape=True))
    if wanted.external_id:
        statement = statement.where(Import.external_id == wanted.external_id)
    if wanted.since:
        statement = statement.where(Import.created_at >= wanted.since)
    if wanted.until:
        statement = statement.where(Import.created_at < wanted.until)
    page = page_of(session, statement, keys=[Import.id], cursor=cursor, size=size, descending=True)
    return page.of(lambda row: _row(row[0]))


def imports_waiting_for_person(
    session: Session, *, organisation_id: UUID, limit: int = 20
) -> tuple[ImportRow, ...]:
    """The imports that go no further without a person, oldest first."""
    rows = session.scalars(
        sa.select(Import)
        .where(Import.organisation_id == organisation_id, Import.state.in_(list(WAITING_FOR_PERSON)))
        .order_by(Import.id)
        .limit(limit)
    )
    return tuple(_row(one) for one in rows)


def import_details(
    session: Session, *, organisation_id: UUID, import_id: UUID, now: datetime
) -> ImportDetails | None:
    """One import in full, None when the organisation has no such import."""
    found = session.scalar(
        sa.select(Import).where(Import.organisation_id == organisation_id, Import.id == import_id)
    )
    if found is None:
        return None
    return ImportDetails(
        row=_row(found),
        file_size=found.file_size,
        file_sha256=found.file_sha256,
        options=ImportOptions.from_json(found.options),
        plan_matching=found.plan_matching,
        asked=AskedReading.from_json(found.asked),
        uploaded_by=found.uploaded_by,
        edited_by=tuple(found.edited_by),
        row_counts=found.row_counts,
        finding_counts=found.finding_counts,
        plan_counts=found.plan_counts,
        plan_fingerprint=found.plan_fingerprint,
        approved_fingerprint=found.approved_fingerprint,
        voided_approval=found.voided_approval,
        reason=found.reason,
        failure_code=found.failure_code,
        failure=found.failure,
        failed_from=found.failed_from,
        timings=found.timings,
        peak_memory_mb=found.peak_memory_mb,
        progress=_progress(found, now),
        purged=Purged(file_at=found.file_purged_at, rows_at=found.rows_purge_begun_at),
        reversed_at=reversed_at(session, organisation_id=organisation_id, import_id=import_id)
        if found.state in PROMOTED
        else None,
        waiting_answers=waiting_answers(session, organisation_id=organisation_id, import_id=import_id)
        if found.state is ImportState.REVIEW
        else 0,
        file_tables=tables_of(session, found),
    )


def known_import(session: Session, *, organisation_id: UUID, import_id: UUID, now: datetime) -> ImportDetails:
    """One import in full. Raises NotFoundError, the same for another organisation's and for none."""
    found = import_details(session, organisation_id=organisation_id, import_id=import_id, now=now)
    if found is None:
        raise NotFoundError("There is no such import.")
    return found


def earlier_imports_of(
    session: Session, *, organisation_id: UUID, sha256: str, but: UUID
) -> tuple[ImportRow, ...]:
    """Imports before this one (`but`) of a file with exactly these contents, newest first."""
    rows = session.scalars(
        sa.select(Import)
        .where(Import.organisation_id == organisation_id, Import.file_sha256 == sha256, Import.id < but)
        .order_by(Import.id.desc())
        .limit(5)
    )
    return tuple(_row(one) for one in rows)


def _row(found: Import) -> ImportRow:
    return ImportRow(
        id=found.id,
        file_name=found.file_name,
        state=found.state,
        source=found.source,
        kind=found.kind,
        rows=found.rows_total,
        valid=found.row_counts.get("valid", 0),
        warning=found.row_counts.get("warning", 0),
        error=found.row_counts.get("error", 0),
        uploaded_by_name=found.uploaded_by_name,
        created_at=found.created_at,
        decided_by_name=found.decided_by_name,
        decided_at=found.decided_at,
        finished_at=found.finished_at,
        external_id=found.external_id or "",
        sent_back=found.reason if found.state is ImportState.REVIEW and found.decided_by_name else "",
    )


def _progress(found: Import, now: datetime) -> Progress:
    """Measured progress; promotion is one transaction, so only its start can be told."""
    stage = found.stage if found.state is not ImportState.READING else "reading"
    is_through = found.state in {ImportState.REVIEW, ImportState.COMPLETED, ImportState.UNDONE}
    total = found.rows_total
    done = total if is_through else min(found.rows_done, total)
    elapsed = (now - found.stage_started_at).total_seconds() if found.stage_started_at else 0.0
    rate = int(done / elapsed) if elapsed > 0 and stage else 0
    left = int((total - done) / rate) + 1 if rate and done < total else None
    percent = 100 if is_through else _percent(stage, done, total)
    return Progress(stage, percent, done, total, rate, left, found.stage_started_at)


_SHARE = {"checking": (5, 50), "matching": (55, 40), "promoting": (0, 0)}
"""Where a stage begins on the way to review, and how much of the way it is, in percent."""


def _percent(stage: str, done: int, total: int) -> int:
    start, share = _SHARE.get(stage, (0, 0))
    return start + (share * done // total if total else 0)
