"""Exports in the background: "look at export 42". Losing the hint loses nothing but time."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from celery import shared_task

from phcs.extensions import current_settings
from phcs.services.export_writing import ExportDesk, write_export
from phcs.services.store import open_store
from phcs.services.working import utc_now
from phcs.tasks.hinting import send_hint
from phcs.tasks.stopping import is_stopping


@shared_task(name="phcs.tasks.write_export_file")
def write_export_file(export_id: str) -> None:
    """Write one export; does nothing when none waits. One that is broken off is begun anew elsewhere."""
    go_on_exporting(UUID(export_id), is_stopping)
    if is_stopping():
        hint_export(UUID(export_id))


def go_on_exporting(export_id: UUID, stopping: Callable[[], bool]) -> None:
    """Do what the task does, until this worker is stopped."""
    settings = current_settings()
    desk = ExportDesk(
        clock=utc_now,
        store=open_store(settings.upload_store),
        keep=timedelta(hours=settings.export_hours),
        stopping=stopping,
    )
    write_export(export_id=export_id, desk=desk)


def hint_export(export_id: UUID) -> None:
    """Tell the workers that an export waits; if nobody can be told, the sweeper finds it."""
    send_hint(write_export_file, export_id, about="export")
