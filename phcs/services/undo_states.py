"""The states that an undo or redo leads an import through, and how one is given up."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.states import ImportState
from phcs.core.undoing import OPEN_STATES, Direction, ReversalState
from phcs.models.imports import Import
from phcs.models.reversals import Reversal, ReversalAction

STATE_BEFORE = {Direction.UNDO: ImportState.COMPLETED, Direction.REDO: ImportState.UNDONE}
STATE_DURING = {Direction.UNDO: ImportState.UNDOING, Direction.REDO: ImportState.REDOING}
STATE_AFTER = {Direction.UNDO: ImportState.UNDONE, Direction.REDO: ImportState.COMPLETED}
GIVEN_UP = {ImportState.UNDOING: ImportState.COMPLETED, ImportState.REDOING: ImportState.UNDONE}
"""Where an import returns to when work on its undo or redo breaks off too often: nothing was changed."""


def find_open(session: Session, found: Import) -> Reversal | None:
    """The undo or redo of this import that is not over, if there is one."""
    return session.scalar(
        sa.select(Reversal).where(
            Reversal.organisation_id == found.organisation_id,
            Reversal.import_id == found.id,
            Reversal.state.in_(list(OPEN_STATES)),
        )
    )


def close_failed(session: Session, found: Import, *, sentence: str, now: datetime) -> None:
    """End the open undo or redo in words, and forget what was worked out for it."""
    reversal = find_open(session, found)
    if reversal is not None:
        close(session, reversal, ReversalState.FAILED, now=now, reason=sentence)


def close(
    session: Session, reversal: Reversal, after: ReversalState, *, now: datetime, **values: Any
) -> bool:
    """End a reversal that changed nothing, with what was worked out for it; False when somebody was faster."""
    done = session.execute(
        sa.update(Reversal)
        .where(
            Reversal.organisation_id == reversal.organisation_id,
            Reversal.id == reversal.id,
            Reversal.state == reversal.state,
        )
        .values(state=after, finished_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.delete(ReversalAction).where(
            ReversalAction.organisation_id == reversal.organisation_id,
            ReversalAction.reversal_id == reversal.id,
        )
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined] # an UPDATE's result counts its rows
