"""Carrying an approved undo or redo out: all of it in one transaction, or nothing."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, ActorKind
from phcs.core.errors import LeaseLostError, StalePlanError
from phcs.core.records import RecordKind
from phcs.core.undoing import Effect, ReversalFingerprint, ReversalState
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.models.reversals import Reversal
from phcs.queries.live_facts import TABLES
from phcs.services import auditing, leasing
from phcs.services.auditing import Chain
from phcs.services.identifiers import new_id
from phcs.services.leasing import Claim
from phcs.services.transactions import transaction
from phcs.services.undo_plan_rows import steps_after
from phcs.services.undo_states import STATE_AFTER, STATE_DURING
from phcs.services.undo_writing import ReversalWriter
from phcs.services.working import Workshop

DONE_ACTIONS = {"undo": "import.undone", "redo": "import.redone"}
NEEDED = "Something needs a record that was to go, or has taken a place that was free."


class UnbalancedReversalError(RuntimeError):
    """What was written does not add up to what was approved: a bug, so nothing is kept."""


def carry_out_reversal(*, claim: Claim, found: Import, reversal: Reversal, workshop: Workshop) -> None:
    """Do to the live records exactly what was approved, with an audit event for every record that changes.

    Raises StalePlanError when records changed since it was planned; then nothing is kept.
    """
    try:
        with transaction() as session:
            _carry_out(session, claim, found, reversal, workshop)
    except IntegrityError as problem:
        raise StalePlanError(NEEDED) from problem


def _carry_out(session: Session, claim: Claim, found: Import, reversal: Reversal, workshop: Workshop) -> None:
    now = workshop.clock()
    stage = STATE_DURING[reversal.direction].value
    leasing.renew(session, claim, now=now, stage=stage, stage_started_at=now)
    _require_same_epoch(session, reversal)
    before = _count_created(session, found)
    chain = Chain(actor=_approver(reversal), now=now, chain_id=new_id(), import_id=found.id)
    writer = ReversalWriter(session=session, found=found, direction=reversal.direction, now=now, chain=chain)
    fingerprint, expected = ReversalFingerprint(), Counter[str]()
    done, total = 0, sum(reversal.counts.get(effect.value, 0) for effect in Effect)
    while steps := steps_after(session, reversal, after=done, limit=workshop.chunk_rows):
        for one in steps:
            fingerprint.add(one.bound)
            expected[f"{one.bound[0]}.{one.effect}"] += 1
        writer.write(steps)
        done = steps[-1].ordinal
        workshop.told(stage, done, total)
    writer.finish()
    if fingerprint.hexdigest() != reversal.approved_fingerprint:
        raise StalePlanError("What is stored is not what was approved.")
    chain.keep_head(session)
    _require_balance(expected, writer, chain, before=before, after=_count_created(session, found))
    _finish(session, claim, found, reversal, chain, writer, workshop)


def _require_same_epoch(session: Session, reversal: Reversal) -> None:
    """Raise StalePlanError when live records changed since this was planned; else nobody changes them before we end."""
    own = Organisation.id == reversal.organisation_id
    epoch = session.scalar(sa.select(Organisation.record_epoch).where(own).with_for_update(key_share=True))
    if epoch != reversal.record_epoch:
        raise StalePlanError("Records have changed since this was planned.")
    session.execute(sa.update(Organisation).where(own).values(record_epoch=Organisation.record_epoch + 1))


def _count_created(session: Session, found: Import) -> dict[RecordKind, int]:
    """How many records that this import created are there, counted in the tables themselves."""
    return {
        kind: session.scalar(
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.organisation_id == found.organisation_id, table.import_id == found.id)
        )
        or 0
        for kind, table in TABLES.items()
    }


def _require_balance(
    expected: Counter[str],
    writer: ReversalWriter,
    chain: Chain,
    *,
    before: dict[RecordKind, int],
    after: dict[RecordKind, int],
) -> None:
    """Compare what was approved with what the tables hold now; a difference keeps nothing."""
    problems = []
    for kind in RecordKind:
        gone, back = expected[f"{kind.value}.removed"], expected[f"{kind.value}.brought_back"]
        if before[kind] - gone + back != after[kind]:
            problems.append(f"{kind.value}: {before[kind]} - {gone} + {back} expected, {after[kind]} found.")
        if (writer.done[f"{kind.value}.removed"], writer.done[f"{kind.value}.restored"]) != (gone, back):
            problems.append(f"{kind.value}: not as many rows were written as planned.")
    silent = {Effect.NONE.value, Effect.RESTATED.value}
    effective = sum(number for name, number in expected.items() if name.partition(".")[2] not in silent)
    if chain.seq != effective:
        problems.append(f"{effective} audit events expected, {chain.seq} written.")
    if problems:
        raise UnbalancedReversalError(" ".join(problems))


def _finish(
    session: Session,
    claim: Claim,
    found: Import,
    reversal: Reversal,
    chain: Chain,
    writer: ReversalWriter,
    workshop: Workshop,
) -> None:
    now = workshop.clock()
    done = session.execute(
        sa.update(Reversal)
        .where(
            Reversal.organisation_id == reversal.organisation_id,
            Reversal.id == reversal.id,
            Reversal.state == ReversalState.APPROVED,
            Reversal.fingerprint == reversal.approved_fingerprint,
        )
        .values(state=ReversalState.DONE, finished_at=now, reason="")
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE's result counts its rows
        raise LeaseLostError("This undo or redo is not the approved one any more.")
    auditing.record_on_import(
        session,
        actor=_approver(reversal),
        now=now,
        action=DONE_ACTIONS[reversal.direction.value],
        import_id=found.id,
        detail={
            "number": reversal.number,
            "fingerprint": reversal.approved_fingerprint,
            "counts": reversal.counts,
            "records_chain": str(chain.chain_id),
            "records_events": chain.seq,
            "records_head": chain.head,
            "written": dict(writer.done),
        },
    )
    after = STATE_AFTER[reversal.direction]
    leasing.move(session, claim, after, now=now, rows_done=found.rows_total)


def _approver(reversal: Reversal) -> Actor:
    """Who did it: the one whose approval is carried out."""
    return Actor(
        kind=ActorKind(reversal.decided_by_kind),
        organisation_id=reversal.organisation_id,
        id=reversal.decided_by,
        name=reversal.decided_by_name,
    )
