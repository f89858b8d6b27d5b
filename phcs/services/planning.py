"""Planning: every staged row gets its one outcome and its actions; the whole gets a fingerprint."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.identifiers import PlannedKeys
from phcs.core.matching.keys import owner_keys
from phcs.core.matching.known import KnownWorld
from phcs.core.options import ImportOptions
from phcs.core.planning import (
    DuplicateStrategy,
    PlanCounts,
    PlanFingerprint,
    PlannedRow,
    Planner,
    PlanPolicy,
    StoredAction,
    stored_action,
)
from phcs.core.records import RecordKind, RowRecord
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import, StagedFinding
from phcs.models.organisations import Organisation
from phcs.models.plans import PlanAction, PlanRow
from phcs.models.records import MatchKey
from phcs.queries.known_world import known_world
from phcs.queries.planned_records import WorldScope
from phcs.services import auditing, bulk, drift, leasing
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
from phcs.services.staged_records import Decisions, decisions_of, staged_chunks
from phcs.services.stopwatch import Stopwatch, peak_memory_mb
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

PLANNER = "the planner"
LEARN_AFTER_CHUNKS = frozenset({1, 4, 16, 64, 256})
"""When the plan's own tables are counted anew: each time they have grown fourfold."""


@dataclass(slots=True)
class PlanInHand:
    """What has been planned so far."""

    planner: Planner
    keys: PlannedKeys
    counts: PlanCounts
    fingerprint: PlanFingerprint = field(default_factory=PlanFingerprint)
    findings: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    chunks: int = 0


@dataclass(slots=True)
class PlannedChunk:
    """A chunk of rows as planned and as stored; `gained` are the keys that owners gain by it, as (key, owner)."""

    rows: list[PlannedRow] = field(default_factory=list)
    actions: list[list[StoredAction]] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    gained: list[tuple[int, UUID]] = field(default_factory=list)


NO_DECISIONS: Mapping[UUID, bool] = MappingProxyType({})


