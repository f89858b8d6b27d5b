"""Exports in the background: "look at export 42". Losing the hint loses nothing but time."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from phcs.extensions import current_settings
from phcs.services.export_writing import ExportDesk, write_export
from phcs.services.store import open_store
from phcs.services.working import utc_now
from phcs.tasks.stopping import is_stopping

log = logging.getLogger(__name__)


@shared_task(name="phcs.tasks.write_export_file")
def write_export_file(export_id: str) -> None:
    """Write one export; does nothing when none waits. One that is broken off is begun anew elsewhere."""
    write_export(export_id=UUID(export_id), desk=export_desk(is_stopping))
    if is_stopping():
        hint_export(UUID(export_id))


def export_desk(stopping: Callable[[], bool]) -> ExportDesk:
    """What this installation's settings give a worker to write exports with."""
    settings = current_settings()
    return ExportDesk(
        clock=utc_now,
        store=open_store(settings.upload_store),
        keep=timedelta(hours=settings.export_hours),
        stopping=stopping,
    )


def hint_export(export_id: UUID) -> None:
    """Tell the workers that an export waits; if nobody can be told, the sweeper finds it."""
    try:
        write_export_file.apply_async((str(export_id),), retry=False)
    except OperationalError:
        log.warning("no broker could be told about export %s; the sweeper will find it", export_id)
