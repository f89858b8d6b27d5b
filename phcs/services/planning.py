"""Planning: every staged row gets its one outcome and its actions; the whole gets a fingerprint."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.findings import FindingCode
from phcs.core.planning import PlanCounts, PlanFingerprint, PlannedRow, stored_action
from phcs.core.records import RecordKind
from phcs.core.row_places import BEFORE_ALL, RowPlace
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import, StagedFinding
from phcs.models.organisations import Organisation
from phcs.models.plans import PlanAction, PlanRow
from phcs.models.records import MatchKey
from phcs.queries.planned_records import WorldScope
from phcs.queries.source_tables import TableInPlan, tables_in_plan
from phcs.services import auditing, bulk, drift, leasing
from phcs.services.appointment_overlaps import OverlapWatch
from phcs.services.chunk_planning import ChunkPlan, ChunkPlanner
from phcs.services.garbage import collect_between_chunks
from phcs.services.leasing import Claim
from phcs.services.plan_rows import (
    ACTION_COLUMNS,
    FINDING_COLUMNS,
    KEY_COLUMNS,
    ROW_COLUMNS,
    StagedRecord,
    action_cells,
    final_status,
    finding_cells,
    row_cells,
)
from phcs.services.rebuilding_keys import rebuild_where_old
from phcs.services.reviewing import begin_review
from phcs.services.staged_records import check_findings, staged_chunks
from phcs.services.stopwatch import Stopwatch, peak_memory_mb
from phcs.services.summing_up import sum_up_findings
from phcs.services.transactions import transaction
from phcs.services.waiting_answers import take_in_answers
from phcs.services.working import Workshop

PLANNER = "the planner"
NOTES_AT_ONCE = 5_000
LEARN_AFTER_CHUNKS = frozenset({1, 4, 16, 64, 256})
"""When the plan's own tables are counted anew: each time they have grown fourfold."""


def plan_import(
    *,
    claim: Claim,
    found: Import,
    workshop: Workshop,
    watch: Stopwatch,
    begun: "PlanInMaking | None" = None,
) -> ImportState:
    """Match every staged row and decide what promoting would do; gives the state that follows.

    Starts from nothing, or from what has been `begun` while rows were staged: a plan half made by a killed worker
    is forgotten first. Planning the same rows against the same records gives the same plan and fingerprint; so an
    approval given before something unrelated changed holds on (`approved`), otherwise a person reviews (`review`).
    """
    plan = begun or PlanInMaking(claim=claim, found=found, workshop=workshop, watch=watch)
    plan.while_staging = False
    plan.catch_up()
    return _finish(claim, found, plan, workshop, watch)


class PlanInMaking:
    """A plan while it is made, table by table and chunk after chunk; `through` is the last row that it covers.

    Made `while_staging`, it leaves the import's progress to those who stage.
    """

    def __init__(
        self,
        *,
        claim: Claim,
        found: Import,
        workshop: Workshop,
        watch: Stopwatch,
        while_staging: bool = False,
    ) -> None:
        """Forget any earlier plan of this import and begin anew."""
        self.while_staging = while_staging
        self._claim = claim
        self._found = found
        self._workshop = workshop
        self._watch = watch
        self._chunks = 0
        rebuild_where_old(organisation_id=found.organisation_id)
        self.epoch = _forget_plan(claim, found, workshop, while_staging=while_staging)
        self._tables = {table.table_no: table for table in tables_in_plan(db.session(), found)}
        db.session.rollback()
        self._planner = ChunkPlanner(found=found)
        self.counts = PlanCounts(kind=self._planner.policy.kind)
        self.fingerprint = PlanFingerprint()
        self.findings: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.overlaps = OverlapWatch()
        self.rows = 0
        self.through = BEFORE_ALL

    def catch_up(self, *, through: RowPlace | None = None) -> None:
        """Plan what is staged after the rows so far, up to row `through` or to the end."""
        for table_no in self._tables:
            if table_no < self.through.table_no or (through is not None and table_no > through.table_no):
                continue
            is_begun = table_no == self.through.table_no
            is_last = through is not None and table_no == through.table_no
            for rows in staged_chunks(
                self._found,
                table_no,
                self._workshop.chunk_rows,
                after=self.through.row_no if is_begun else -1,
                through=through.row_no if through is not None and is_last else None,
            ):
                self.take(rows, table_no=table_no)

    def take(self, rows: Sequence[StagedRecord], *, table_no: int) -> None:
        """Plan the rows of a table that follow, all of them or none."""
        found, table = self._found, self._tables[table_no]
        scope = WorldScope(found.organisation_id, found.id, table.source)
        with self._watch.timing("match"):
            chunk = self._planner.plan(db.session(), scope, rows, table=table)
            db.session.rollback()
        with self._watch.timing("stage"):
            self._keep(rows, chunk, table)
        self.overlaps.take(rows, chunk.rows, table)
        self.through = RowPlace(table_no, rows[-1].row_no)
        collect_between_chunks(self._chunks)
        if not self.while_staging:
            self._workshop.told("matching", self.rows, self._found.rows_total)

    @property
    def matching(self) -> dict[str, Any]:
        """How owners were matched, as kept with the import."""
        skipped = len(self._planner.skipped_blocks)
        return {"rules": self._planner.policy.rules.name} | ({"blocks_skipped": skipped} if skipped else {})

    def _counted(self, row: StagedRecord, planned: PlannedRow, kind: RecordKind) -> None:
        self.counts.add(planned, kind=kind)
        for finding in planned.findings:
            self.findings[str(finding.code)] += 1
        self.statuses[str(final_status(row, planned))] += 1
        self.rows += 1

    def _keep(self, rows: Sequence[StagedRecord], chunk: ChunkPlan, table: TableInPlan) -> None:
        """Keep one chunk of the plan: all of it or nothing."""
        found = self._found
        ids = (found.id.hex, table.table_no, found.organisation_id.hex)
        row_rows, action_rows = [], []
        for row, one in zip(rows, chunk.rows, strict=True):
            self._counted(row, one, table.kind)
            stored = [stored_action(action) for action in one.actions]
            digest = self.fingerprint.add(one.row_no, str(one.outcome), stored, table_no=table.table_no)
            row_rows.append(row_cells(ids, row, one, digest))
            action_rows += action_cells(ids, one.row_no, stored)
        key_rows = [(ids[2], key, owner_id.hex, ids[0]) for key, owner_id in chunk.gained]
        findings = [cells for one in chunk.rows if one.findings for cells in finding_cells(ids, one)]
        with transaction() as session:
            progress = {} if self.while_staging else {"rows_done": self.rows}
            leasing.renew(session, self._claim, now=self._workshop.clock(), **progress)
            bulk.insert_rows(session, PlanRow, ROW_COLUMNS, row_rows, ready=True)
            bulk.insert_rows(session, PlanAction, ACTION_COLUMNS, action_rows, ready=True)
            bulk.insert_rows(session, MatchKey, KEY_COLUMNS, key_rows, ready=True)
            bulk.insert_rows(session, StagedFinding, FINDING_COLUMNS, findings, ready=True)
            self._chunks += 1
            if self._chunks in LEARN_AFTER_CHUNKS:
                bulk.learn_sizes(session, PlanAction, MatchKey)


