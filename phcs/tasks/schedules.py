"""Running schedules; every worker does it by itself, every few seconds."""

from celery import shared_task

from phcs.extensions import current_settings
from phcs.services.schedule_running import Desk, approve_clean_imports, run_due_schedules
from phcs.services.schedules import Reach
from phcs.services.store import open_store
from phcs.services.uploading import UploadLimits
from phcs.services.working import utc_now
from phcs.tasks.imports import hint


@shared_task(name="phcs.tasks.run_schedules")
def run_schedules() -> None:
    """Fetch what is due and approve what may be; two workers never run the same schedule at once."""
    settings = current_settings()
    desk = Desk(
        store=open_store(settings.upload_store),
        limits=UploadLimits.of(settings),
        reach=Reach.of(settings),
        hint=hint,
    )
    run_due_schedules(now=utc_now(), desk=desk)
    approve_clean_imports(now=utc_now(), hint=hint)
