"""Rehearsals: asked for by a person, claimed and ended by a worker. A claim is one guarded UPDATE, as an import's.

`rehearsal_working` does the work itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, ActorKind
from phcs.core.permissions import Permission
from phcs.core.rehearsing import (
    GAVE_UP,
    OPEN_REHEARSALS,
    REHEARSABLE,
    NotRehearsableError,
    RehearsalState,
)
from phcs.models.rehearsals import Rehearsal
from phcs.services import auditing
from phcs.services.claiming import change_held, row_to_claim
from phcs.services.frozen import mark_rehearsal
from phcs.services.identifiers import new_id
from phcs.services.import_moves import find_import
from phcs.services.transactions import transaction


@dataclass(frozen=True, slots=True)
class RehearsalClaim:
    """The right to work on one rehearsal until the lease ends; `fence` proves it. `actor` asked for it."""

    rehearsal_id: UUID
    import_id: UUID
    fence: int
    actor: Actor


def request_rehearsal(*, actor: Actor, now: datetime, import_id: UUID) -> UUID:
    """Ask for a rehearsal of the plan as it is; gives the id of the one that is open already, if there is one.

    Raises NotAllowedError, NotFoundError, NotRehearsableError unless the import waits for approval or promotion.
    """
    actor.require(Permission.REHEARSE)
    with transaction() as session:
        auditing.take_turn(session, actor.organisation_id)
        found = find_import(session, actor, import_id)
        if found.state not in REHEARSABLE:
            raise NotRehearsableError(
                f"This import is {found.state.value}. An import can be rehearsed while its plan waits for approval."
            )
        is_open = sa.select(Rehearsal.id).where(
            Rehearsal.organisation_id == actor.organisation_id,
            Rehearsal.import_id == import_id,
            Rehearsal.state.in_(OPEN_REHEARSALS),
        )
        if (known := session.scalar(is_open)) is not None:
            return known
        made = new_id()
        session.add(
            Rehearsal(
                id=made,
                organisation_id=actor.organisation_id,
                import_id=import_id,
                state=RehearsalState.WAITING,
                fingerprint=found.plan_fingerprint,
                asked_by=actor.id,
                asked_by_kind=actor.kind.value,
                asked_by_name=actor.name,
                asked_at=now,
                report={},
            )
        )
    return made


def claim_rehearsal(
    *, rehearsal_id: UUID, now: datetime, lease_seconds: int, max_attempts: int
) -> RehearsalClaim | None:
    """Take a rehearsal that waits for a worker, or whose worker is gone; None when there is nothing to take.

    After `max_attempts` claims it fails instead. Safe to call at any time, any number of times.
    """
    with transaction() as session:
        mark_rehearsal(session, rehearsal_id)
        found = row_to_claim(
            session, Rehearsal, Rehearsal.id == rehearsal_id, Rehearsal.state.in_(OPEN_REHEARSALS), now=now
        )
        if found is None:
            return None
        claim = RehearsalClaim(found.id, found.import_id, found.fence + 1, _asker(found))
        _update(
            session,
            claim,
            found.fence,
            fence=claim.fence,
            attempts=found.attempts + 1,
            state=RehearsalState.RUNNING,
            lease_until=now + timedelta(seconds=lease_seconds),
        )
        if found.attempts < max_attempts:
            return claim
        sentence = GAVE_UP.format(attempts=found.attempts)
        end_rehearsal(session, claim, RehearsalState.FAILED, now=now, problem=sentence)
    return None


def hold_on(session: Session, claim: RehearsalClaim, *, now: datetime, lease_seconds: int) -> None:
    """Hold the claim on, so that nobody else takes it while this transaction is open. Raises LeaseLostError."""
    mark_rehearsal(session, claim.rehearsal_id)
    _update(session, claim, claim.fence, lease_until=now + timedelta(seconds=lease_seconds))


def give_back(claim: RehearsalClaim) -> None:
    """Let another worker begin anew at once; nothing happens when one already has."""
    with transaction() as session:
        attempts = sa.case((Rehearsal.attempts > 0, Rehearsal.attempts - 1), else_=0)
        session.execute(_guarded(claim, claim.fence).values(lease_until=None, attempts=attempts))


def end_rehearsal(
    session: Session,
    claim: RehearsalClaim,
    state: RehearsalState,
    *,
    now: datetime,
    report: dict[str, Any] | None = None,
    problem: str = "",
    fingerprint: str = "",
) -> None:
    """Keep how it went, and say in the trail that it was rehearsed. Raises LeaseLostError."""
    kept = {"fingerprint": fingerprint} if fingerprint else {}
    _update(
        session,
        claim,
        claim.fence,
        state=state,
        lease_until=None,
        finished_at=now,
        report=report or {},
        problem=problem,
        **kept,
    )
    auditing.record_on_import(
        session,
        actor=claim.actor,
        now=now,
        action="import.rehearsed",
        import_id=claim.import_id,
        detail={"outcome": state.value, "records": (report or {}).get("records", {}), **kept},
    )


def _asker(found: Rehearsal) -> Actor:
    return Actor(
        kind=ActorKind(found.asked_by_kind),
        organisation_id=found.organisation_id,
        id=found.asked_by,
        name=found.asked_by_name,
    )


def _guarded(claim: RehearsalClaim, fence: int) -> sa.Update:
    return (
        sa.update(Rehearsal)
        .where(
            Rehearsal.organisation_id == claim.actor.organisation_id,
            Rehearsal.id == claim.rehearsal_id,
            Rehearsal.state.in_(OPEN_REHEARSALS),
            Rehearsal.fence == fence,
        )
        .execution_options(synchronize_session=False)
    )


def _update(session: Session, claim: RehearsalClaim, held: int, **values: Any) -> None:
    change_held(session, _guarded(claim, held).values(**values), what="rehearsal")
