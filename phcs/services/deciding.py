"""A person says whether a row's owner is somebody PHCS knows; the plan is then made anew."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, WrongStateError
from phcs.core.permissions import Permission
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.plans import MatchDecision, PlanRow
from phcs.services import auditing
from phcs.services.approval import change_state, find_import
from phcs.services.transactions import transaction


def decide_match(
    *, actor: Actor, now: datetime, import_id: UUID, row_no: int, owner_id: UUID, same: bool
) -> None:
    """Keep the answer "same person" or "different people" for one row and one candidate.

    The answer holds for every later plan of this import. Raises InvalidInputError when this row does not ask
    about that owner, WrongStateError when the import is not in review.
    """
    actor.require(Permission.DECIDE_DUPLICATES)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state is not ImportState.REVIEW:
            raise WrongStateError(found.state, ImportState.STAGING)
        _require_asked(session, found, row_no, owner_id)
        session.merge(
            MatchDecision(
                import_id=import_id,
                table_no=1,
                row_no=row_no,
                owner_id=owner_id,
                organisation_id=actor.organisation_id,
                same=same,
                decided_by=actor.id,
                decided_by_name=actor.name,
                decided_at=now,
            )
        )
        editors = sorted({*found.edited_by, str(actor.id)})
        change_state(session, found, ImportState.STAGING, now=now, stage="matching", edited_by=editors)
        auditing.record(
            session,
            actor=actor,
            now=now,
            action="match.decided",
            subject_kind="owner",
            subject_id=owner_id,
            import_id=import_id,
            row_no=row_no,
            detail={"same": same},
        )


def _require_asked(session: Session, found: Import, row_no: int, owner_id: UUID) -> None:
    asked = session.scalar(
        sa.select(PlanRow.owner_id).where(
            PlanRow.organisation_id == found.organisation_id,
            PlanRow.import_id == found.id,
            PlanRow.table_no == 1,
            PlanRow.row_no == row_no,
            PlanRow.undecided.is_(True),
        )
    )
    if asked != owner_id:
        raise InvalidInputError(f"Row {row_no} does not ask about this owner. Look at the list again.")
