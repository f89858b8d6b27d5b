"""Answers that the plan does not hold yet: they wait, and with them the approval, until it is made anew."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import StalePlanError
from phcs.models.imports import Import
from phcs.models.plans import MatchDecision


def take_in_answers(session: Session, found: Import) -> None:
    """A plan begins to be made: it holds every answer as it stands, and none that was taken back."""
    session.execute(sa.delete(MatchDecision).where(*_of(found), MatchDecision.taken_back.is_(True)))
    session.execute(
        sa.update(MatchDecision)
        .where(*_of(found), MatchDecision.planned.is_(False))
        .values(planned=True)
        .execution_options(synchronize_session=False)
    )


def require_no_waiting_answers(session: Session, found: Import) -> None:
    """Raise StalePlanError while people have answered what this plan does not hold."""
    waiting = session.scalar(
        sa.select(sa.func.count())
        .select_from(MatchDecision)
        .where(*_of(found), MatchDecision.planned.is_(False))
    )
    if waiting:
        raise StalePlanError(
            f"{'1 answer' if waiting == 1 else f'{waiting:,} answers'} about duplicates came after this plan. "
            "Make the plan anew on the page of the duplicates, then look at it again."
        )


def _of(found: Import) -> tuple[sa.ColumnElement[bool], ...]:
    return (MatchDecision.organisation_id == found.organisation_id, MatchDecision.import_id == found.id)
