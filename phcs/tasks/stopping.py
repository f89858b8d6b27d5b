"""A worker that is asked to stop ends within half a minute, and gives back what it works on."""

import ctypes
import logging
import os
import threading
from multiprocessing import RawValue
from typing import Any

from celery.signals import worker_shutting_down

STOP_SECONDS = 20
"""How long the chunk in hand may still take. Then the worker goes, and its lease runs out by itself."""

log = logging.getLogger(__name__)
_asked = RawValue(ctypes.c_bool, False)  # noqa: FBT003 - shared with the processes that a worker forks


def is_stopping() -> bool:
    """Whether this worker has been asked to stop."""
    return bool(_asked.value)


@worker_shutting_down.connect
def _ask(**_signal: Any) -> None:
    """Celery waits for its tasks without end; these look at the flag after every chunk."""
    _asked.value = True
    threading.Thread(target=_go_at_last, name="stop", daemon=True).start()


def _go_at_last() -> None:
    threading.Event().wait(STOP_SECONDS)
    log.warning(
        "a step did not stop in %s seconds; another worker takes it up when its lease ends", STOP_SECONDS
    )
    os._exit(1)
