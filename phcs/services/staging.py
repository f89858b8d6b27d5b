"""Staging: every source row checked and kept for review, in chunks, each one transaction."""

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.checking import CheckedRow, CheckSettings, RowChecker
from phcs.core.errors import UnreadableFileError
from phcs.core.findings import Finding
from phcs.core.mapping.tables import TableMapping
from phcs.core.options import ImportOptions
from phcs.core.reading.tables import SourceRow, TableReading
from phcs.extensions import db
from phcs.models.imports import Import, SourceTable, StagedFinding, StagedRow
from phcs.services import auditing, bulk, leasing
from phcs.services.leasing import Claim
from phcs.services.limited_reading import read_chunks
from phcs.services.plan_rows import cells_text
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
FINDING_COLUMNS = (
    "import_id",
    "table_no",
    "row_no",
    "stage",
    "ordinal",
    "organisation_id",
    "code",
    "severity",
    "column_name",
    "value",
    "detail",
)


@dataclass(slots=True)
class Progress:
    """What staging has counted so far; written with every chunk, so that a takeover goes on from it."""

    rows: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)

    def add(self, checked: CheckedRow) -> None:
        """Count one more row."""
        self.rows += 1
        self.statuses[checked.status.value] += 1
        self.findings.update(finding.code.value for finding in checked.findings)


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
    checker = RowChecker(
        TableMapping.from_json(table.mapping),
        tuple(column.heading_given for column in reading.columns),
        check_settings(ImportOptions.from_json(found.options)),
        now=found.created_at,
    )
    with closing(
        read_chunks(
            workshop.store.path(found.stored_name),
            reading,
            limits=workshop.limits,
            child=workshop.child,
            chunk_rows=workshop.chunk_rows,
            after_row=found.staged_through,
        )
    ) as chunks:
        for rows in _timed(chunks, watch):
            with watch.timing("check"):
                checked = [checker.check(row) for row in rows]
            with watch.timing("stage"):
                _keep_chunk(claim, table, rows, checked, progress, workshop)
            workshop.told("checking", progress.rows, reading.rows)
    if progress.rows != reading.rows:
        raise UnreadableFileError(
            "file.changed",
            f"The file had {reading.rows} rows when it was first read and {progress.rows} now. Upload it again.",
        )
    _finish(claim, found, progress, workshop, watch)


def check_settings(options: ImportOptions) -> CheckSettings:
    """The rules of checking that this import was uploaded under."""
    return CheckSettings(
        region=options.region,
        time_zone=options.time_zone,
        max_age_days=options.max_age_days,
        future_days=options.future_days,
        keep_invalid_optional=options.keep_invalid_optional,
    )


def finding_rows(
    *,
    import_id: Any,
    organisation_id: Any,
    table_no: int,
    row_no: int,
    stage: str,
    findings: Iterable[Finding],
) -> Iterable[tuple[Any, ...]]:
    """A row's findings as rows of the findings table."""
    for ordinal, one in enumerate(findings):
        yield (
            import_id,
            table_no,
            row_no,
            stage,
            ordinal,
            organisation_id,
            one.code.value,
            one.severity.value,
            one.column[:500],
            one.value[:250],
            one.detail,
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


def _timed(chunks: Iterable[list[SourceRow]], watch: Stopwatch) -> Iterable[list[SourceRow]]:
    """The chunks, with the time spent waiting for each counted as reading."""
    source = iter(chunks)
    while True:
        with watch.timing("read"):
            rows = next(source, None)
        if rows is None:
            return
        yield rows


def _keep_chunk(
    claim: Claim,
    table: SourceTable,
    rows: list[SourceRow],
    checked: list[CheckedRow],
    progress: Progress,
    workshop: Workshop,
) -> None:
    """Keep one chunk, its findings and the new counts: all of it or nothing."""
    for one in checked:
        progress.add(one)
    ids = (table.import_id, table.table_no)
    staged = [
        (*ids, row.row_no, table.organisation_id, one.status.value, cells, one.record, digest)
        for row, one in zip(rows, checked, strict=True)
        for cells, digest in (cells_text(row.cells),)
    ]
    findings = [
        cells
        for one in checked
        for cells in finding_rows(
            import_id=table.import_id,
            organisation_id=table.organisation_id,
            table_no=table.table_no,
            row_no=one.row_no,
            stage="check",
            findings=one.findings,
        )
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
