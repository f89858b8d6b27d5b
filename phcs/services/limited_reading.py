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
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from phcs.core.checking_order import CheckOrder, HandedRow, handed_row
from phcs.core.errors import UnreadableFileError
from phcs.core.reading.choices import EVERY_TABLE, READER_DECIDES, FileChoices, ReadingChoices
from phcs.core.reading.column_facts import NOTHING_KNOWN
from phcs.core.reading.protocol import EXIT_MEMORY, FRAME_LENGTH, MAX_FRAME_BYTES, ReadingOrder, range_line
from phcs.core.reading.reader import SPLIT_ROWS
from phcs.core.reading.tables import FileReading, Part, ReadLimits, RowRange, SourceRow, TableReading

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_PIPE_BYTES = 1 << 20
_SMALLER = "Export a shorter period, or split the file, and upload it again."


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What one reading child may use; the silence is the longest wait, in seconds, for its next frame."""

    memory_bytes: int = 512 << 20
    cpu_seconds: int = 120
    silence_seconds: float = 60.0


def inspect_file(
    path: Path,
    *,
    name: str,
    limits: ReadLimits,
    child: ChildLimits,
    split_rows: int = SPLIT_ROWS,
    choices: ReadingChoices = READER_DECIDES,
) -> list[TableReading]:
    """How one table of the file is read, the chosen one or the likeliest, split every so many rows.

    What was chosen decides what the reader would else decide.

    Raises UnreadableFileError; besides the file's own faults with `file.too_much_memory`, `file.too_slow`
    or `file.reader_died`.
    """
    order = replace(
        child_order(name=name, limits=limits, child=child), split_rows=split_rows, choices=choices
    )
    with path.open("rb") as file, reading_child(file, order, child=child) as answer:
        return [TableReading.from_json(frame["reading"]) for frame in answer.frames()]


def inspect_tables(
    path: Path,
    *,
    name: str,
    limits: ReadLimits,
    child: ChildLimits,
    split_rows: int = SPLIT_ROWS,
    asked: FileChoices = EVERY_TABLE,
) -> FileReading:
    """How every table of the file is read, and what else is in it. Raises as `inspect_file` does."""
    order = replace(
        child_order(name=name, limits=limits, child=child), split_rows=split_rows, every_table=asked
    )
    tables: list[TableReading] = []
    parts: list[Part] = []
    with path.open("rb") as file, reading_child(file, order, child=child) as answer:
        for frame in answer.frames():
            if "reading" in frame:
                tables.append(TableReading.from_json(frame["reading"]))
            else:
                parts = [Part(*part) for part in frame["parts"]]
    return FileReading(tuple(tables), tuple(parts))


@dataclass(frozen=True, slots=True)
class HandedChunk:
    """Some rows in file order, and the seconds that reading and checking them took in the child."""

    rows: list[HandedRow]
    read_seconds: float
    check_seconds: float
    is_last: bool
    """Whether these are the last rows of the range that was asked for."""


class TableReader:
    """A child that has opened a table and gives the rows of one range after the other."""

    def __init__(self, answer: "Answer", ranges: BinaryIO) -> None:
        self._answer = answer
        self._ranges = ranges

    def asked(self, of: RowRange) -> Iterator[HandedChunk]:
        """Have these rows read and checked next, while the caller writes those before, and give them in chunks.

        There is at least one chunk, which is empty for a range without rows. Raises UnreadableFileError.
        """
        self.ask(of)
        return self._checked()

    def ask(self, of: RowRange) -> None:
        """Have these rows read next; may be asked when the last frame of those before has been taken."""
        with suppress(BrokenPipeError):  # the child is gone; whoever waits for its answer is told why
            self._ranges.write(range_line(of))
            self._ranges.flush()

    def frames(self) -> Iterator[dict[str, Any]]:
        """The frames of the next range, as the child sends them. Raises UnreadableFileError."""
        return self._answer.frames()

    def _checked(self) -> Iterator[HandedChunk]:
        for frame in self.frames():
            rows = [handed_row(line) for line in frame["lines"]]
            yield HandedChunk(
                rows,
                frame.get("read_seconds", 0.0),
                frame.get("check_seconds", 0.0),
                frame.get("last", False),
            )


@contextmanager
def table_reader(
    path: Path,
    reading: TableReading,
    check: CheckOrder | None,
    *,
    limits: ReadLimits,
    child: ChildLimits,
    chunk_rows: int,
) -> Iterator[TableReader]:
    """A child that is ready to read this table and to check its rows; it does not outlive the block."""
    told = {"reading": _without_samples(reading).as_json(), "check": check.as_json() if check else None}
    order = replace(child_order(name=reading.name, limits=limits, child=child), chunk_rows=chunk_rows)
    with path.open("rb") as file, tempfile.TemporaryFile() as parameters, ExitStack() as pipe:
        parameters.write(orjson.dumps(told))
        parameters.seek(0)
        read_fd, write_fd = os.pipe()
        theirs = pipe.enter_context(os.fdopen(read_fd, "rb"))
        ours = pipe.enter_context(os.fdopen(write_fd, "wb"))
        order = replace(order, reading_fd=parameters.fileno(), ranges_fd=theirs.fileno())
        with reading_child(file, order, child=child) as answer:
            theirs.close()
            yield TableReader(answer, ours)


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
    with table_reader(path, reading, None, limits=limits, child=child, chunk_rows=chunk_rows) as table:
        table.ask(RowRange(after_row=after_row))
        for frame in table.frames():
            if frame["rows"]:
                yield [SourceRow(row_no, cells, tuple(flags)) for row_no, cells, flags in frame["rows"]]


def child_order(*, name: str, limits: ReadLimits, child: ChildLimits) -> ReadingOrder:
    return ReadingOrder(
        name=name.encode("utf-8", "replace").decode(),
        limits=limits,
        memory_bytes=child.memory_bytes,
        cpu_seconds=child.cpu_seconds,
        parent_pid=os.getpid(),
    )


def _without_samples(reading: TableReading) -> TableReading:
    columns = tuple(replace(column, samples=(), facts=NOTHING_KNOWN) for column in reading.columns)
    return replace(reading, columns=columns, first_rows=(), notes=())


@contextmanager
def reading_child(file: BinaryIO, order: ReadingOrder, *, child: ChildLimits) -> Iterator["Answer"]:
    """A running child and its answer; it does not outlive the block."""
    process = _started(file, order)
    try:
        yield Answer(process, silence_seconds=child.silence_seconds)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _started(file: BinaryIO, order: ReadingOrder) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-B", "-m", "phcs.core.reading.child", order.as_argument()],
        stdin=file,
        stdout=subprocess.PIPE,
        pass_fds=[fd for fd in (order.reading_fd, order.ranges_fd) if fd >= 0],
        env={"PYTHONPATH": str(_PACKAGE_ROOT), "PYTHONUTF8": "1"},
    )


class Answer:
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
        """Frames through the last of what was asked for; raises the refusal that the child sends, or its death."""
        is_last = False
        while not is_last:
            head, *lines = self._frame().decode().split("\n")
            frame: dict[str, Any] = {**orjson.loads(head), "lines": lines}
            if "refusal" in frame:
                raise UnreadableFileError(frame["refusal"]["reason"], frame["refusal"]["sentence"])
            is_last = frame.get("last", False)
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
        if status in {EXIT_MEMORY, -signal.SIGABRT}:  # libraries that are not Python abort when memory is out
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
