"""What a worker does with an import that is being undone or redone: plan it, or carry out what was approved."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.errors import LeaseLostError, StalePlanError
from phcs.core.states import ImportState
from phcs.core.undoing import ReversalState, TooLateError
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.models.reversals import Reversal
from phcs.services import auditing, leasing
from phcs.services.leasing import Claim
from phcs.services.transactions import transaction
from phcs.services.undo_carrying import carry_out_reversal
from phcs.services.undo_planning import LOOK_AGAIN, plan_reversal
from phcs.services.undo_states import STATE_AFTER, STATE_BEFORE, close_failed, find_open
from phcs.services.working import Workshop

MOST_TRIES = 3
"""How often one worker works an approved reversal out anew, while records change, before a person looks again."""


def reverse_import(*, claim: Claim, found: Import, workshop: Workshop) -> ImportState:
    """Plan the reversal that was asked for, or carry out the approved one; gives the state that follows.

    When records changed since, it is planned anew: an equal plan goes on by itself, any other waits for a new
    approval with the reason. Doing this twice is impossible: the second finds the import no longer under its fence.
    """
    for _ in range(MOST_TRIES):
        reversal = _open(found)
        before = STATE_BEFORE[reversal.direction]
        if reversal.state is ReversalState.REQUESTED:
            try:
                reached = plan_reversal(claim=claim, found=found, reversal=reversal, workshop=workshop)
            except TooLateError as problem:
                _give_up(claim, found, reversal, problem.sentence, workshop.clock())
                return before
            if reached is ReversalState.PLANNED:
                return before
            reversal = _open(found)
        try:
            carry_out_reversal(claim=claim, found=found, reversal=reversal, workshop=workshop)
        except StalePlanError:
            _plan_anew(claim, reversal, workshop.clock())
        else:
            return STATE_AFTER[reversal.direction]
    return _look_again(claim, reversal, workshop.clock())


def _open(found: Import) -> Reversal:
    session = db.session()
    session.rollback()
    reversal = find_open(session, found)
    if reversal is None:
        raise LeaseLostError("This undo or redo was withdrawn.")
    session.expunge(reversal)
    session.rollback()
    return reversal


def _plan_anew(claim: Claim, reversal: Reversal, now: datetime) -> None:
    """Let it be worked out again; what was approved is kept to be compared with."""
    with transaction() as session:
        leasing.renew(session, claim, now=now)
        session.execute(_guarded(reversal).values(state=ReversalState.REQUESTED))
        _record(session, reversal, now, "outdated", "")


def _look_again(claim: Claim, reversal: Reversal, now: datetime) -> ImportState:
    """Records change faster than this can be worked out: a person looks again, when it is quieter."""
    before = STATE_BEFORE[reversal.direction]
    with transaction() as session:
        leasing.move(session, claim, before, now=now)
        session.execute(
            _guarded(reversal, ReversalState.REQUESTED).values(
                state=ReversalState.PLANNED, approved_fingerprint="", decided_at=None, reason=LOOK_AGAIN
            )
        )
    return before


def _give_up(claim: Claim, found: Import, reversal: Reversal, sentence: str, now: datetime) -> None:
    with transaction() as session:
        leasing.move(session, claim, STATE_BEFORE[reversal.direction], now=now, rows_done=found.rows_total)
        close_failed(session, found, sentence=sentence, now=now)
        _record(session, reversal, now, "failed", "reversal.too_late")


def _guarded(reversal: Reversal, state: ReversalState | None = None) -> sa.Update:
    return (
        sa.update(Reversal)
        .where(
            Reversal.organisation_id == reversal.organisation_id,
            Reversal.id == reversal.id,
            Reversal.state == (state or reversal.state),
        )
        .execution_options(synchronize_session=False)
    )


def _record(session: Session, reversal: Reversal, now: datetime, past: str, code: str) -> None:
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=reversal.organisation_id, name="the worker"),
        now=now,
        action=f"import.{reversal.direction.value}_{past}",
        import_id=reversal.import_id,
        detail={"number": reversal.number, **({"code": code} if code else {})},
    )
