"""Reads untrusted files in a child process that may die without harm: memory, CPU and silence are limited.

The child sees the open file, its order and nothing else: no settings, no database, no secrets.
"""

import fcntl
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from phcs.core.checking_order import CheckOrder
from phcs.core.errors import UnreadableFileError
from phcs.core.reading.protocol import EXIT_MEMORY, FRAME_LENGTH, MAX_FRAME_BYTES, ReadingOrder
from phcs.core.reading.tables import ReadLimits, SourceRow, TableReading
from phcs.services.bulk import JsonText

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_PIPE_BYTES = 1 << 20
_SMALLER = "Export a shorter period, or split the file, and upload it again."


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What one reading child may use; the silence is the longest wait, in seconds, for its next frame."""

    memory_bytes: int = 512 << 20
    cpu_seconds: int = 120
    silence_seconds: float = 60.0


def inspect_file(path: Path, *, name: str, limits: ReadLimits, child: ChildLimits) -> list[TableReading]:
    """How the file's tables are read, in the file's order (today always one).

    Raises UnreadableFileError; besides the file's own faults with `file.too_much_memory`, `file.too_slow`
    or `file.reader_died`.
    """
    order = _order(name=name, limits=limits, child=child)
    with path.open("rb") as file, _reading_child(file, order, child=child) as answer:
        return [TableReading.from_json(frame["reading"]) for frame in answer.frames()]


@dataclass(frozen=True, slots=True)
class HandedRow:
    """A row that the child has read and checked; cells and record are JSON already."""

    row_no: int
    status: str
    cells: JsonText
    digest: str
    record: JsonText
    findings: tuple[tuple[str, str, str, str, str], ...]
    """Code, severity, column, value and detail of each finding."""


@dataclass(frozen=True, slots=True)
class HandedChunk:
    """Some rows in file order, and the seconds that reading and checking them took in the child."""

    rows: list[HandedRow]
    read_seconds: float
    check_seconds: float


def checked_chunks(
    path: Path,
    reading: TableReading,
    check: CheckOrder,
    *,
    limits: ReadLimits,
    child: ChildLimits,
    chunk_rows: int = 2_000,
    after_row: int = 0,
) -> Generator[HandedChunk]:
    """The rows numbered above `after_row`, checked in the child while the caller writes those before.

    Ends and raises as `read_chunks`.
    """
    for frame in _frames(path, reading, check, limits, child, chunk_rows, after_row):
        rows = [
            HandedRow(row_no, status, JsonText(cells), digest, JsonText(record), tuple(map(tuple, findings)))
            for row_no, status, cells, digest, record, findings in frame["checked"]
        ]
        yield HandedChunk(rows, frame.get("read_seconds", 0.0), frame.get("check_seconds", 0.0))


def read_chunks(
    path: Path,
    reading: TableReading,
    *,
    limits: ReadLimits,
    child: ChildLimits,
    chunk_rows: int = 2_000,
    after_row: int = 0,
) -> Generator[list[SourceRow]]:
    """The rows numbered above `after_row`, up to `chunk_rows` at a time (fewer where rows are very large).

    An iteration that ends without an error is complete. Ending it early (`contextlib.closing`, or letting go
    of it) ends the child; so does the end of the thread that began it. Raises UnreadableFileError as
    `inspect_file` does.
    """
    for frame in _frames(path, reading, None, limits, child, chunk_rows, after_row):
        yield [SourceRow(row_no, cells, tuple(flags)) for row_no, cells, flags in frame["rows"]]


def _frames(
    path: Path,
    reading: TableReading,
    check: CheckOrder | None,
    limits: ReadLimits,
    child: ChildLimits,
    chunk_rows: int,
    after_row: int,
) -> Generator[dict[str, Any]]:
    order = _order(name=reading.name, limits=limits, child=child)
    told = {"reading": _without_samples(reading).as_json(), "check": check.as_json() if check else None}
    with path.open("rb") as file, tempfile.TemporaryFile() as parameters:
        parameters.write(orjson.dumps(told))
        parameters.seek(0)
        order = replace(order, reading_fd=parameters.fileno(), chunk_rows=chunk_rows, after_row=after_row)
        with _reading_child(file, order, child=child) as answer:
            yield from answer.frames()


def _order(*, name: str, limits: ReadLimits, child: ChildLimits) -> ReadingOrder:
    return ReadingOrder(
        name=name.encode("utf-8", "replace").decode(),
        limits=limits,
        memory_bytes=child.memory_bytes,
        cpu_seconds=child.cpu_seconds,
        parent_pid=os.getpid(),
    )


def _without_samples(reading: TableReading) -> TableReading:
    columns = tuple(replace(column, samples=()) for column in reading.columns)
    return replace(reading, columns=columns, first_rows=(), notes=())


@contextmanager
def _reading_child(file: BinaryIO, order: ReadingOrder, *, child: ChildLimits) -> Iterator["_Answer"]:
    """A running child and its answer; it does not outlive the block."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-s", "-B", "-m", "phcs.core.reading.child", order.as_argument()],
        stdin=file,
        stdout=subprocess.PIPE,
        pass_fds=[order.reading_fd] if order.reading_fd >= 0 else [],
        env={"PYTHONPATH": str(_PACKAGE_ROOT), "PYTHONUTF8": "1"},
    )
    try:
        yield _Answer(process, silence_seconds=child.silence_seconds)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


