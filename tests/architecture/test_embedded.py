"""`python -m phcs` runs everything, starts again what dies, and leaves nothing behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from phcs.config import ROOT
from phcs.embedded.children import Process, end_child, start_child
from phcs.embedded.supervisor import CannotStartError, free_port
from phcs.embedded.valkey import Valkey

COMMAND = [sys.executable, "-m", "phcs"]


@dataclass
class Run:
    """One `python -m phcs` and what it said."""

    process: Process
    words: Path
    environment: dict[str, str]

    def said(self) -> str:
        """Everything that it has printed so far."""
        return self.words.read_text()


def until(condition: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait until it holds; TimeoutError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)


def children_of(process: Process) -> dict[str, int]:
    """The web server, the worker and beat of a run, by name."""
    listing = subprocess.run(["ps", "-wweo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in listing.stdout.splitlines()]
    mine = {int(pid): args for pid, parent, args in rows if int(parent) == process.pid}
    words = {"waitress": "web", "worker": "worker", " beat ": "beat", "valkey": "valkey"}
    return {name: pid for pid, args in mine.items() for word, name in words.items() if word in args}


def answers(port: int) -> bool:
    """Say whether something on that port speaks HTTP."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def unused_port() -> int:
    """A port that is free right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(home: Path, port: int) -> Iterator[Run]:
    """Run `python -m phcs` on that port or the next, until it has printed its address."""
    environment = {**os.environ, "PHCS_INSTANCE": str(home / "instance"), "PORT": str(port)}
    environment.pop("CELERY_BROKER_URL", None)
    words = home / "words"
    with words.open("wb") as output:
        process = start_child(COMMAND, folder=ROOT, environment=environment, output=output)
    run = Run(process, words, environment)
    try:
        until(lambda: "PHCS is at" in run.said() or process.poll() is not None)
        yield run
    finally:
        end_child(process, seconds=40)


def test_it_starts_again_what_dies_and_stops_cleanly(tmp_path: Path) -> None:
    port = unused_port()
    with running(tmp_path, port) as run:
        assert f"PHCS is at http://127.0.0.1:{port}/" in run.said()
        before = children_of(run.process)
        assert sorted(before) == ["beat", "valkey", "web", "worker"]
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(children_of(run.process)) == 4)
        until(lambda: answers(port))
        assert set(children_of(run.process).values()).isdisjoint(before.values())

        second = subprocess.run(
            COMMAND, env=run.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert "already running" in second.stderr

        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(30) == 0

    assert not answers(port)
    assert not (tmp_path / "instance" / "valkey.url").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux ends children with their parent.")
def test_given_it_is_killed_its_children_end_too(tmp_path: Path) -> None:
    with running(tmp_path, unused_port()) as run:
        pids = list(children_of(run.process).values())
        run.process.kill()
        run.process.wait()

    assert len(pids) == 4
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), seconds=30)


def test_given_a_port_that_is_taken_it_takes_the_next_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = int(holder.getsockname()[1])

        assert free_port(taken) > taken
    assert f"Port {taken} is taken" in capsys.readouterr().out


def test_given_no_free_port_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phcs.embedded.supervisor.PORTS_TO_TRY", 1)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(CannotStartError, match="Set PORT"):
            free_port(int(holder.getsockname()[1]))


def test_a_server_left_by_a_killed_run_is_ended_at_the_next_start(tmp_path: Path) -> None:
    left = Valkey(tmp_path).start()
    again = Valkey(tmp_path)
    try:
        again.start()
        until(left.has_ended, seconds=10)
    finally:
        again.stop()
        left.stop()
