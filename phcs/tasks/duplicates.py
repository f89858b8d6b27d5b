"""Searches for duplicates: "look at this organisation's". Losing the hint loses nothing but time."""

from collections.abc import Callable
from uuid import UUID

from celery import shared_task

from phcs.services.duplicate_search import search_duplicates
from phcs.services.working import utc_now
from phcs.tasks.hinting import send_hint
from phcs.tasks.stopping import is_stopping


@shared_task(name="phcs.tasks.find_duplicates")
def find_duplicates(organisation_id: str) -> None:
    """Work on an organisation's search; does nothing when none waits. One that is broken off goes on elsewhere."""
    go_on_searching(UUID(organisation_id), is_stopping)
    if is_stopping():
        hint_search(UUID(organisation_id))


def go_on_searching(organisation_id: UUID, stopping: Callable[[], bool]) -> None:
    """Do what the task does, until this worker is stopped."""
    search_duplicates(organisation_id=organisation_id, clock=utc_now, stopping=stopping)


def hint_search(organisation_id: UUID) -> None:
    """Tell the workers that a search waits; if nobody can be told, the sweeper finds it."""
    send_hint(find_duplicates, organisation_id, about="the search of")
