"""The moves of an import that a person makes: found in the organisation, guarded, its staged copies dropped."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import AlreadyDecidedError, NotFoundError, UseCaseError, WrongStateError
from phcs.core.states import ImportState, require_move
from phcs.models.base import Base
from phcs.models.conflicts import ConflictDecided
from phcs.models.finding_causes import FindingCause, FindingConfirmation, FindingValue
from phcs.models.imports import Import, StagedFinding, StagedRow
from phcs.models.orphans import OrphansDecided
from phcs.models.plans import ApprovedRow, MatchDecision, PlanAction, PlanRow
from phcs.models.records import MatchKey
from phcs.models.repairs import Repair, RepairBatch
from phcs.models.staging_chunks import StagingChunk

DECIDED = frozenset({ImportState.APPROVED, ImportState.PROMOTING, ImportState.COMPLETED, ImportState.ABORTED})
STAGED_COPIES = (
    *(StagingChunk, ApprovedRow, PlanAction, PlanRow, MatchDecision),
    *(MatchKey, FindingValue, FindingCause, StagedFinding, StagedRow),
)
"""Chunks come first: whoever stages one keeps nothing more once it is gone, so no row can follow the rows."""
PREPARED = (Repair, RepairBatch, FindingConfirmation, OrphansDecided, ConflictDecided)
"""What people have prepared for the review; it outlives a new reading or mapping, but not the import's end."""


def find_import(session: Session, actor: Actor, import_id: UUID) -> Import:
    """The import, or NotFoundError when the actor's organisation has no such one."""
    found = session.scalar(
        sa.select(Import).where(Import.organisation_id == actor.organisation_id, Import.id == import_id)
    )
    if found is None:
        raise NotFoundError("There is no such import.")
    return found


def require_open(found: Import, *, to: ImportState = ImportState.APPROVED) -> None:
    """Raise unless the import waits for a decision; say who decided, where somebody has. `to` is what was wanted."""
    if found.state is ImportState.REVIEW:
        return
    if found.state in DECIDED and found.decided_at is not None:
        word = "declined" if found.state is ImportState.ABORTED else "approved"
        raise AlreadyDecidedError(
            f"{found.decided_by_name} {word} this import at {found.decided_at:%Y-%m-%d %H:%M} UTC."
        )
    raise WrongStateError(found.state, to)


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
    update_guarded(
        session, found, now=now, state=after, fence=Import.fence + 1, lease_until=None, attempts=0, **values
    )


def update_guarded(session: Session, found: Import, *, now: datetime, **values: Any) -> None:
    """Change an import that is still what it was when it was looked up; otherwise say who was faster."""
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
    require_open(found)
    raise UseCaseError("Somebody else has just changed this import. Look at it again.")


def drop_for_good(session: Session, found: Import) -> None:
    """Forget the staged rows and all that people have prepared: the import ends without a promotion."""
    _drop(session, found, (*STAGED_COPIES, *PREPARED))


def drop_staged(session: Session, found: Import) -> None:
    """Forget the staged rows, their findings and the plan made of them."""
    _drop(session, found, STAGED_COPIES)


def _drop(session: Session, found: Import, tables: tuple[type[Base], ...]) -> None:
    for table in tables:
        session.execute(
            sa.delete(table)
            .filter_by(organisation_id=found.organisation_id, import_id=found.id)
            .execution_options(synchronize_session=False)
        )
