"""Sending hints: "look at this one". Sent after commit; losing one loses nothing but time."""

import logging
from typing import Any
from uuid import UUID

from celery import Task
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def send_hint(task: Task[Any, Any], row_id: UUID, *, about: str) -> None:
    """Tell the workers that something waits (`about` says what, in the log); unheard, it waits for the sweeper."""
    try:
        task.apply_async((str(row_id),), retry=False)
    except OperationalError:
        log.warning("no broker could be told about %s %s; the sweeper will find it", about, row_id)
