"""What each worker does by itself every few seconds, so that work goes on without beat and without a broker."""

import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutdown
from celery.worker.state import active_requests

from phcs.extensions import current_settings, db
from phcs.queries.waiting import imports_without_worker
from phcs.services.advancing import advance_import
from phcs.services.frozen import end_frozen_holds
from phcs.services.garbage import collect_seldom
from phcs.services.working import utc_now, workshop_from
from phcs.tasks.asked_work import ASKED_WORK
from phcs.tasks.imports import sweep
from phcs.tasks.mails import send_mails
from phcs.tasks.schedules import run_schedules
from phcs.tasks.staging import ask_help
from phcs.tasks.stopping import STOP_SECONDS, is_stopping
from phcs.tasks.webhooks import send_webhooks

log = logging.getLogger(__name__)


@shared_task(name="phcs.tasks.look_around")
def look_around(free_hands: Callable[[], bool], stopping: Callable[[], bool]) -> None:
    """Take up what has waited for longer than a sweep: its hints were lost, or never sent.

    Nobody sends this task. It leaves everything to the hints while the worker is busy.
    """
    settings = current_settings()
    late = imports_without_worker(db.session(), now=utc_now(), for_seconds=settings.sweep_seconds)
    db.session.rollback()
    for import_id in late:
        if not free_hands() or stopping():
            return
        log.warning("import %s was waiting though no hint came; it is taken up", import_id)
        advance_import(
            import_id=import_id, workshop=workshop_from(settings, stopping=stopping, ask_help=ask_help)
        )
    for work in _other_work(stopping):
        db.session.rollback()
        if free_hands() and not stopping():
            work()


def _other_work(stopping: Callable[[], bool]) -> Iterator[Callable[[], object]]:
    """What waits besides imports; each sort is looked for when the one before is done."""
    for work in ASKED_WORK:
        for row_id in work.waiting(db.session(), now=utc_now()):
            yield partial(work.go_on, row_id, stopping)


@shared_task(name="phcs.tasks.guard")
def guard() -> None:
    """Take the locks of frozen workers from them; nobody sends this task either."""
    end_frozen_holds(now=utc_now(), frozen_seconds=current_settings().lease_seconds)


class Lookout:
    """Threads of a worker: for what nobody was told of, for webhooks, mails and schedules, and one that never waits.

    The guard must not stand behind the locks that it is there to open, nor behind a slow receiver.
    """

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, consumer: Any) -> None:
        """Begin to look; `consumer` is Celery's part of the worker that has just connected (again)."""
        if any(thread.is_alive() for thread in self._threads):
            return
        ended = self._ended = threading.Event()
        tasks = consumer.app.tasks

        def free_hands() -> bool:
            return len(active_requests) < int(consumer.controller.concurrency)

        def stopping() -> bool:
            return ended.is_set() or is_stopping()

        works = (
            lambda: tasks[look_around.name](free_hands, stopping),
            tasks[send_webhooks.name],
            tasks[send_mails.name],
            tasks[run_schedules.name],
            tasks[guard.name],
        )
        seconds = consumer.app.conf.beat_schedule["sweep"]["schedule"]
        self._threads = [
            threading.Thread(target=_repeat, args=(work, ended, seconds), name="lookout", daemon=True)
            for work in works
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Give up what it works on after the chunk in hand."""
        self._ended.set()
        for thread in self._threads:
            thread.join(STOP_SECONDS)


def _repeat(work: Callable[[], None], ended: threading.Event, seconds: float) -> None:
    while not ended.wait(seconds):
        try:
            work()
        except Exception:  # the database may be away for a while; it is asked again
            log.warning("looking around did not work", exc_info=True)


lookout = Lookout()


@worker_ready.connect
def _begin(sender: Any, **_signal: Any) -> None:
    """A worker that starts takes up at once what another left behind, and looks around from then on."""
    collect_seldom()
    sweep.delay()
    lookout.start(sender)


@worker_shutdown.connect
def _end(**_signal: Any) -> None:
    lookout.end()
