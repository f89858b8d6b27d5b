"""Whole-file guards: raised when a plan is made, confirmed by a person with a reason, asked for at the approval."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, process_actor
from phcs.core.errors import AlreadyDecidedError, ConfirmationNeededError, InvalidInputError, WrongStateError
from phcs.core.guards import Guard, Suspicion, suspicions
from phcs.core.permissions import Permission
from phcs.core.planning import PlanCounts
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.reviews import ImportProfile, RaisedGuard
from phcs.queries.file_profiles import (
    FileToProfile,
    earlier_profiles,
    file_profile,
    known_records,
    replaced_values,
    same_contents,
)
from phcs.services import auditing
from phcs.services.four_eyes import require_second_person
from phcs.services.import_moves import find_import
from phcs.services.transactions import transaction
from phcs.wording.guards import guard_sentence, guard_title

LONGEST_REASON = 2_000
WATCH = "the guards"


def raise_guards(session: Session, found: Import, counts: PlanCounts, *, now: datetime) -> None:
    """Keep what the planned file is like as a whole, and raise a guard for whatever is unusual about it.

    A confirmation given for an earlier plan holds on exactly where the numbers that it was given for are the same.
    """
    file = FileToProfile(found.organisation_id, found.id, found.source, found.kind, found.file_sha256)
    profile = file_profile(session, file, counts)
    before = {one.guard: one for one in session.scalars(_guards_of(found))}
    session.execute(
        sa.delete(ImportProfile).where(
            ImportProfile.organisation_id == found.organisation_id, ImportProfile.import_id == found.id
        )
    )
    session.add(
        ImportProfile(
            import_id=found.id,
            organisation_id=found.organisation_id,
            source=found.source,
            kind=found.kind,
            profile=profile.as_json(),
            replaced=replaced_values(session, file),
            known=known_records(session, file),
        )
    )
    raised = suspicions(profile, earlier_profiles(session, file), same_contents(session, file))
    for one in raised:
        old = before.pop(one.guard.value, None)
        if old is not None and old.detail == one.detail:
            continue
        if old is not None:
            session.delete(old)
            session.flush()
        session.add(_raised(found, one, now))
    for gone in before.values():
        session.delete(gone)
    session.flush()
    if raised:
        _record_raised(session, found, now, {one.guard.value: one.detail for one in raised})


def _record_raised(session: Session, found: Import, now: datetime, detail: dict[str, Any]) -> None:
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=WATCH),
        now=now,
        action="import.guards_raised",
        import_id=found.id,
        detail=detail,
    )


def confirm_guard(*, actor: Actor, now: datetime, import_id: UUID, guard: str, reason: str) -> None:
    """Say why something unusual about a file is right; whoever may approve may say so.

    Raises InvalidInputError without a reason or for a guard that is not raised, AlreadyDecidedError when somebody
    has confirmed it, FourEyesError as an approval does, WrongStateError when the import is not in review.
    """
    actor.require(Permission.APPROVE)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state is not ImportState.REVIEW:
            raise WrongStateError(found.state, ImportState.APPROVED)
        require_second_person(session, found, actor)
        _confirm(session, found, actor, now, guard, reason)


def require_confirmed(
    session: Session, found: Import, actor: Actor, now: datetime, confirmations: Mapping[str, str]
) -> None:
    """Confirm what is confirmed with the approval itself; raise ConfirmationNeededError where something is left."""
    open_guards = {one.guard: one for one in session.scalars(_guards_of(found)) if one.confirmed_at is None}
    for guard, reason in confirmations.items():
        if guard in open_guards or guard not in set(Guard):
            _confirm(session, found, actor, now, guard, reason)
            open_guards.pop(guard, None)
    if open_guards:
        told = {name: guard_sentence(name, one.detail) for name, one in sorted(open_guards.items())}
        raise ConfirmationNeededError(
            "Before this import can be approved, somebody has to confirm, with a reason: "
            + " ".join(f"{guard_title(name)} ({name}). {sentence}" for name, sentence in told.items()),
            guards=told,
        )


def _confirm(session: Session, found: Import, actor: Actor, now: datetime, guard: str, reason: str) -> None:
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise InvalidInputError("Say why this is right, so that others can follow it later.")
    one = session.scalar(_guards_of(found).where(RaisedGuard.guard == guard).with_for_update())
    if one is None:
        raise InvalidInputError(f"This import asks for no confirmation of “{guard}”. Look at it again.")
    if one.confirmed_at is not None:
        raise AlreadyDecidedError(
            f"{one.confirmed_by_name} confirmed this at {one.confirmed_at:%Y-%m-%d %H:%M} UTC."
        )
    one.confirmed_by, one.confirmed_by_name, one.confirmed_at, one.reason = actor.id, actor.name, now, said
    detail = {"guard": guard, **one.detail}
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action="import.guard_confirmed",
        import_id=found.id,
        detail=detail,
        values={"reason": said},
    )


def _raised(found: Import, one: Suspicion, now: datetime) -> RaisedGuard:
    return RaisedGuard(
        import_id=found.id,
        guard=one.guard.value,
        organisation_id=found.organisation_id,
        detail=one.detail,
        raised_at=now,
        confirmed_by_name="",
        reason="",
    )


def _guards_of(found: Import) -> sa.Select[RaisedGuard]:
    return sa.select(RaisedGuard).where(
        RaisedGuard.organisation_id == found.organisation_id, RaisedGuard.import_id == found.id
    )
