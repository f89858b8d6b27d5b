"""What a person decides about an import: approve, send back, abort, cancel, try again."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import (
    AlreadyDecidedError,
    BlockedByErrorsError,
    FourEyesError,
    InvalidInputError,
    NotFoundError,
    PurgedError,
    StalePlanError,
    UseCaseError,
    WrongStateError,
)
from phcs.core.options import ImportOptions, OnError
from phcs.core.permissions import Permission
from phcs.core.retention import Purged, missing_for_retry
from phcs.core.states import CANCELLABLE, ImportState, require_move
from phcs.models.imports import Import, StagedFinding, StagedRow
from phcs.models.organisations import Organisation
from phcs.models.plans import ApprovedRow, PlanAction, PlanRow
from phcs.models.records import MatchKey
from phcs.models.staging_chunks import StagingChunk
from phcs.services import auditing
from phcs.services.transactions import transaction

DECIDED = frozenset({ImportState.APPROVED, ImportState.PROMOTING, ImportState.COMPLETED, ImportState.ABORTED})
STAGED_COPIES = (StagingChunk, ApprovedRow, PlanAction, PlanRow, MatchKey, StagedFinding, StagedRow)
"""Chunks come first: whoever stages one keeps nothing more once it is gone, so no row can follow the rows."""


def approve_import(*, actor: Actor, now: datetime, import_id: UUID, fingerprint: str) -> None:
    """Accept exactly the plan with this fingerprint; a worker then promotes it.

    Of two approvals at once one wins; the other gets AlreadyDecidedError, which says who decided.
    Raises StalePlanError when the plan is another by now, BlockedByErrorsError when the import stops at
    errors and has some, FourEyesError when the organisation wants a second person and this is not one.
    """
    actor.require(Permission.APPROVE)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        _require_open(found)
        _require_second_person(session, found, actor)
        if found.plan_fingerprint != fingerprint:
            raise StalePlanError("The plan has changed since you looked at it. Look at the preview again.")
        if _stops_at_errors(found):
            raise BlockedByErrorsError(
                f"{found.row_counts['error']} rows have errors, and this import was uploaded to stop at errors. "
                "Correct the file and upload it again, or upload it to leave such rows out."
            )
        own = bool(actor.id) and actor.id == found.uploaded_by
        change_state(
            session,
            found,
            ImportState.APPROVED,
            now=now,
            approved_fingerprint=fingerprint,
            voided_approval={},
            reason="",
            **decider(actor, now),
        )
        _record(
            session, actor, now, found, "import.approved", {"fingerprint": fingerprint, "own_upload": own}
        )


def send_back_import(*, actor: Actor, now: datetime, import_id: UUID, reason: str) -> None:
    """Return an import to whoever uploaded it, with a reason; it stays in review and can be decided anew."""
    actor.require(Permission.APPROVE)
    said = _said(reason)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        _require_open(found)
        _update(session, found, now=now, reason=said, **decider(actor, now))
        _record(session, actor, now, found, "import.sent_back", {}, {"reason": said})


def abort_import(*, actor: Actor, now: datetime, import_id: UUID, reason: str) -> None:
    """Decline an import at review: nothing live was or will be changed, the staged rows are dropped."""
    actor.require(Permission.ABORT)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state is not ImportState.FAILED:
            _require_open(found)
        change_state(
            session,
            found,
            ImportState.ABORTED,
            now=now,
            reason=reason.strip()[:2000],
            finished_at=now,
            **decider(actor, now),
        )
        drop_staged(session, found)
        _record(session, actor, now, found, "import.aborted", {}, {"reason": reason.strip()[:2000]})


def cancel_import(*, actor: Actor, now: datetime, import_id: UUID) -> None:
    """Stop an import before review. A worker in the middle of it keeps nothing more; nothing was changed."""
    actor.require(Permission.CANCEL)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state not in CANCELLABLE:
            raise WrongStateError(found.state, ImportState.CANCELLED)
        change_state(session, found, ImportState.CANCELLED, now=now, finished_at=now, **decider(actor, now))
        drop_staged(session, found)
        _record(session, actor, now, found, "import.cancelled", {})


def retry_import(*, actor: Actor, now: datetime, import_id: UUID) -> None:
    """Let a failed import go on from where it failed; an approval that was given holds on."""
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state is not ImportState.FAILED:
            raise WrongStateError(found.state, ImportState.RECEIVED)
        again = ImportState(found.failed_from or ImportState.RECEIVED)
        actor.require(Permission.APPROVE if again is ImportState.APPROVED else Permission.UPLOAD)
        _require_kept(found, again)
        change_state(session, found, again, now=now, failure="", failure_code="", finished_at=None)
        _record(session, actor, now, found, "import.retried", {"from": again.value})


def find_import(session: Session, actor: Actor, import_id: UUID) -> Import:
    """The import, or NotFoundError when the actor's organisation has no such one."""
    found = session.scalar(
        sa.select(Import).where(Import.organisation_id == actor.organisation_id, Import.id == import_id)
    )
    if found is None:
        raise NotFoundError("There is no such import.")
    return found


