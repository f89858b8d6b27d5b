"""Workers and web servers that a test may kill, started in no time: `python -m tests.faults.driver [BUG]`.

It loads the application once and then forks a process for every line that it is sent, answering with its id:

    worker                        works until it is killed
    worker SIGKILL promote.rows 3 dies there, the third time that it comes by (see `points`)
    worker SIGSTOP promote.rows 3 freezes there
    helper, helper SIGKILL …      the same, but helps others with their staging
    web 8123                      answers on that port

A worker does what Celery's does with its hints: it runs the same task for every import that the sweeper would
name. What a task raises goes to standard error, and the worker goes on, as Celery's does. BUG plants a fault.
"""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

import sqlalchemy as sa
import waitress
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from phcs.app import create_app
from phcs.core.states import ImportState
from phcs.embedded.children import _die_with_parent
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.queries.waiting import imports_without_worker
from phcs.services.working import utc_now
from phcs.tasks.imports import advance
from phcs.tasks.lookout import guard
from phcs.tasks.staging import stage_chunk
from tests.faults.bugs import BUGS
from tests.faults.points import set_trap

IDLE_SECONDS = 0.01
GUARD_SECONDS = 0.5


def main() -> None:
    """Fork processes until standard input ends."""
    for bug in sys.argv[1:]:
        BUGS[bug]()
    app = create_app()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # killed workers leave no zombies
    for line in sys.stdin:
        process = os.fork()
        if not process:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _die_with_parent()
            _become(app, line.split())
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()


def _become(app: Flask, order: Sequence[str]) -> None:
    if order[0] == "web":
        waitress.serve(app, listen=f"127.0.0.1:{order[1]}", threads=4, clear_untrusted_proxy_headers=True)
        os._exit(0)
    if len(order) > 1:
        set_trap(order[2], times=int(order[3]), blow=signal.Signals[order[1]])
    if order[0] == "helper":
        _work(app, _staging, stage_chunk)
    _work(app, _waiting, advance)


def _work(app: Flask, find: Callable[[Flask], list[UUID]], task: Callable[[str], None]) -> None:
    """Work until killed, or until the driver is gone; with a guard in a thread, as Celery's worker has one."""
    driver = os.getppid()
    threading.Thread(target=_guard, args=(app,), daemon=True).start()
    while os.getppid() == driver:
        try:
            for import_id in find(app):
                _run(task, str(import_id))
        except Exception:  # noqa: BLE001 - a database that is away comes back
            traceback.print_exc()
            time.sleep(0.1)
        time.sleep(IDLE_SECONDS)
    os._exit(0)


def _guard(app: Flask) -> None:
    while True:
        time.sleep(GUARD_SECONDS)
        with app.app_context(), suppress(SQLAlchemyError):
            guard()


def _staging(app: Flask) -> list[UUID]:
    with app.app_context():
        found = db.session.scalars(sa.select(Import.id).where(Import.state == ImportState.STAGING)).all()
        db.session.rollback()
        return [*found]


def _waiting(app: Flask) -> list[UUID]:
    with app.app_context():
        waiting = imports_without_worker(db.session(), now=utc_now())
        db.session.rollback()
        return waiting


def _run(task: Callable[[str], None], import_id: str) -> None:
    try:
        task(import_id)
    except Exception:  # noqa: BLE001 - whatever a task raises, a worker lives on; the test reads what it was
        traceback.print_exc()


if __name__ == "__main__":
    main()
