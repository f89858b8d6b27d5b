"""Runs the web server and the worker as children, starts again what dies, and ends cleanly."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from phcs.config import BROKER_POINTER, ROOT, SettingError, Settings
from phcs.embedded.children import Process, end_child, start_child
from phcs.embedded.valkey import ServerMissingError, Valkey

HOST = "127.0.0.1"
PORTS_TO_TRY = 20
WEB_THREADS = 16
LOOK_EVERY_SECONDS = 0.3
RESTART_AFTER_SECONDS = 3
ANSWER_WITHIN_SECONDS = 60
END_WITHIN_SECONDS = 25
"""How long a child may finish what it does; a worker needs less (see `tasks/stopping.py`), the web server none."""


class CannotStartError(RuntimeError):
    """The application cannot be started; the sentence says why and what to do."""


@dataclass(kw_only=True)
class Child:
    """A program that is kept running."""

    name: str
    command: list[str]
    process: Process | None = None
    started: float = field(default=0.0)

    def start(self, environment: dict[str, str]) -> None:
        """Start it, now."""
        self.started = time.monotonic()
        self.process = start_child(self.command, folder=ROOT, environment=environment)

    def exit_code(self) -> int | None:
        """Give its exit code, or None while it runs."""
        return None if self.process is None else self.process.poll()

    def may_restart(self) -> bool:
        """Say whether it ran long enough to be started again without spinning."""
        return time.monotonic() - self.started > RESTART_AFTER_SECONDS


def main() -> int:
    """Run until Ctrl-C, SIGTERM or the end of the terminal.

    Exit codes: 0 stopped, 1 could not start (the reason is printed).
    """
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    try:
        with ExitStack() as stack:
            settings = Settings.from_environment()
            instance = Path(settings.instance)
            stack.enter_context(_only_one(instance / "lock"))
            port = free_port(settings.port)
            environment = {**os.environ, "PORT": str(port), "PHCS_INSTANCE": settings.instance}
            valkey = None
            if not os.environ.get("CELERY_BROKER_URL"):
                valkey = stack.enter_context(_broker(instance))
                environment["CELERY_BROKER_URL"] = valkey.url
            _prepare_database(environment)
            children = _children(settings, port)
            stack.callback(_end_all, children)
            for child in children:
                child.start(environment)
            _announce(port, stopping)
            _watch(children, valkey, environment, stopping)
    except (CannotStartError, ServerMissingError, SettingError) as error:
        _say(str(error), to_errors=True)
        return 1
    return 0


def free_port(wanted: int) -> int:
    """Give the wanted port of this machine, or the next free one, and say so when it is another."""
    for port in range(wanted, wanted + PORTS_TO_TRY):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        if port != wanted:
            _say(f"Port {wanted} is taken, so this is port {port}.")
        return port
    last = wanted + PORTS_TO_TRY - 1
    raise CannotStartError(f"Ports {wanted} to {last} are all taken. Set PORT to a free one.")


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStartError(f"PHCS is already running here: {path} is held.") from None
        yield


@contextmanager
def _broker(instance: Path) -> Iterator[Valkey]:
    """Run a private Valkey and note its address, so that commands in another terminal find it."""
    valkey = Valkey(instance / "valkey").start()
    pointer = instance / BROKER_POINTER
    pointer.write_text(valkey.url)
    try:
        yield valkey
    finally:
        valkey.stop()
        pointer.unlink(missing_ok=True)


def _prepare_database(environment: dict[str, str]) -> None:
    """Migrate, and add the demo organisation to an empty database; its passwords are printed once."""
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    if subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=environment, check=False).returncode != 0:
        raise CannotStartError("The database could not be brought up to date; the reason stands above.")
    if subprocess.run([*flask, "demo", "seed"], cwd=ROOT, env=environment, check=False).returncode != 0:
        _say("There is no demo organisation, for the reason above.", to_errors=True)


def programs(settings: Settings, port: int) -> dict[str, list[str]]:
    """Give the arguments of each Python to run. Beat is one of its own: inside a worker it outlives a `kill -9`."""
    # Beyond the application's own limit, so that it can say in words that a file is too big.
    body = f"--max-request-body-size={4 * settings.max_upload_bytes}"
    schedule = str(Path(settings.instance) / "beat")
    celery = ["-m", "celery", "-q", "-A", "celery_worker"]
    quiet = ["-W", "ignore:You're running the worker"]
    worker = ["worker", "--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    return {
        "web": ["-m", "waitress", f"--listen={HOST}:{port}", f"--threads={WEB_THREADS}", body, "wsgi:app"],
        "worker": [*quiet, *celery, *worker, "--loglevel", "WARNING"],
        "beat": [*celery, "beat", "--schedule", schedule, "--pidfile=", "--loglevel", "WARNING"],
    }


def _children(settings: Settings, port: int) -> list[Child]:
    return [
        Child(name=name, command=[sys.executable, *given]) for name, given in programs(settings, port).items()
    ]


def _announce(port: int, stopping: list[int]) -> None:
    """Print the address as soon as the web server answers."""
    deadline = time.monotonic() + ANSWER_WITHIN_SECONDS
    while not stopping and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            _say(f"PHCS is at http://{HOST}:{port}/  (Ctrl-C stops it)")
            return
    if not stopping:
        raise CannotStartError("The web server does not answer; its last words stand above.")


def _watch(
    children: list[Child], valkey: Valkey | None, environment: dict[str, str], stopping: list[int]
) -> None:
    while not stopping:
        time.sleep(LOOK_EVERY_SECONDS)
        if valkey is not None and valkey.has_ended():
            _say("The broker ended; starting it again.", to_errors=True)
            valkey.start()
        for child in children:
            code = child.exit_code()
            if code is not None and child.may_restart() and not stopping:
                _say(f"The {child.name} process ended ({code}); starting it again.", to_errors=True)
                child.start(environment)


def _end_all(children: list[Child]) -> None:
    """Ask all to end at once, then wait for each."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    for process in running:
        end_child(process, seconds=END_WITHIN_SECONDS)


def _say(sentence: str, *, to_errors: bool = False) -> None:
    stream = sys.stderr if to_errors else sys.stdout
    stream.write(f"{sentence}\n")
    stream.flush()
