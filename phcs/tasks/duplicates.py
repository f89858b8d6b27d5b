"""Searches for duplicates: "look at this organisation's". Losing the hint loses nothing but time."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from phcs.services.duplicate_search import search_duplicates
from phcs.services.working import utc_now
from phcs.tasks.stopping import is_stopping

log = logging.getLogger(__name__)


@shared_task(name="phcs.tasks.find_duplicates")
def find_duplicates(organisation_id: str) -> None:
    """Work on an organisation's search; does nothing when none waits. One that is broken off goes on elsewhere."""
    search_duplicates(organisation_id=UUID(organisation_id), clock=utc_now, stopping=is_stopping)
    if is_stopping():
        hint_search(UUID(organisation_id))


def hint_search(organisation_id: UUID) -> None:
    """Tell the workers that a search waits; if nobody can be told, the sweeper finds it."""
    try:
        find_duplicates.apply_async((str(organisation_id),), retry=False)
    except OperationalError:
        log.warning(
            "no broker could be told about the search of %s; the sweeper will find it", organisation_id
        )