def _require_open(found: Import) -> None:
    """Raise unless the import waits for a decision; say who decided, where somebody has."""
    if found.state is ImportState.REVIEW:
        return
    if found.state in DECIDED and found.decided_at is not None:
        word = "declined" if found.state is ImportState.ABORTED else "approved"
        raise AlreadyDecidedError(
            f"{found.decided_by_name} {word} this import at {found.decided_at:%Y-%m-%d %H:%M} UTC."
        )
    raise WrongStateError(found.state, ImportState.APPROVED)


def _require_second_person(session: Session, found: Import, actor: Actor) -> None:
    organisation = session.get_one(Organisation, found.organisation_id)
    prepared = {str(found.uploaded_by), *found.edited_by}
    if organisation.four_eyes and (actor.id is None or str(actor.id) in prepared):
        raise FourEyesError(
            "Your organisation asks for a second person: whoever uploaded or edited an import cannot approve it."
        )


def _stops_at_errors(found: Import) -> bool:
    options = ImportOptions.from_json(found.options)
    return options.on_error == OnError.STOP.value and bool(found.row_counts.get("error"))


def _require_kept(found: Import, again: ImportState) -> None:
    """Raise PurgedError when what the import would go on from was deleted when its date had come."""
    gone = missing_for_retry(
        again,
        is_matching=found.stage == "matching",
        purged=Purged(file_at=found.file_purged_at, rows_at=found.rows_purge_begun_at),
    )
    if gone is not None:
        raise PurgedError(
            f"What this import was made of was deleted on {gone.day} {gone:%b %Y}, so it cannot be tried again. "
            "Upload the file anew."
        )


def _said(reason: str) -> str:
    said = reason.strip()[:2000]
    if not said:
        raise InvalidInputError("Say what has to be changed, so that the import can be put right.")
    return said


def decider(actor: Actor, now: datetime) -> dict[str, Any]:
    """Who decides and when, as an import or a reversal keeps it."""
    return {
        "decided_by": actor.id,
        "decided_by_kind": actor.kind.value,
        "decided_by_name": actor.name,
        "decided_at": now,
    }


def change_state(
    session: Session, found: Import, after: ImportState, *, now: datetime, **values: Any
) -> None:
    """Move to another state by one guarded UPDATE that also ends a worker's hold."""
    require_move(found.state, after)
    _update(
        session, found, now=now, state=after, fence=Import.fence + 1, lease_until=None, attempts=0, **values
    )


def _update(session: Session, found: Import, *, now: datetime, **values: Any) -> None:
    done = session.execute(
        sa.update(Import)
        .where(
            Import.organisation_id == found.organisation_id,
            Import.id == found.id,
            Import.state == found.state,
            Import.version == found.version,
        )
        .values(version=Import.version + 1, updated_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        _refuse_loser(session, found)


def _refuse_loser(session: Session, found: Import) -> None:
    """Somebody was faster: say who, as far as it can be seen by now."""
    session.refresh(found)
    _require_open(found)
    raise UseCaseError("Somebody else has just changed this import. Look at it again.")


def drop_staged(session: Session, found: Import) -> None:
    """Forget the staged rows, their findings and the plan made of them."""
    for table in STAGED_COPIES:
        session.execute(
            sa.delete(table)
            .filter_by(organisation_id=found.organisation_id, import_id=found.id)
            .execution_options(synchronize_session=False)
        )


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    found: Import,
    action: str,
    detail: dict[str, Any],
    values: dict[str, Any] | None = None,
) -> None:
    auditing.record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject_kind="import",
        subject_id=found.id,
        import_id=found.id,
        detail=detail,
        values=values,
    )
