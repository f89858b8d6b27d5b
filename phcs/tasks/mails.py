"""Sending notices by e-mail; every worker does it by itself, every few seconds."""

from celery import shared_task

from phcs.extensions import current_settings
from phcs.services.mailing import PostOffice, send_due_mails
from phcs.services.working import utc_now


@shared_task(name="phcs.tasks.send_mails")
def send_mails() -> None:
    """Send what has waited for long enough; does nothing where no mail server is set."""
    office = PostOffice.of(current_settings())
    if office is not None:
        send_due_mails(now=utc_now(), office=office)
