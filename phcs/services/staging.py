"""Staging: every source row checked and kept for review, in chunks, each one transaction."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.checking import CheckSettings
from phcs.core.checking_order import CheckOrder
from phcs.core.errors import UnreadableFileError
from phcs.core.mapping.tables import TableMapping
from phcs.core.options import ImportOptions
from phcs.core.reading.tables import TableReading
from phcs.extensions import db
from phcs.models.imports import Import, SourceTable, StagedFinding, StagedRow
from phcs.services import auditing, bulk, leasing
from phcs.services.leasing import Claim
from phcs.services.limited_reading import HandedRow, checked_chunks
from phcs.services.plan_rows import FINDING_COLUMNS
from phcs.services.stopwatch import Stopwatch
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

CHECKER = "the checker"
STAGED_COLUMNS = (
    "import_id",
    "table_no",
    "row_no",
    "organisation_id",
    "status",
    "cells",
    "record",
    "row_digest",
)


@dataclass(slots=True)
class Progress:
    """What staging has counted so far; written with every chunk, so that a takeover goes on from it."""

    rows: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)

    def add(self, row: HandedRow) -> None:
        """Count one more row."""
        self.rows += 1
        self.statuses[row.status] += 1
        self.findings.update(code for code, *_ in row.findings)


def stage_import(*, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> None:
    """Read the file again, check every row and keep it in `import_staging`; every row read is staged.

    May be killed at any moment: each chunk is kept with its counts in one transaction, and the next
    worker goes on after the last chunk. Raises UnreadableFileError when the file no longer reads as it
    did, LeaseLostError when the import was cancelled or taken over.
    """
    table = _table(found)
    reading = TableReading.from_json(table.reading)
    progress = Progress(
        sum(found.row_counts.values()), Counter(found.row_counts), Counter(found.finding_counts)
    )
    with closing(
        checked_chunks(
            workshop.store.path(found.stored_name),
            reading,
            _check_order(found, table, reading),
            limits=workshop.limits,
            child=workshop.child,
            chunk_rows=workshop.chunk_rows,
            after_row=found.staged_through,
        )
    ) as chunks:
        for chunk in chunks:
            watch.add("read", chunk.read_seconds)
            watch.add("check", chunk.check_seconds)
            with watch.timing("stage"):
                _keep_chunk(claim, table, chunk.rows, progress, workshop)
            workshop.told("checking", progress.rows, reading.rows)
    if progress.rows != reading.rows:
        raise UnreadableFileError(
            "file.changed",
            f"The file had {reading.rows} rows when it was first read and {progress.rows} now. Upload it again.",
        )
    _finish(claim, found, progress, workshop, watch)


def _check_order(found: Import, table: SourceTable, reading: TableReading) -> CheckOrder:
    """The rules of checking that this import was uploaded under."""
    options = ImportOptions.from_json(found.options)
    return CheckOrder(
        mapping=TableMapping.from_json(table.mapping),
        headings=tuple(column.heading_given for column in reading.columns),
        settings=CheckSettings(
            region=options.region,
            time_zone=options.time_zone,
            max_age_days=options.max_age_days,
            future_days=options.future_days,
            keep_invalid_optional=options.keep_invalid_optional,
        ),
        now=found.created_at,
    )


def _table(found: Import) -> SourceTable:
    table = db.session.scalar(
        sa.select(SourceTable).where(
            SourceTable.organisation_id == found.organisation_id,
            SourceTable.import_id == found.id,
            SourceTable.table_no == 1,
        )
    )
    assert table is not None  # noqa: S101 - reading has written it in the transaction that led here
    return table


def _keep_chunk(
    claim: Claim, table: SourceTable, rows: list[HandedRow], progress: Progress, workshop: Workshop
) -> None:
    """Keep one chunk, its findings and the new counts: all of it or nothing."""
    ids = (table.import_id, table.table_no)
    organisation_id = table.organisation_id
    for row in rows:
        progress.add(row)
    staged = [
        (*ids, row.row_no, organisation_id, row.status, row.cells, row.record, row.digest) for row in rows
    ]
    findings = [
        (
            *ids,
            row.row_no,
            "check",
            ordinal,
            organisation_id,
            code,
            severity,
            column[:500],
            value[:250],
            detail,
        )
        for row in rows
        for ordinal, (code, severity, column, value, detail) in enumerate(row.findings)
    ]
    with transaction() as session:
        leasing.renew(
            session,
            claim,
            now=workshop.clock(),
            attempts=0,
            stage="checking",
            staged_through=rows[-1].row_no,
            rows_done=progress.rows,
            row_counts=dict(progress.statuses),
            finding_counts=dict(progress.findings),
        )
        bulk.insert_rows(session, StagedRow, STAGED_COLUMNS, staged)
        bulk.insert_rows(session, StagedFinding, FINDING_COLUMNS, findings)


def _finish(claim: Claim, found: Import, progress: Progress, workshop: Workshop, watch: Stopwatch) -> None:
    """Say that every row is staged; planning follows under the same claim."""
    now = workshop.clock()
    with transaction() as session:
        leasing.renew(
            session,
            claim,
            now=now,
            stage="matching",
            stage_started_at=now,
            rows_done=0,
            timings=watch.added_to(found.timings),
        )
        _record_staged(session, found, progress, now)


def _record_staged(session: Session, found: Import, progress: Progress, now: Any) -> None:
    auditing.record(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=CHECKER),
        now=now,
        action="import.staged",
        subject_kind="import",
        subject_id=found.id,
        import_id=found.id,
        detail={"rows": progress.rows, **dict(progress.statuses)},
    )
