"""Hints: "look at this import". Losing one loses nothing, delivering one twice does nothing twice."""

import logging
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready, worker_shutdown
from celery.worker.state import active_requests
from kombu.exceptions import OperationalError

from phcs.extensions import current_settings, db
from phcs.queries.waiting import imports_without_worker
from phcs.services.advancing import advance_import
from phcs.services.frozen import end_frozen_holds
from phcs.services.garbage import collect_seldom
from phcs.services.working import utc_now, workshop_from
from phcs.tasks.staging import ask_help
from phcs.tasks.stopping import STOP_SECONDS, is_stopping

log = logging.getLogger(__name__)


@shared_task(name="phcs.tasks.advance")
def advance(import_id: str) -> None:
    """Move one import on; does nothing when there is nothing to do.

    A worker that is asked to stop in the middle of it passes the hint on to the others.
    """
    workshop = workshop_from(current_settings(), stopping=is_stopping, ask_help=ask_help)
    advance_import(import_id=UUID(import_id), workshop=workshop)
    if is_stopping():
        hint(UUID(import_id))


@shared_task(name="phcs.tasks.sweep")
def sweep() -> None:
    """Send a hint for every import that waits for a worker: new ones, and those whose worker is gone."""
    end_frozen_holds(now=utc_now(), frozen_seconds=current_settings().lease_seconds)
    for import_id in imports_without_worker(db.session(), now=utc_now()):
        advance.delay(str(import_id))


@shared_task(name="phcs.tasks.look_around")
def look_around(free_hands: Callable[[], bool], stopping: Callable[[], bool]) -> None:
    """Take up what has waited for longer than a sweep: its hints were lost, or never sent.

    Nobody sends this task: each worker runs it by itself, so that work goes on without beat and without a broker.
    It leaves everything to the hints while the worker is busy.
    """
    settings = current_settings()
    end_frozen_holds(now=utc_now(), frozen_seconds=settings.lease_seconds)
    late = imports_without_worker(db.session(), now=utc_now(), for_seconds=settings.sweep_seconds)
    db.session.rollback()
    for import_id in late:
        if not free_hands() or stopping():
            return
        log.warning("import %s was waiting though no hint came; it is taken up", import_id)
        advance_import(
            import_id=import_id, workshop=workshop_from(settings, stopping=stopping, ask_help=ask_help)
        )


def hint(import_id: UUID) -> None:
    """Tell the workers that an import waits. Sent after commit; if nobody can be told, the sweeper finds it."""
    try:
        advance.apply_async((str(import_id),), retry=False)
    except OperationalError:
        log.warning("no broker could be told about import %s; the sweeper will find it", import_id)


@worker_ready.connect
def _begin(sender: Any, **_signal: Any) -> None:
    """A worker that starts takes up at once what another left behind, and looks around from then on."""
    collect_seldom()
    sweep.delay()
    lookout.start(sender)


@worker_shutdown.connect
def _end(**_signal: Any) -> None:
    lookout.end()


class Lookout:
    """The thread in which a worker looks at the database by itself every few seconds."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, consumer: Any) -> None:
        """Begin to look; `consumer` is Celery's part of the worker that has just connected (again)."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(consumer,), name="lookout", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Give up what it works on after the chunk in hand."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _look(self, consumer: Any) -> None:
        ended = self._ended
        task = consumer.app.tasks[look_around.name]
        seconds = consumer.app.conf.beat_schedule["sweep"]["schedule"]

        def free_hands() -> bool:
            return len(active_requests) < int(consumer.controller.concurrency)

        while not ended.wait(seconds):
            try:
                task(free_hands, lambda: ended.is_set() or is_stopping())
            except Exception:  # the database may be away for a while; it is asked again
                log.warning("looking around did not work", exc_info=True)


lookout = Lookout()
