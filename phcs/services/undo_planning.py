"""Planning an undo or redo: what each record would get back, what stays and why; frozen with a fingerprint."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.planning import Action
from phcs.core.records import RecordKind
from phcs.core.undoing import (
    Direction,
    Presence,
    ReversalFingerprint,
    ReversalState,
    Surroundings,
    TooLateError,
    reverse_change,
)
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.models.reversals import Reversal, ReversalAction
from phcs.queries.reversal_needs import UndoScope
from phcs.queries.reversal_sources import (
    Place,
    SourceChunk,
    normal_change,
    promoted_changes,
    reversed_changes,
)
from phcs.queries.reversal_world import reversal_world
from phcs.services import auditing, bulk, leasing
from phcs.services.leasing import Claim
from phcs.services.transactions import transaction
from phcs.services.undo_plan_rows import ACTION_COLUMNS, action_cells, stored_reversal
from phcs.services.undo_states import STATE_BEFORE
from phcs.services.working import Workshop

PLANNER = "the planner"
COMPARING = "comparing"
ORDER: dict[Direction, tuple[RecordKind, ...]] = {
    Direction.UNDO: tuple(reversed(RecordKind)),
    Direction.REDO: tuple(RecordKind),
}
"""What needs others goes before them and comes back after them."""
LEARN_AFTER_CHUNKS = frozenset({1, 4, 16, 64, 256})
LOOK_AGAIN = "Records changed since this was approved, so it was worked out anew and needs another look."


@dataclass(slots=True)
class ReversalInHand:
    """What has been planned so far."""

    scope: UndoScope
    fingerprint: ReversalFingerprint = field(default_factory=ReversalFingerprint)
    counts: Counter[str] = field(default_factory=Counter)
    created: Counter[RecordKind] = field(default_factory=Counter)
    records: int = 0
    chunks: int = 0


def plan_reversal(*, claim: Claim, found: Import, reversal: Reversal, workshop: Workshop) -> ReversalState:
    """Work out what the reversal does to every record; gives `planned`, or `approved` when an approval holds on.

    Starts from nothing each time. The same records give the same fingerprint, so an approval given before
    something unrelated changed holds on. Raises TooLateError when the import's plan is not there any more.
    """
    epoch = _forget_plan(claim, reversal, workshop)
    plan = ReversalInHand(
        UndoScope(found.organisation_id, found.id, found.source, reversal.id, reversal.direction)
    )
    for kind in ORDER[reversal.direction]:
        if not _has_actions(found, kind):
            continue
        after: Place = None
        while (chunk := _next_chunk(found, reversal, kind, after, workshop.chunk_rows)).after is not None:
            _plan_chunk(claim, found, plan, kind, chunk, workshop)
            after = chunk.after
            workshop.told(COMPARING, plan.records, max(plan.records, found.rows_total))
    if reversal.takes_back is None:
        _require_whole_plan(found, plan)
    return _finish(claim, found, reversal, plan, epoch, workshop.clock())


def _forget_plan(claim: Claim, reversal: Reversal, workshop: Workshop) -> int:
    """Drop what was worked out before; gives the epoch of the records it is worked out from now."""
    now = workshop.clock()
    with transaction() as session:
        leasing.renew(session, claim, now=now, stage=COMPARING, stage_started_at=now, rows_done=0)
        session.execute(
            sa.delete(ReversalAction).where(
                ReversalAction.organisation_id == reversal.organisation_id,
                ReversalAction.reversal_id == reversal.id,
            )
        )
        epoch = session.scalar(
            sa.select(Organisation.record_epoch).where(Organisation.id == reversal.organisation_id)
        )
        return epoch or 0


def _has_actions(found: Import, kind: RecordKind) -> bool:
    """Whether the plan did anything with records of this kind: looking for none takes as long as for all."""
    return not found.plan_counts or any(
        found.plan_counts.get(kind.value, {}).get(action.value, 0)
        for action in (Action.CREATE, Action.UPDATE, Action.LINK, Action.UNCHANGED)
    )


def _next_chunk(found: Import, reversal: Reversal, kind: RecordKind, after: Place, limit: int) -> SourceChunk:
    session = db.session()
    if reversal.takes_back is None:
        return promoted_changes(session, found, kind, after=after, limit=limit)
    return reversed_changes(session, reversal, kind, after=after, limit=limit)


def _plan_chunk(
    claim: Claim,
    found: Import,
    plan: ReversalInHand,
    kind: RecordKind,
    chunk: SourceChunk,
    workshop: Workshop,
) -> None:
    world = reversal_world(db.session(), plan.scope, kind, chunk.changes)
    db.session.rollback()
    scope = plan.scope
    around = Surroundings(
        scope.direction, scope.import_id, scope.source, world.names, world.present, world.doubles
    )
    cells = []
    for change in chunk.changes:
        live = world.live.get(change.record_id)
        is_touched = live is not None and bool(live.facts) and bool(change.facts_left)
        one = reverse_change(normal_change(change) if is_touched else change, live, around)
        if not change.does_something and not one.change.does_something:
            continue
        stored = stored_reversal(one, version=live.version if live else 0)
        plan.records += 1
        plan.fingerprint.add(stored)
        plan.counts[one.bucket.value] += 1
        plan.counts[one.effect.value] += 1
        plan.created[kind] += change.presence is Presence.CREATED
        name = world.titles.get(change.record_id) or chunk.titles.get(change.record_id, "")
        ids = (scope.reversal_id.hex, plan.records, scope.organisation_id.hex)
        cells.append(action_cells(ids, stored, place=(change.row_no, change.table_no), name=name))
    with transaction() as session:
        rows_done = min(plan.records, found.rows_total)
        leasing.renew(session, claim, now=workshop.clock(), rows_done=rows_done)
        bulk.insert_rows(session, ReversalAction, ACTION_COLUMNS, cells, ready=True)
        plan.chunks += 1
        if plan.chunks in LEARN_AFTER_CHUNKS:
            bulk.learn_sizes(session, ReversalAction)


def _require_whole_plan(found: Import, plan: ReversalInHand) -> None:
    """Raise TooLateError when less was found than the promotion created: its plan has been deleted."""
    for kind in RecordKind:
        if plan.created[kind] != found.plan_counts.get(kind.value, {}).get("create", 0):
            raise TooLateError("The plan of this import has been deleted, so it cannot be undone any more.")


def _finish(
    claim: Claim, found: Import, reversal: Reversal, plan: ReversalInHand, epoch: int, now: datetime
) -> ReversalState:
    """Freeze it. An earlier approval of exactly this holds on; any other is void."""
    fingerprint = plan.fingerprint.hexdigest()
    holds = reversal.approved_fingerprint == fingerprint
    voided = bool(reversal.approved_fingerprint) and not holds
    after = ReversalState.APPROVED if holds else ReversalState.PLANNED
    values: dict[str, object] = {"approved_fingerprint": "", "decided_at": None, "reason": LOOK_AGAIN}
    with transaction() as session:
        if holds:
            leasing.renew(session, claim, now=now)
        else:
            before = STATE_BEFORE[reversal.direction]
            leasing.move(session, claim, before, now=now, rows_done=found.rows_total)
        session.execute(
            sa.update(Reversal)
            .where(Reversal.organisation_id == reversal.organisation_id, Reversal.id == reversal.id)
            .values(
                state=after,
                fingerprint=fingerprint,
                counts=dict(plan.counts),
                record_epoch=epoch,
                **(values if voided else {}),
            )
        )
        _record_planned(session, reversal, fingerprint, dict(plan.counts), now, voided=voided)
    return after


def _record_planned(
    session: Session,
    reversal: Reversal,
    fingerprint: str,
    counts: dict[str, int],
    now: datetime,
    *,
    voided: bool,
) -> None:
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=reversal.organisation_id, name=PLANNER),
        now=now,
        action=f"import.{reversal.direction.value}_planned",
        import_id=reversal.import_id,
        detail={
            "number": reversal.number,
            "fingerprint": fingerprint,
            "counts": counts,
            "approval_voided": voided,
        },
    )
