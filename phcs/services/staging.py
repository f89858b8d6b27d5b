"""Staging: every source row checked and kept for review, in chunks, each one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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
from phcs.services.planning import PlanInMaking
from phcs.services.repaired_staging import with_repairs
from phcs.services.staged_records import handed_records
from phcs.services.staged_writing import NOTHING_STAGED, Progress, insert_staged, staged_so_far
from phcs.services.staging_chunks import forget_chunks
from phcs.services.staging_order import StagingOrder, rows_to_stage, staging_orders
from phcs.services.stopwatch import Stopwatch
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

CHECKER = "the checker"


def stage_import(*, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> PlanInMaking | None:
    """Read the file again, check every row and keep it in `import_staging`; every row read is staged.

    Tables are staged one after the other. In a single table planning follows as far as rows are staged without a
    gap, while a child checks the next ones; gives that plan, for `plan_import` to finish. May be
    killed at any moment: each chunk is kept with its counts in one transaction, and the next worker goes on after the
    last chunk, with a new plan. Raises UnreadableFileError when the file no longer reads as it did, LeaseLostError
    when the import was cancelled or taken over.
    """
    orders = staging_orders(found)
    detail: dict[str, int] = {}
    plan = None
    if len(orders) == 1:
        plan = PlanInMaking(claim=claim, found=found, workshop=workshop, watch=watch, while_staging=True)
    if any(order.reading.splits for order in orders):
        totals = stage_in_chunks(claim=claim, orders=orders, workshop=workshop, plan=plan)
        for stage, seconds in totals.timings.items():
            watch.add(stage, seconds)
        progress = totals.progress
        detail = {"chunks": totals.chunks, "workers": totals.workers}
    else:
        kept = sum(found.row_counts.values()), Counter(found.row_counts), Counter(found.finding_counts)
        progress = Progress(*kept)
        _InOrder(claim, workshop, watch, plan, progress).stage(found, orders)
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


@dataclass(slots=True)
class _InOrder:
    """Stages the tables of an import alone, one after the other; the plan of a single table follows."""

    claim: Claim
    workshop: Workshop
    watch: Stopwatch
    plan: PlanInMaking | None
    progress: Progress

    def stage(self, found: Import, orders: Sequence[StagingOrder]) -> None:
        """Go on from where an earlier worker left them, once what it staged is planned.

        So rows that break planning break it again before anything is kept, and the attempts are counted.
        """
        earlier = staged_so_far(found) if self.progress.rows else {}
        if self.plan is not None and earlier:
            self.plan.catch_up()
        with self.workshop.store.fetched(found.stored_name, sha256=found.file_sha256) as path:
            for order in orders:
                kept = earlier.get(order.table_no, NOTHING_STAGED)
                if kept.rows < order.reading.rows:
                    self._stage_table(order, path, after_row=kept.through)

    def _stage_table(self, order: StagingOrder, path: Path, *, after_row: int) -> None:
        """Stage the rows that follow a row, and plan them while a child checks the next ones."""
        with self.workshop.reader(path, order.reading, order.check) as reader:
            for chunk in with_repairs(order, reader.asked(RowRange(after_row=after_row))):
                self.watch.add("read", chunk.read_seconds)
                self.watch.add("check", chunk.check_seconds)
                if not chunk.rows:
                    continue
                with self.watch.timing("stage"):
                    self._keep(order, chunk.rows)
                self.workshop.told("checking", self.progress.rows, order.found.rows_total)
                if self.plan is not None:
                    self.plan.take(handed_records(chunk.rows), table_no=order.table_no)

    def _keep(self, order: StagingOrder, rows: list[HandedRow]) -> None:
        """Keep one chunk, its findings and the new counts: all of it or nothing."""
        self.progress.add(rows)
        with transaction() as session:
            leasing.renew(
                session,
                self.claim,
                now=self.workshop.clock(),
                attempts=1,  # this worker's own: it got on
                stage="checking",
                staged_through=rows[-1].row_no,
                rows_done=self.progress.rows,
                row_counts=dict(self.progress.statuses),
                finding_counts=dict(self.progress.findings),
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
