"""Sending what waits in the outbox of webhooks; every worker does it by itself, every few seconds."""

from celery import shared_task

from phcs.extensions import current_settings
from phcs.services.webhook_sending import send_due
from phcs.services.webhooks import allowed_networks
from phcs.services.working import utc_now


@shared_task(name="phcs.tasks.send_webhooks")
def send_webhooks() -> None:
    """Send every message whose time has come; two workers never send the same one at once."""
    send_due(now=utc_now(), allowed=allowed_networks(current_settings()))
