"""Helping hands: "some chunks of this import may be waiting". Losing the hint loses nothing but time."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from phcs.extensions import current_settings
from phcs.services.chunked_staging import help_staging
from phcs.services.working import workshop_from
from phcs.tasks.stopping import is_stopping

log = logging.getLogger(__name__)


@shared_task(name="phcs.tasks.stage_chunk")
def stage_chunk(import_id: str) -> None:
    """Stage chunks of an import that another worker owns; does nothing when none waits.

    After a while it lets the imports that wait behind this one go first.
    """
    workshop = workshop_from(current_settings(), stopping=is_stopping)
    if help_staging(import_id=UUID(import_id), workshop=workshop):
        ask_help(UUID(import_id), 1)


def ask_help(import_id: UUID, workers: int) -> None:
    """Tell so many workers; if nobody can be told, the import's owner does it all by itself."""
    for _ in range(workers):
        try:
            stage_chunk.apply_async((str(import_id),), retry=False)
        except OperationalError:
            log.warning("no broker could be told that import %s can be helped with", import_id)
            return
