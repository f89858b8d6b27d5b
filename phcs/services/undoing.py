"""What a person decides about taking a promoted import back: ask for an undo or redo, approve it, withdraw it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, ActorKind
from phcs.core.errors import (
    AlreadyDecidedError,
    FourEyesError,
    InvalidInputError,
    StalePlanError,
    UseCaseError,
    WrongStateError,
)
from phcs.core.permissions import Permission
from phcs.core.states import ImportState, require_move
from phcs.core.undoing import Direction, ReversalOpenError, ReversalState, TooLateError, undo_until
from phcs.models.imports import Import
from phcs.models.organisations import ApiKey, Organisation
from phcs.models.reversals import Reversal
from phcs.services import auditing
from phcs.services.approval import decider, find_import
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction
from phcs.services.undo_states import STATE_BEFORE, STATE_DURING, close, find_open

RACED = "Somebody else has just changed this import. Look at it again."


def request_undo(*, actor: Actor, now: datetime, import_id: UUID, undo_days: int) -> UUID:
    """Ask to take a promoted import back; a worker then works out what would happen. Gives the reversal's id.

    Raises WrongStateError unless the import is completed, ReversalOpenError while an undo or redo of it is open,
    TooLateError when it changed the records more than `undo_days` ago or its plan has been deleted.
    """
    return _request(Direction.UNDO, actor, now, import_id, undo_days)


def request_redo(*, actor: Actor, now: datetime, import_id: UUID, undo_days: int) -> UUID:
    """Ask to take an undo back. The days count from the undo; otherwise like `request_undo`."""
    return _request(Direction.REDO, actor, now, import_id, undo_days)


def approve_reversal(*, actor: Actor, now: datetime, import_id: UUID, fingerprint: str) -> None:
    """Accept exactly the undo or redo with this fingerprint; a worker then carries it out.

    Of two approvals at once one wins; the other gets AlreadyDecidedError, which says who decided. Raises
    InvalidInputError without a fingerprint, StalePlanError when it has been worked out anew, FourEyesError when the
    organisation wants a second person and this one asked for it, WrongStateError when nothing waits for approval.
    """
    actor.require(Permission.APPROVE)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        reversal = _waiting(session, found)
        _require_second_person(session, reversal, actor)
        if not fingerprint:
            raise InvalidInputError("Name the undo or redo that you approve by its fingerprint.")
        if reversal.fingerprint != fingerprint:
            raise StalePlanError("This has been worked out anew since you looked at it. Look at it again.")
        _move(session, found, STATE_DURING[reversal.direction], now)
        approval = {"state": ReversalState.APPROVED, "approved_fingerprint": fingerprint, "reason": ""}
        _update(session, reversal, **approval, **decider(actor, now))
        _record(session, actor, now, reversal, "approved", {"fingerprint": fingerprint})


def withdraw_reversal(*, actor: Actor, now: datetime, import_id: UUID, reason: str = "") -> None:
    """Drop an undo or redo that nobody approved yet; nothing was changed, and it may be asked for again.

    Raises AlreadyDecidedError when it was approved or withdrawn first, WrongStateError when none is open.
    """
    actor.require(Permission.UNDO if actor.may(Permission.UNDO) else Permission.APPROVE)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        reversal = find_open(session, found)
        if reversal is None or reversal.state is ReversalState.APPROVED:
            raise _refusal(session, found, reversal)
        before = STATE_BEFORE[reversal.direction]
        if found.state is not before:
            _move(session, found, before, now, rows_done=found.rows_total, stage="")
        said = reason.strip()[:2000]
        if not close(session, reversal, ReversalState.WITHDRAWN, now=now, reason=said, **decider(actor, now)):
            raise UseCaseError(RACED)
        _record(session, actor, now, reversal, "withdrawn", {}, {"reason": said} if said else None)


def _request(direction: Direction, actor: Actor, now: datetime, import_id: UUID, undo_days: int) -> UUID:
    actor.require(Permission.UNDO)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if find_open(session, found) is not None:
            raise ReversalOpenError("An undo or redo of this import is under way already. Look at it first.")
        if found.state is not STATE_BEFORE[direction]:
            raise WrongStateError(found.state, STATE_DURING[direction])
        last = _last_done(session, found)
        _require_in_time(found, last, now, undo_days)
        _move(session, found, STATE_DURING[direction], now)
        reversal = Reversal(
            id=new_id(),
            organisation_id=found.organisation_id,
            import_id=found.id,
            number=_next_number(session, found),
            direction=direction,
            state=ReversalState.REQUESTED,
            takes_back=last.id if last else None,
            counts={},
            requested_by=actor.id,
            requested_by_kind=actor.kind.value,
            requested_by_name=actor.name,
            requested_at=now,
        )
        session.add(reversal)
        session.flush()
        _record(session, actor, now, reversal, "requested", {})
        return reversal.id


def _last_done(session: Session, found: Import) -> Reversal | None:
    """The newest undo or redo that was carried out: the one to take back."""
    return session.scalar(
        sa.select(Reversal)
        .where(
            Reversal.organisation_id == found.organisation_id,
            Reversal.import_id == found.id,
            Reversal.state == ReversalState.DONE,
        )
        .order_by(Reversal.number.desc())
        .limit(1)
    )


def _next_number(session: Session, found: Import) -> int:
    highest = session.scalar(
        sa.select(sa.func.max(Reversal.number)).where(
            Reversal.organisation_id == found.organisation_id, Reversal.import_id == found.id
        )
    )
    return (highest or 0) + 1


def _require_in_time(found: Import, last: Reversal | None, now: datetime, undo_days: int) -> None:
    changed_at = last.finished_at if last else found.finished_at
    if changed_at is None or now > undo_until(changed_at, undo_days=undo_days):
        raise TooLateError(
            f"This can be taken back for {undo_days} days only, and they are over. Correct the records by hand, or "
            "import a corrected file."
        )
    if found.rows_purge_begun_at is not None:  # with the plan goes what later undos and redos have kept
        raise TooLateError(
            "What taking this back needs was deleted when its date had come. Correct the records by hand, or import a "
            "corrected file."
        )


def _waiting(session: Session, found: Import) -> Reversal:
    reversal = find_open(session, found)
    if reversal is None or reversal.state is not ReversalState.PLANNED:
        raise _refusal(session, found, reversal)
    return reversal


def _refusal(session: Session, found: Import, reversal: Reversal | None) -> UseCaseError:
    """Why nothing waits for a decision: who decided, or that nobody has asked."""
    if reversal is not None and reversal.state is ReversalState.REQUESTED:
        return UseCaseError("This is still being worked out. Look at it again in a moment.")
    decided = reversal or session.scalar(
        sa.select(Reversal)
        .where(
            Reversal.organisation_id == found.organisation_id,
            Reversal.import_id == found.id,
            Reversal.state.in_([ReversalState.DONE, ReversalState.WITHDRAWN]),
        )
        .order_by(Reversal.number.desc())
        .limit(1)
    )
    if decided is None or decided.decided_at is None:
        return WrongStateError(found.state, ImportState.UNDONE)
    word = "withdrew" if decided.state is ReversalState.WITHDRAWN else "approved"
    return AlreadyDecidedError(
        f"{decided.decided_by_name} {word} the {decided.direction.value} of this import at "
        f"{decided.decided_at:%Y-%m-%d %H:%M} UTC."
    )


def _require_second_person(session: Session, reversal: Reversal, actor: Actor) -> None:
    organisation = session.get_one(Organisation, reversal.organisation_id)
    if not organisation.four_eyes:
        return
    asking = _people_behind(session, reversal, reversal.requested_by, reversal.requested_by_kind)
    if None in asking or asking & _people_behind(session, reversal, actor.id, actor.kind.value):
        raise FourEyesError(
            "Your organisation asks for a second person: whoever asked for an undo or redo cannot approve it."
        )


def _people_behind(session: Session, reversal: Reversal, id_: UUID | None, kind: str) -> set[UUID | None]:
    """The actor and, for a key, the person who made it: a key of one's own is no second person."""
    people = {id_}
    if kind == ActorKind.KEY.value:
        people.add(
            session.scalar(
                sa.select(ApiKey.created_by).where(
                    ApiKey.organisation_id == reversal.organisation_id, ApiKey.id == id_
                )
            )
        )
    return people


