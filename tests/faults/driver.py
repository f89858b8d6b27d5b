"""Workers that a test may kill, started in no time: `python -m tests.faults.driver [BUG]`.

It loads the application once and then forks a worker for every line that it is sent, answering with the
worker's process id. A worker does what Celery's does with its hints: it runs the same task for every import
that the sweeper would name. What a task raises goes to standard error, and the worker goes on, as Celery's does.

BUG plants a fault that the tests must find; there is no such switch in the product.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence

from flask import Flask

from phcs.app import create_app
from phcs.extensions import db
from phcs.queries.waiting import imports_without_worker
from phcs.services.record_writing import RecordWriter, RowAction
from phcs.services.working import utc_now
from phcs.tasks.imports import advance

IDLE_SECONDS = 0.01


def main() -> None:
    """Fork workers until standard input ends."""
    for bug in sys.argv[1:]:
        BUGS[bug]()
    app = create_app()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # killed workers leave no zombies
    for _ in sys.stdin:
        worker = os.fork()
        if not worker:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _work(app)
        sys.stdout.write(f"{worker}\n")
        sys.stdout.flush()


def _work(app: Flask) -> None:
    """Work until killed, or until the driver is gone."""
    driver = os.getppid()
    while os.getppid() == driver:
        with app.app_context():
            waiting = imports_without_worker(db.session(), now=utc_now())
            db.session.rollback()
        for import_id in waiting:
            _advance(str(import_id))
        time.sleep(IDLE_SECONDS)
    os._exit(0)


def _advance(import_id: str) -> None:
    try:
        advance(import_id)
    except Exception:  # noqa: BLE001 - whatever a task raises, a worker lives on; the test reads what it was
        traceback.print_exc()


def _keep_each_chunk() -> None:
    """Plant a bug: promotion keeps every chunk as soon as it is written."""
    write = RecordWriter.write

    def write_and_keep(self: RecordWriter, actions: Sequence[RowAction]) -> None:
        write(self, actions)
        self.session.commit()

    RecordWriter.write = write_and_keep  # type: ignore[method-assign]


BUGS: dict[str, Callable[[], None]] = {"keep-each-chunk": _keep_each_chunk}

if __name__ == "__main__":
    main()
