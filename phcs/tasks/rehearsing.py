"""Rehearsals: "look at rehearsal 42". Losing the hint loses nothing but time."""

from collections.abc import Callable
from uuid import UUID

from celery import shared_task

from phcs.extensions import current_settings
from phcs.services.rehearsal_working import rehearse_import
from phcs.services.working import workshop_from
from phcs.tasks.hinting import send_hint
from phcs.tasks.stopping import is_stopping


@shared_task(name="phcs.tasks.rehearse")
def rehearse(rehearsal_id: str) -> None:
    """Rehearse one import; does nothing when none waits. One that is broken off is begun anew elsewhere."""
    go_on_rehearsing(UUID(rehearsal_id), is_stopping)
    if is_stopping():
        hint_rehearsal(UUID(rehearsal_id))


def go_on_rehearsing(rehearsal_id: UUID, stopping: Callable[[], bool]) -> None:
    """Do what the task does, until this worker is stopped."""
    rehearse_import(rehearsal_id=rehearsal_id, workshop=workshop_from(current_settings(), stopping=stopping))


def hint_rehearsal(rehearsal_id: UUID) -> None:
    """Tell the workers that a rehearsal waits; if nobody can be told, the sweeper finds it."""
    send_hint(rehearse, rehearsal_id, about="rehearsal")
