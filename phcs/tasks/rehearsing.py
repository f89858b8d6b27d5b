"""Rehearsals: "look at rehearsal 42". Losing the hint loses nothing but time."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from phcs.extensions import current_settings
from phcs.services.rehearsal_working import rehearse_import
from phcs.services.working import workshop_from
from phcs.tasks.stopping import is_stopping

log = logging.getLogger(__name__)


@shared_task(name="phcs.tasks.rehearse")
def rehearse(rehearsal_id: str) -> None:
    """Rehearse one import; does nothing when none waits. One that is broken off is begun anew elsewhere."""
    rehearse_import(
        rehearsal_id=UUID(rehearsal_id), workshop=workshop_from(current_settings(), stopping=is_stopping)
    )
    if is_stopping():
        hint_rehearsal(UUID(rehearsal_id))


def hint_rehearsal(rehearsal_id: UUID) -> None:
    """Tell the workers that a rehearsal waits; if nobody can be told, the sweeper finds it."""
    try:
        rehearse.apply_async((str(rehearsal_id),), retry=False)
    except OperationalError:
        log.warning("no broker could be told about rehearsal %s; the sweeper will find it", rehearsal_id)
