"""Child processes that end with their parent."""

import ctypes
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

Process = subprocess.Popen[bytes]


def start_child(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
    account: Mapping[str, Any] | None = None,
) -> Process:
    """Start a program in a session of its own, so that Ctrl-C reaches only the parent.

    `account` may hold `user`, `group` and `extra_groups`. On Linux the child gets SIGTERM when its parent is
    gone, even after `kill -9`; elsewhere it lives on and whoever starts next has to end it.
    """
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=output,
        stderr=output,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - it makes one system call and takes no lock
        start_new_session=True,
        **(account or {}),
    )


def end_child(process: Process, *, seconds: float) -> None:
    """Ask a child to end, and kill it when it has not after that many seconds."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 = PR_SET_PDEATHSIG
