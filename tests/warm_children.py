"""Reading children for tests, forked from one process that has loaded the reader and the checker already.

Importing both takes 0.2 s of computing, more than reading and checking most files of these tests, and an import starts
three children. What is forked here is as in production from there on: the same code in a process of its own, the same
order, files, pipes and limits. Tests about starting, limiting and ending children use `cold_children`.

`python -m tests.warm_children FD` is that process: it forks on demand, and ends when the socket FD is closed.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from dataclasses import replace
from typing import BinaryIO, NoReturn

from phcs.config import ROOT
from phcs.core import checking_order
from phcs.core.reading import child
from phcs.core.reading.protocol import ReadingOrder

MESSAGE_BYTES = 1 << 18
LOADED = (checking_order, child)


class WarmChild:
    """A forked child, as far as `limited_reading` looks at one; nobody takes its number while it is not waited for."""

    def __init__(self, nursery: "Nursery", pid: int, stdout: BinaryIO) -> None:
        self._nursery = nursery
        self.pid = pid
        self.stdout = stdout
        self.returncode: int | None = None

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            self.returncode = self._nursery.status_of(self.pid)
            if self.returncode is None:
                if deadline is not None and time.monotonic() > deadline:
                    raise subprocess.TimeoutExpired("reading child", timeout or 0)
                time.sleep(0.001)
        return self.returncode


class Nursery:
    """The process that forks; started with the first child, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._has_ended = False

    def start(self, file: BinaryIO, order: ReadingOrder) -> WarmChild:
        """Start a child in place of `limited_reading._started`."""
        extra = [fd for fd in (order.reading_fd, order.ranges_fd) if fd >= 0]
        ours, theirs = os.pipe()
        try:
            pid = self.ask({"order": order.as_argument()}, [file.fileno(), theirs, *extra])
        finally:
            os.close(theirs)
        assert pid is not None
        return WarmChild(self, pid, os.fdopen(ours, "rb"))

    def status_of(self, pid: int) -> int | None:
        """How this child ended, None while it lives; whoever asks late is told that it was killed, as it was."""
        return -signal.SIGKILL if self._has_ended else self.ask({"ended": pid}, [])

    def ask(self, question: dict[str, str | int], fds: list[int]) -> int | None:
        with self._lock:
            asked = self._socket or self._begin()
            socket.send_fds(asked, [json.dumps(question).encode()], fds)
            answer: int | None = json.loads(asked.recv(MESSAGE_BYTES))
            return answer

    def end(self) -> None:
        """End the process and, with it, every child."""
        self._has_ended = True
        if self._socket and self._process:
            self._socket.close()
            self._process.wait()

    def _begin(self) -> socket.socket:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-P", "-s", "-B", "-m", "tests.warm_children", str(theirs.fileno())]
            environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment)
        return self._socket


def serve(asked: socket.socket) -> None:
    """Fork and tell of ends, until nobody can ask any more."""
    while True:
        message, fds, _, _ = socket.recv_fds(asked, MESSAGE_BYTES, 8)
        if not message:
            return
        question = json.loads(message)
        if "ended" in question:
            pid, status = os.waitpid(question["ended"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            parent = os.getpid()
            answer = os.fork()
            if not answer:
                asked.close()
                _read(ReadingOrder.from_argument(question["order"]), fds, parent)
        for fd in fds:
            os.close(fd)
        asked.send(json.dumps(answer).encode())


def _read(order: ReadingOrder, fds: list[int], parent: int) -> NoReturn:
    """Be what `python -m phcs.core.reading.child` is."""
    os.dup2(fds[0], 0)
    os.dup2(fds[1], 1)
    os.close(fds[0])
    os.close(fds[1])
    extra = iter(fds[2:])
    reading_fd = next(extra) if order.reading_fd >= 0 else -1
    ranges_fd = next(extra) if order.ranges_fd >= 0 else -1
    mine = replace(order, parent_pid=parent, reading_fd=reading_fd, ranges_fd=ranges_fd)
    sys.argv = [child.__file__, mine.as_argument()]
    status = 1
    try:
        child.main()
        status = 0
    except SystemExit:
        traceback.print_exc()
    except BaseException:  # noqa: BLE001 - as at the end of any Python program
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
