"""Workers and web servers that a campaign may kill, freeze and wake."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from celery import Celery

from phcs.config import ROOT
from phcs.tasks.imports import sweep
from tests.servers import celery_worker

Kill = Callable[[], None]
Start = Callable[[], Kill]
"""Starts a worker and gives what kills it, at once and for good."""


def is_gone(process: int) -> bool:
    """Whether the process has ended."""
    return _state(process) in {"", "Z"}


def is_frozen(process: int) -> bool:
    """Whether the process has been stopped and not woken."""
    return _state(process) == "T"


def kill_process(process: int) -> None:
    """End a process that is nobody's child at once, and wait until it is gone."""
    os.kill(process, signal.SIGKILL)
    for _ in range(1_000):
        if is_gone(process):
            return
        time.sleep(0.005)
    raise TimeoutError(f"Process {process} does not die.")


def _state(process: int) -> str:
    """The one letter that the system gives to what a process is at; '' when there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Driver:
    """`tests.faults.driver` at work, which forks a process for every order."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._answers = process.stdin, process.stdout

    def fork(self, order: str) -> int:
        """Give the id of a new process that follows the order."""
        self._orders.write(f"{order}\n")
        self._orders.flush()
        return int(self._answers.readline())

    def worker(self) -> Kill:
        """Start a worker; gives what kills it."""
        return partial(kill_process, self.fork("worker"))


@contextmanager
def driver(environment: Mapping[str, str], *bugs: str, errors: Path) -> Iterator[Driver]:
    """A driver on these settings; what tasks raise is written to `errors`."""
    with errors.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.driver", *bugs],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Driver(process)
        finally:
            process.stdin.close()
            process.wait(15)
            process.stdout.close()


@contextmanager
def celery(environment: Mapping[str, str]) -> Iterator[Start]:
    """Celery's own workers, each a process of its own that is fed by the broker."""
    with ExitStack() as stack:

        def start() -> Kill:
            process = stack.enter_context(celery_worker(environment))

            def kill() -> None:
                process.kill()
                process.wait()

            return kill

        yield start


class Beat:
    """What Celery's clock does: names the sweeper every second."""

    def __init__(self, queue: Celery) -> None:
        self.queue = queue
        self.next = 0.0

    def __call__(self) -> None:
        """Send the hint when it is time for the next."""
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + 1
            self.queue.send_task(sweep.name, expires=1)
