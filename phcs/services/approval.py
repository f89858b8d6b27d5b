"""What a person decides about an import: approve, send back, abort, cancel, try again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import (
    BlockedByErrorsError,
    InvalidInputError,
    PurgedError,
    StalePlanError,
    WrongStateError,
)
from phcs.core.options import ImportOptions, OnError
from phcs.core.permissions import Permission
from phcs.core.retention import Purged, missing_for_retry
from phcs.core.row_numbers import stored_places
from phcs.core.row_places import RowPlace
from phcs.core.states import CANCELLABLE, ImportState
from phcs.models.imports import Import
from phcs.services import auditing
from phcs.services.commenting import add_comment, require_rows
from phcs.services.four_eyes import require_second_person
from phcs.services.guarding import require_confirmed
from phcs.services.import_moves import (
    change_state,
    decider,
    drop_for_good,
    drop_staged,
    find_import,
    require_open,
    update_guarded,
)
from phcs.services.noticing import settle_waiting, tell_sent_back
from phcs.services.quality_log import close_declined
from phcs.services.transactions import transaction
from phcs.services.waiting_answers import require_no_waiting_answers
from phcs.wording.quality import on_error_sentence

__all__ = [
    "abort_import",
    "approve_import",
    "cancel_import",
    "change_state",
    "decider",
    "drop_staged",
    "find_import",
    "retry_import",
    "send_back_import",
]
NOTHING_CONFIRMED: Mapping[str, str] = MappingProxyType({})


def approve_import(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    fingerprint: str,
    confirmations: Mapping[str, str] = NOTHING_CONFIRMED,
) -> None:
    """Accept exactly the plan with this fingerprint; a worker then promotes it.

    Of two approvals at once one wins; the other gets AlreadyDecidedError, which says who decided.
    Raises InvalidInputError without a fingerprint, StalePlanError when the plan is another by now,
    BlockedByErrorsError when the import stops at errors and has some, FourEyesError when the organisation wants a
    second person and this is not one,
    ConfirmationNeededError when something about the file is unusual and nobody has said why it is right;
    `confirmations` says so along with the approval, a reason by guard.
    """
    actor.require(Permission.APPROVE)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        require_open(found)
        require_second_person(session, found, actor)
        if not fingerprint:
            raise InvalidInputError("Name the plan that you approve by its fingerprint.")
        if found.plan_fingerprint != fingerprint:
            raise StalePlanError("The plan has changed since you looked at it. Look at the preview again.")
        require_no_waiting_answers(session, found)
        if _stops_at_errors(found):
            raise BlockedByErrorsError(
                on_error_sentence(OnError.STOP.value, rejected=found.row_counts["error"])
            )
        require_confirmed(session, found, actor, now, confirmations)
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
        settle_waiting(session, found, now=now)
        _record(
            session, actor, now, found, "import.approved", {"fingerprint": fingerprint, "own_upload": own}
        )


def send_back_import(
    *, actor: Actor, now: datetime, import_id: UUID, reason: str, rows: Collection[RowPlace] = ()
) -> None:
    """Return an import to whoever uploaded it, with a reason; it stays in review and can be decided anew.

    `rows` are those that the reason is about. Raises InvalidInputError without a reason, or for a row that the
    file has not.
    """
    actor.require(Permission.APPROVE)
    said = _said(reason)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        require_open(found, to=ImportState.REVIEW)
        pinned = require_rows(session, found, rows)
        update_guarded(session, found, now=now, reason=said, **decider(actor, now))
        add_comment(session, found, actor, now=now, text=said, sent_back=True, rows=pinned)
        tell_sent_back(session, found, now=now)
        detail = {"rows": stored_places(sorted(pinned))} if pinned else {}
        _record(session, actor, now, found, "import.sent_back", detail, {"reason": said})


def abort_import(*, actor: Actor, now: datetime, import_id: UUID, reason: str) -> None:
    """Decline an import at review: nothing live was or will be changed, the staged rows are dropped."""
    actor.require(Permission.ABORT)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state is not ImportState.FAILED:
            require_open(found, to=ImportState.ABORTED)
        change_state(
            session,
            found,
            ImportState.ABORTED,
            now=now,
            reason=reason.strip()[:2000],
            finished_at=now,
            **decider(actor, now),
        )
        close_declined(session, found=found, by=actor.id, by_name=actor.name, now=now)
        drop_for_good(session, found)
        settle_waiting(session, found, now=now)
        _record(session, actor, now, found, "import.aborted", {}, {"reason": reason.strip()[:2000]})


def cancel_import(*, actor: Actor, now: datetime, import_id: UUID) -> None:
    """Stop an import before review. A worker in the middle of it keeps nothing more; nothing was changed."""
    actor.require(Permission.CANCEL)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state not in CANCELLABLE:
            raise WrongStateError(found.state, ImportState.CANCELLED)
        change_state(session, found, ImportState.CANCELLED, now=now, finished_at=now, **decider(actor, now))
        close_declined(session, found=found, by=actor.id, by_name=actor.name, now=now)
        drop_for_good(session, found)
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


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    found: Import,
    action: str,
    detail: dict[str, Any],
    values: dict[str, Any] | None = None,
) -> None:
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action=action,
        import_id=found.id,
        detail=detail,
        values=values,
    )
