"""Which worker may work on which import: claimed by one guarded UPDATE, proved by a fencing number."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.errors import LeaseLostError
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.services import auditing
from phcs.services.claiming import change_held, row_to_claim
from phcs.services.frozen import mark_hold
from phcs.services.noticing import tell_failed
from phcs.services.transactions import transaction
from phcs.services.undo_states import GIVEN_UP, close_failed

NEXT_WORK = {
    ImportState.RECEIVED: ImportState.READING,
    ImportState.READING: ImportState.READING,
    ImportState.STAGING: ImportState.STAGING,
    ImportState.APPROVED: ImportState.PROMOTING,
    ImportState.PROMOTING: ImportState.PROMOTING,
    ImportState.UNDOING: ImportState.UNDOING,
    ImportState.REDOING: ImportState.REDOING,
}
"""What a worker does with an import that it finds in this state (with no lease, or an expired one)."""

GAVE_UP = "import.gave_up"
KEEPER = "the lease keeper"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one import until the lease ends; `fence` proves it."""

    import_id: UUID
    organisation_id: UUID
    state: ImportState
    fence: int
    lease_seconds: int


def claim_import(*, import_id: UUID, now: datetime, lease_seconds: int, max_attempts: int) -> Claim | None:
    """Take an import that waits for a worker, or whose worker is gone; None when there is nothing to take.

    Every claim is an attempt; after `max_attempts` in one state the import fails instead, in words, so that
    a file that kills its reader does not go round for ever. Safe to call at any time, any number of times.
    """
    with transaction() as session:
        mark_hold(session, import_id)
        found = row_to_claim(
            session, Import, Import.id == import_id, Import.state.in_(list(NEXT_WORK)), now=now
        )
        if found is None:
            return None
        before = found.state
        if found.attempts >= max_attempts:
            if before in GIVEN_UP:
                _give_up_reversal(session, found, now)
            else:
                _give_up(session, found, now)
            return None
        after = NEXT_WORK[before]
        fence, attempts = found.fence + 1, found.attempts + 1
        if after is not before:
            attempts = 1
        session.execute(
            _guarded(found).values(
                state=after,
                fence=fence,
                attempts=attempts,
                lease_until=now + timedelta(seconds=lease_seconds),
                version=Import.version + 1,
                updated_at=now,
            )
        )
        return Claim(found.id, found.organisation_id, after, fence, lease_seconds)


def renew(session: Session, claim: Claim, *, now: datetime, **values: Any) -> None:
    """Hold the lease on and write progress in the same breath; the first statement of every worker's transaction.

    Raises LeaseLostError when somebody cancelled the import or took it over; then nothing may be kept.
    """
    mark_hold(session, claim.import_id)
    lease = now + timedelta(seconds=claim.lease_seconds)
    change_held(session, _held(claim).values(lease_until=lease, updated_at=now, **values), what="import")


def give_back(claim: Claim, *, now: datetime) -> None:
    """Let another worker go on at once, without counting an attempt; nothing happens when one already has."""
    with transaction() as session:
        mark_hold(session, claim.import_id)
        attempts = sa.case((Import.attempts > 0, Import.attempts - 1), else_=0)
        session.execute(_held(claim).values(lease_until=None, attempts=attempts, updated_at=now))


def let_go(session: Session, claim: Claim, *, now: datetime) -> int:
    """Let another worker go on at once; the attempt counts. Gives the attempts so far; raises LeaseLostError."""
    attempts: int | None = session.scalar(
        _held(claim).values(lease_until=None, updated_at=now).returning(Import.attempts)
    )
    if attempts is None:
        raise LeaseLostError("Somebody else has taken this import over.")
    return attempts


def move(session: Session, claim: Claim, after: ImportState, *, now: datetime, **values: Any) -> None:
    """Leave the claimed state and let the lease go; `stage` is '' unless given. Raises LeaseLostError like `renew`."""
    mark_hold(session, claim.import_id)
    change = _held(claim).values(
        state=after,
        lease_until=None,
        attempts=0,
        stage=values.pop("stage", ""),
        version=Import.version + 1,
        updated_at=now,
        **values,
    )
    change_held(session, change, what="import")


def _held(claim: Claim) -> sa.Update:
    return sa.update(Import).where(
        Import.id == claim.import_id, Import.state == claim.state, Import.fence == claim.fence
    )


def _guarded(found: Import) -> sa.Update:
    return sa.update(Import).where(
        Import.id == found.id, Import.state == found.state, Import.version == found.version
    )


def _give_up(session: Session, found: Import, now: datetime) -> None:
    """Set an import aside in words, and say so in the audit trail; nothing live was changed."""
    detail = {"code": GAVE_UP, "state": found.state.value, "attempts": found.attempts}
    sentence = (
        f"Work on this import broke off {found.attempts} times, so it was set aside. Nothing was changed. "
        "Try again; if it happens again, upload a smaller part of the file."
    )
    session.execute(
        _guarded(found).values(
            state=ImportState.FAILED,
            failed_from=retry_state(found.state),
            failure_code=GAVE_UP,
            failure=sentence,
            lease_until=None,
            attempts=0,
            fence=Import.fence + 1,
            version=Import.version + 1,
            updated_at=now,
            finished_at=now,
        )
    )
    tell_failed(session, found, now=now)
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=KEEPER),
        now=now,
        action="import.failed",
        import_id=found.id,
        detail=detail,
    )


def _give_up_reversal(session: Session, found: Import, now: datetime) -> None:
    """Return an import whose undo or redo breaks off to where it was, in words; nothing live was changed."""
    before = found.state
    sentence = (
        f"Work on this broke off {found.attempts} times, so it was set aside. Nothing was changed. Ask for it again; "
        "if it happens again, tell whoever runs this installation."
    )
    session.execute(
        _guarded(found).values(
            state=GIVEN_UP[before],
            stage="",
            rows_done=found.rows_total,
            lease_until=None,
            attempts=0,
            fence=Import.fence + 1,
            version=Import.version + 1,
            updated_at=now,
        )
    )
    close_failed(session, found, sentence=sentence, now=now)
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=KEEPER),
        now=now,
        action=f"import.{'undo' if before is ImportState.UNDOING else 'redo'}_failed",
        import_id=found.id,
        detail={"code": GAVE_UP, "attempts": found.attempts},
    )


def retry_state(state: ImportState) -> str:
    """Where "try again" goes on after a failure in this state."""
    if state in {ImportState.APPROVED, ImportState.PROMOTING}:
        return ImportState.APPROVED.value
    return ImportState.STAGING.value if state is ImportState.STAGING else ImportState.RECEIVED.value
