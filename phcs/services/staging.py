"""Staging: every source row checked and kept for review, in chunks, each one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.checking_order import HandedRow
from phcs.core.errors import UnreadableFileError
from phcs.core.reading.tables import RowRange
from phcs.models.imports import Import
from phcs.services import auditing, leasing
from phcs.services.chunked_staging import stage_in_chunks
from phcs.services.leasing import Claim
from phcs.services.limited_reading import table_reader
from phcs.services.planning import PlanInMaking
from phcs.services.repaired_staging import with_repairs
from phcs.services.staged_writing import NOTHING_STAGED, Progress, insert_staged, staged_so_far
from phcs.services.staging_chunks import forget_chunks
from phcs.services.staging_order import StagingOrder, rows_to_stage, staging_orders
from phcs.services.stopwatch import Stopwatch
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

CHECKER = "the checker"


def stage_import(*, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> PlanInMaking | None:
    """Read the file again, check every row and keep it in `import_staging`; every row read is staged.

    Tables are staged one after the other. In a single table of several chunks planning follows as far as rows are
    staged without a gap, while a child checks the next ones; gives that plan, for `plan_import` to finish. May be
    killed at any moment: each chunk is kept with its counts in one transaction, and the next worker goes on after the
    last chunk, with a new plan. Raises UnreadableFileError when the file no longer reads as it did, LeaseLostError
    when the import was cancelled or taken over.
    """
    orders = staging_orders(found)
    plan = None
    detail: dict[str, int] = {}
    if any(order.reading.splits for order in orders):
        if len(orders) == 1:
            plan = PlanInMaking(claim=claim, found=found, workshop=workshop, watch=watch, while_staging=True)
        totals = stage_in_chunks(claim=claim, orders=orders, workshop=workshop, plan=plan)
        for stage, seconds in totals.timings.items():
            watch.add(stage, seconds)
        progress = totals.progress
        detail = {"chunks": totals.chunks, "workers": totals.workers}
    else:
        progress = _stage_in_order(claim, found, orders, workshop, watch)
    if len(orders) > 1:
        detail["tables"] = len(orders)
    expected = rows_to_stage(orders)
    if progress.rows != expected:
        raise UnreadableFileError(
            "file.changed",
            f"The file had {expected} rows when it was first read and {progress.rows} now. Upload it again.",
        )
    _finish(claim, found, progress, workshop, watch, detail)
    return plan


def _stage_in_order(
    claim: Claim, found: Import, orders: Sequence[StagingOrder], workshop: Workshop, watch: Stopwatch
) -> Progress:
    """Stage the tables alone, one after the other, from where an earlier worker left them."""
    progress = Progress(
        sum(found.row_counts.values()), Counter(found.row_counts), Counter(found.finding_counts)
    )
    earlier = staged_so_far(found) if progress.rows else {}
    with workshop.store.fetched(found.stored_name, sha256=found.file_sha256) as path:
        for order in orders:
            kept = earlier.get(order.table_no, NOTHING_STAGED)
            if kept.rows < order.reading.rows:
                _stage_table(claim, order, path, kept.through, progress, workshop, watch)
    return progress


def _stage_table(
    claim: Claim,
    order: StagingOrder,
    path: Path,
    after_row: int,
    progress: Progress,
    workshop: Workshop,
    watch: Stopwatch,
) -> None:
    """Stage the rows of one table that follow a row."""
    with table_reader(
        path,
        order.reading,
        order.check,
        limits=workshop.limits,
        child=workshop.child,
        chunk_rows=workshop.chunk_rows,
    ) as reader:
        for chunk in with_repairs(order, reader.asked(RowRange(after_row=after_row))):
            watch.add("read", chunk.read_seconds)
            watch.add("check", chunk.check_seconds)
            if chunk.rows:
                with watch.timing("stage"):
                    _keep_chunk(claim, order, chunk.rows, progress, workshop)
                workshop.told("checking", progress.rows, order.found.rows_total)


def _keep_chunk(
    claim: Claim, order: StagingOrder, rows: list[HandedRow], progress: Progress, workshop: Workshop
) -> None:
    """Keep one chunk, its findings and the new counts: all of it or nothing."""
    progress.add(rows)
    with transaction() as session:
        leasing.renew(
            session,
            claim,
            now=workshop.clock(),
            attempts=1,  # this worker's own: it got on
            stage="checking",
            staged_through=rows[-1].row_no,
            rows_done=progress.rows,
            row_counts=dict(progress.statuses),
            finding_counts=dict(progress.findings),
        )
        insert_staged(session, order, rows)


def _finish(
    claim: Claim,
    found: Import,
    progress: Progress,
    workshop: Workshop,
    watch: Stopwatch,
    detail: dict[str, int],
) -> None:
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
            row_counts=dict(progress.statuses),
            finding_counts=dict(progress.findings),
            timings=watch.added_to(found.timings),
        )
        forget_chunks(session, claim=claim)
        _record_staged(session, found, now, {"rows": progress.rows, **dict(progress.statuses), **detail})


def _record_staged(session: Session, found: Import, now: datetime, detail: dict[str, Any]) -> None:
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=CHECKER),
        now=now,
        action="import.staged",
        import_id=found.id,
        detail=detail,
    )