def _move(session: Session, found: Import, after: ImportState, now: datetime, **values: Any) -> None:
    """Move the import to another state by one guarded UPDATE that also ends a worker's hold."""
    require_move(found.state, after)
    done = session.execute(
        sa.update(Import)
        .where(
            Import.organisation_id == found.organisation_id,
            Import.id == found.id,
            Import.state == found.state,
            Import.version == found.version,
        )
        .values(
            state=after,
            fence=Import.fence + 1,
            lease_until=None,
            attempts=0,
            version=Import.version + 1,
            updated_at=now,
            **values,
        )
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE's result counts its rows
        _refuse_loser(session, found)


def _refuse_loser(session: Session, found: Import) -> None:
    """Somebody was faster: say who decided, as far as it can be seen by now."""
    session.rollback()
    raise _refusal(session, found, find_open(session, found))


def _update(session: Session, reversal: Reversal, **values: Any) -> None:
    done = session.execute(
        sa.update(Reversal)
        .where(
            Reversal.organisation_id == reversal.organisation_id,
            Reversal.id == reversal.id,
            Reversal.state == reversal.state,
            Reversal.fingerprint == reversal.fingerprint,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE's result counts its rows
        raise UseCaseError(RACED)


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    reversal: Reversal,
    past: str,
    detail: dict[str, Any],
    values: dict[str, Any] | None = None,
) -> None:
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action=f"import.{reversal.direction.value}_{past}",
        import_id=reversal.import_id,
        detail={"number": reversal.number, **detail},
        values=values,
    )