class _Answer:
    """The frames that one child sends."""

    def __init__(self, process: subprocess.Popen[bytes], *, silence_seconds: float) -> None:
        if process.stdout is None:
            raise ValueError("the child's output is not a pipe")
        self._process = process
        self._fd = process.stdout.fileno()
        self._silence_seconds = silence_seconds
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN | select.POLLHUP)
        with suppress(OSError):  # a smaller pipe is only slower
            fcntl.fcntl(self._fd, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    def frames(self) -> Iterator[dict[str, Any]]:
        """Frames until the child says that it is done; raises the refusal that it sends, or its death."""
        while True:
            frame: dict[str, Any] = orjson.loads(self._frame())
            if "end" in frame:
                return
            if "refusal" in frame:
                raise UnreadableFileError(frame["refusal"]["reason"], frame["refusal"]["sentence"])
            yield frame

    def _frame(self) -> bytearray:
        deadline = time.monotonic() + self._silence_seconds
        (length,) = FRAME_LENGTH.unpack(self._bytes(FRAME_LENGTH.size, deadline))
        if length > MAX_FRAME_BYTES:
            raise _reader_died()
        return self._bytes(length, deadline)

    def _bytes(self, count: int, deadline: float) -> bytearray:
        received = bytearray()
        while len(received) < count:
            milliseconds = (deadline - time.monotonic()) * 1_000
            if milliseconds <= 0 or not self._poll.poll(milliseconds):
                raise _too_slow()
            block = os.read(self._fd, min(count - len(received), _PIPE_BYTES))
            if not block:
                raise self._death()
            received += block
        return received

    def _death(self) -> UnreadableFileError:
        """Why the child ended before it was done."""
        try:
            status = self._process.wait(timeout=self._silence_seconds)
        except subprocess.TimeoutExpired:
            return _too_slow()
        if status == EXIT_MEMORY:
            return UnreadableFileError(
                "file.too_much_memory", f"Reading the file takes more memory than is allowed. {_SMALLER}"
            )
        return _too_slow() if status == -signal.SIGXCPU else _reader_died()


def _too_slow() -> UnreadableFileError:
    return UnreadableFileError("file.too_slow", f"Reading the file takes longer than is allowed. {_SMALLER}")


def _reader_died() -> UnreadableFileError:
    return UnreadableFileError(
        "file.reader_died",
        "The file could not be read: its reader stopped unexpectedly. Try again; if it happens again, "
        "save the file as “CSV UTF-8” and upload that.",
    )
