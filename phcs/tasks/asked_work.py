"""What waits for workers besides imports, one line each: for the sweeper, which hints, and the lookout, which works."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from celery import Task
from sqlalchemy.orm import Session

from phcs.queries.export_jobs import exports_without_worker
from phcs.queries.live_duplicates import searches_without_worker
from phcs.queries.rehearsals import rehearsals_without_worker
from phcs.queries.verification_reports import verifications_without_worker
from phcs.tasks.duplicates import find_duplicates, go_on_searching
from phcs.tasks.exporting import go_on_exporting, write_export_file
from phcs.tasks.rehearsing import go_on_rehearsing, rehearse
from phcs.tasks.verification import go_on_verifying, verify


class Waiting(Protocol):
    """A query for the ids of what waits for a worker at this moment."""

    def __call__(self, session: Session, *, now: datetime) -> Sequence[UUID]:
        """Give the ids."""


@dataclass(frozen=True, slots=True)
class AskedWork:
    """One sort of work: what of it waits, the task that is hinted at it, and what the task does until it is stopped."""

    waiting: Waiting
    task: Task[Any, Any]
    go_on: Callable[[UUID, Callable[[], bool]], object]


ASKED_WORK = (
    AskedWork(searches_without_worker, find_duplicates, go_on_searching),
    AskedWork(exports_without_worker, write_export_file, go_on_exporting),
    AskedWork(rehearsals_without_worker, rehearse, go_on_rehearsing),
    AskedWork(verifications_without_worker, verify, go_on_verifying),
)
