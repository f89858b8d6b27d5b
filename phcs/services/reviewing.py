"""What begins with a review: guards look at the whole file, the log takes its findings in, people are told of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from phcs.core.planning import PlanCounts
from phcs.models.imports import Import
from phcs.services.guarding import raise_guards
from phcs.services.noticing import tell_waiting
from phcs.services.quality_log import reconcile_log


def begin_review(session: Session, found: Import, counts: PlanCounts, *, now: datetime) -> None:
    """Do all in the transaction that freezes the plan; `found` may be as it was before it was frozen."""
    raise_guards(session, found, counts, now=now)
    reconcile_log(session, found=found, now=now)
    tell_waiting(session, found, now=now)