def plan_import(*, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> ImportState:
    """Match every staged row and decide what promoting would do; gives the state that follows.

    Starts from nothing each time: a plan half made by a killed worker is forgotten first. Planning the
    same rows against the same records gives the same plan and fingerprint; so an approval given before
    something unrelated changed holds on (`approved`), otherwise a person reviews (`review`).
    """
    epoch = _forget_plan(claim, found, workshop)
    scope = WorldScope(found.organisation_id, found.id, found.source)
    keys = PlannedKeys(found.id)
    policy = PlanPolicy(
        source=found.source,
        kind=RecordKind(found.kind),
        duplicates=DuplicateStrategy(ImportOptions.from_json(found.options).duplicates),
    )
    plan = PlanInHand(Planner(policy=policy, new_id=keys), keys, PlanCounts(kind=policy.kind))
    decisions = decisions_of(found)
    for rows in staged_chunks(found, workshop.chunk_rows):
        with watch.timing("match"):
            chunk = _plan_chunk(plan, scope, rows, decisions)
        with watch.timing("stage"):
            _keep_chunk(claim, found, rows, chunk, plan, workshop)
        workshop.told("matching", plan.rows, found.rows_total)
    return _finish(claim, found, plan, epoch, workshop, watch)


def _forget_plan(claim: Claim, found: Import, workshop: Workshop) -> int:
    """Drop an earlier plan of this import; gives the epoch of the records it is made from now."""
    with transaction() as session:
        leasing.renew(
            session,
            claim,
            now=workshop.clock(),
            stage="matching",
            stage_started_at=workshop.clock(),
            rows_done=0,
        )
        if found.approved_fingerprint:
            drift.keep_approved_rows(session, found)
        of_import = {"organisation_id": found.organisation_id, "import_id": found.id}
        for table in (PlanAction, PlanRow, MatchKey):
            session.execute(sa.delete(table).filter_by(**of_import))
        session.execute(sa.delete(StagedFinding).filter_by(**of_import, stage="plan"))
        epoch = session.scalar(
            sa.select(Organisation.record_epoch).where(Organisation.id == found.organisation_id)
        )
        return epoch or 0


def _plan_chunk(
    plan: PlanInHand, scope: WorldScope, rows: Sequence[StagedRecord], decisions: Decisions
) -> PlannedChunk:
    """Plan one chunk of rows against all that they may touch."""
    keys = {row.row_no: _keys(scope.source, row.record) for row in rows if row.record.owner is not None}
    world, held = known_world(
        db.session(),
        scope,
        keys={key for found in keys.values() for key in found},
        case_ids={row.record.case_external_id for row in rows if row.record.case_external_id},
    )
    db.session.rollback()
    chunk = PlannedChunk()
    gained: set[tuple[int, UUID]] = set()
    for row in rows:
        planned = _plan_row(plan, row, world, decisions)
        stored = [stored_action(action) for action in planned.actions]
        chunk.digests.append(plan.fingerprint.add(planned.row_no, str(planned.outcome), stored))
        chunk.rows.append(planned)
        chunk.actions.append(stored)
        for action in planned.actions:
            if action.kind is RecordKind.OWNER:
                gained.update((key, action.record_id) for key in keys.get(row.row_no, ()))
    chunk.gained = sorted(gained - held, key=lambda pair: (pair[0], pair[1].int))
    return chunk


def _plan_row(plan: PlanInHand, row: StagedRecord, world: KnownWorld, decisions: Decisions) -> PlannedRow:
    plan.keys.at_row(row.row_no)
    planned = plan.planner.plan_row(
        row.row_no, row.record, row.status, world, decisions.get(row.row_no, NO_DECISIONS)
    )
    plan.counts.add(planned)
    for finding in planned.findings:
        plan.findings[str(finding.code)] += 1
    plan.statuses[str(final_status(row, planned))] += 1
    plan.rows += 1
    return planned


def _keys(source: str, record: RowRecord) -> tuple[int, ...]:
    owner = record.owner
    assert owner is not None  # noqa: S101 - the caller has looked
    return owner_keys(
        source=source,
        external_id=record.owner_external_id,
        phone=owner.phone,
        phone2=owner.phone2,
        email=owner.email,
    )


def _keep_chunk(
    claim: Claim,
    found: Import,
    rows: Sequence[StagedRecord],
    chunk: PlannedChunk,
    plan: PlanInHand,
    workshop: Workshop,
) -> None:
    """Keep one chunk of the plan: all of it or nothing."""
    ids = (found.id.hex, 1, found.organisation_id.hex)
    row_rows = [
        row_cells(ids, row, one, digest)
        for row, one, digest in zip(rows, chunk.rows, chunk.digests, strict=True)
    ]
    action_rows = [
        cells
        for one, stored in zip(chunk.rows, chunk.actions, strict=True)
        for cells in action_cells(ids, one.row_no, stored)
    ]
    key_rows = [(ids[2], key, owner_id.hex, ids[0]) for key, owner_id in chunk.gained]
    findings = [cells for one in chunk.rows if one.findings for cells in finding_cells(ids, one)]
    with transaction() as session:
        leasing.renew(session, claim, now=workshop.clock(), rows_done=plan.rows)
        bulk.insert_rows(session, PlanRow, ROW_COLUMNS, row_rows, ready=True)
        bulk.insert_rows(session, PlanAction, ACTION_COLUMNS, action_rows, ready=True)
        bulk.insert_rows(session, MatchKey, KEY_COLUMNS, key_rows, ready=True)
        bulk.insert_rows(session, StagedFinding, FINDING_COLUMNS, findings, ready=True)
        plan.chunks += 1
        if plan.chunks in LEARN_AFTER_CHUNKS:
            bulk.learn_sizes(session, PlanAction, MatchKey)


def _finish(
    claim: Claim, found: Import, plan: PlanInHand, epoch: int, workshop: Workshop, watch: Stopwatch
) -> ImportState:
    """Freeze the plan. An earlier approval of exactly this plan holds on; any other is void."""
    fingerprint = plan.fingerprint.hexdigest()
    now = workshop.clock()
    holds = bool(found.approved_fingerprint) and found.approved_fingerprint == fingerprint
    voided = bool(found.approved_fingerprint) and not holds
    with transaction() as session:
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
            plan_epoch=epoch,
            finding_counts=dict(Counter(_check_findings(found)) + plan.findings),
            timings=watch.added_to(found.timings),
            peak_memory_mb=max(found.peak_memory_mb, peak_memory_mb()),
            **values,
        )
        if holds:
            after = ImportState.APPROVED
            session.execute(sa.update(Import).where(Import.id == found.id).values(state=after))
        stale = values["voided_approval"].get("rows", 0)
        _record_planned(session, found, plan, fingerprint, now, stale=stale)
    return after


def _check_findings(found: Import) -> dict[str, int]:
    """How often checking found what, counted anew: an earlier plan's findings are among the import's counts."""
    rows = db.session.execute(
        sa.select(StagedFinding.code, sa.func.count())
        .where(
            StagedFinding.organisation_id == found.organisation_id,
            StagedFinding.import_id == found.id,
            StagedFinding.stage == "check",
        )
        .group_by(StagedFinding.code)
    ).all()
    return {str(code): number for code, number in rows}


def _record_planned(
    session: Session, found: Import, plan: PlanInHand, fingerprint: str, now: Any, *, stale: int
) -> None:
    auditing.record(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=PLANNER),
        now=now,
        action="import.planned",
        subject_kind="import",
        subject_id=found.id,
        import_id=found.id,
        detail={
            "fingerprint": fingerprint,
            "approval_voided": stale > 0,
            "stale_rows": stale,
            "plan": plan.counts.as_json(),
        },
    )
