"""How many records an undo or redo does what to."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.undoing import Effect
from phcs.models.reversals import ReversalAction


def effect_counts(session: Session, *, organisation_id: UUID, reversal_id: UUID) -> dict[Effect, int]:
    """Records by what happens to them; 0 where there are none."""
    asked = (
        sa.select(ReversalAction.effect, sa.func.count())
        .where(ReversalAction.organisation_id == organisation_id, ReversalAction.reversal_id == reversal_id)
        .group_by(ReversalAction.effect)
    )
    found: dict[Effect, int] = dict.fromkeys(Effect, 0)
    for effect, number in session.execute(asked):
        found[Effect(effect)] = number
    return found
