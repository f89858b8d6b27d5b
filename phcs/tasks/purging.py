"""The hourly purge of what imports keep no longer."""

from celery import shared_task

from phcs.extensions import current_settings
from phcs.services.answered_requests import forget_answers
from phcs.services.document_keeping import purge_documents
from phcs.services.export_files import purge_exports
from phcs.services.merge_forgetting import forget_merges
from phcs.services.purging import purge_due
from phcs.services.store import open_store
from phcs.services.webhook_sending import forget_old_messages
from phcs.services.working import keep_days, utc_now


@shared_task(name="phcs.tasks.purge")
def purge() -> None:
    """Delete what is due; one that is lost or runs twice is made good by the next."""
    forget_answers(now=utc_now())
    settings = current_settings()
    forget_merges(now=utc_now(), undo_days=settings.undo_days)
    forget_old_messages(now=utc_now())
    store = open_store(settings.upload_store)
    purge_exports(now=utc_now(), store=store)
    purge_documents(now=utc_now(), store=store, undo_days=settings.undo_days)
    purge_due(now=utc_now(), store=store, keep=keep_days(settings))