def _forget_plan(claim: Claim, found: Import, workshop: Workshop, *, while_staging: bool) -> int:
    """Drop an earlier plan of this import; gives the epoch of the records it is made from now."""
    now = workshop.clock()
    progress = {} if while_staging else {"stage": "matching", "stage_started_at": now, "rows_done": 0}
    with transaction() as session:
        leasing.renew(session, claim, now=now, **progress)
        if found.approved_fingerprint:
            drift.keep_approved_rows(session, found)
        take_in_answers(session, found)
        of_import = {"organisation_id": found.organisation_id, "import_id": found.id}
        for table in (PlanAction, PlanRow, MatchKey):
            session.execute(sa.delete(table).filter_by(**of_import))
        session.execute(sa.delete(StagedFinding).filter_by(**of_import, stage="plan"))
        epoch = session.scalar(
            sa.select(Organisation.record_epoch).where(Organisation.id == found.organisation_id)
        )
        return epoch or 0


def _finish(
    claim: Claim, found: Import, plan: PlanInMaking, workshop: Workshop, watch: Stopwatch
) -> ImportState:
    """Freeze the plan. An earlier approval of exactly this plan holds on; any other is void."""
    fingerprint = plan.fingerprint.hexdigest()
    now = workshop.clock()
    holds = bool(found.approved_fingerprint) and found.approved_fingerprint == fingerprint
    voided = bool(found.approved_fingerprint) and not holds
    with transaction() as session:
        _note_overlaps(session, plan, found)
        after = ImportState.REVIEW
        values = drift.void_approval(session, found) if voided else {"voided_approval": {}}
        drift.forget_approved_rows(session, found)
        leasing.move(
            session,
            claim,
            after,
            now=now,
            row_counts=dict(plan.statuses),
            plan_counts=plan.counts.as_json(),
            plan_fingerprint=fingerprint,
            plan_epoch=plan.epoch,
            plan_matching=plan.matching,
            finding_counts=dict(Counter(check_findings(found)) + plan.findings),
            timings=watch.added_to(found.timings),
            peak_memory_mb=max(found.peak_memory_mb, peak_memory_mb()),
            **values,
        )
        sum_up_findings(session, found)
        if holds:
            after = ImportState.APPROVED
            session.execute(sa.update(Import).where(Import.id == found.id).values(state=after))
        else:
            begin_review(session, found, plan.counts, now=now)
        stale = values["voided_approval"].get("rows", 0)
        _record_planned(session, found, plan, fingerprint, now, stale=stale)
    return after


def _note_overlaps(session: Session, plan: PlanInMaking, found: Import) -> None:
    noted = plan.overlaps.noted(found)
    while some := list(islice(noted, NOTES_AT_ONCE)):
        bulk.insert_rows(session, StagedFinding, FINDING_COLUMNS, some, ready=True)
        plan.findings[FindingCode.APPOINTMENT_OVERLAP.value] += len(some)


def _record_planned(
    session: Session, found: Import, plan: PlanInMaking, fingerprint: str, now: Any, *, stale: int
) -> None:
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=PLANNER),
        now=now,
        action="import.planned",
        import_id=found.id,
        detail={
            "fingerprint": fingerprint,
            "approval_voided": stale > 0,
            "stale_rows": stale,
            "plan": plan.counts.as_json(),
            "matching": plan.matching["rules"],
        },
    )
