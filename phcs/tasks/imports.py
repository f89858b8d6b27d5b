"""Hints: "look at this import". Losing one loses nothing, delivering one twice does nothing twice."""

from uuid import UUID

from celery import shared_task

from phcs.core.states import ImportState
from phcs.extensions import current_settings, db
from phcs.queries.waiting import imports_without_worker
from phcs.services.advancing import advance_import
from phcs.services.working import utc_now, workshop_from
from phcs.tasks.asked_work import ASKED_WORK
from phcs.tasks.hinting import send_hint
from phcs.tasks.staging import ask_help
from phcs.tasks.stopping import is_stopping
from phcs.tasks.verification import verify_by_itself

VERIFIED_AFTER = frozenset({ImportState.COMPLETED, ImportState.UNDONE})


@shared_task(name="phcs.tasks.advance")
def advance(import_id: str) -> None:
    """Move one import on; does nothing when there is nothing to do.

    A worker that is asked to stop in the middle of it passes the hint on to the others.
    """
    workshop = workshop_from(current_settings(), stopping=is_stopping, ask_help=ask_help)
    reached = advance_import(import_id=UUID(import_id), workshop=workshop)
    if reached in VERIFIED_AFTER and current_settings().verify_promotions:
        verify_by_itself(UUID(import_id))
    if is_stopping():
        hint(UUID(import_id))


@shared_task(name="phcs.tasks.sweep")
def sweep() -> None:
    """Send a hint for whatever waits for a worker (imports, searches, exports …): new, or its worker is gone."""
    for import_id in imports_without_worker(db.session(), now=utc_now()):
        advance.delay(str(import_id))
    for work in ASKED_WORK:
        for row_id in work.waiting(db.session(), now=utc_now()):
            work.task.delay(str(row_id))


def hint(import_id: UUID) -> None:
    """Tell the workers that an import waits. Sent after commit; if nobody can be told, the sweeper finds it."""
    send_hint(advance, import_id, about="import")
