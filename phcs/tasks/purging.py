"""The hourly purge of what imports keep no longer."""

from celery import shared_task

from phcs.extensions import current_settings
from phcs.services.purging import purge_due
from phcs.services.store import open_store
from phcs.services.working import keep_days, utc_now


@shared_task(name="phcs.tasks.purge")
def purge() -> None:
    """Delete what is due; one that is lost or runs twice is made good by the next."""
    settings = current_settings()
    purge_due(now=utc_now(), store=open_store(settings.upload_store), keep=keep_days(settings))
