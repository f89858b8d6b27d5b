"""`python -m phcs.core.reading.child ORDER`: reads the untrusted file on standard input, within limits.

Frames: `{"reading": …}` (for each table where all are asked for, and then `{"parts": […]}`), or chunks of rows:
`{"rows": [[row_no, cells, flags], …]}` as read, or, where the order says how to check, `{"read_seconds": …,
"check_seconds": …}` and on each further line a checked row (see `hand_over`); the last of each range with
`"last": true`; or `{"refusal": {"reason": …, "sentence": …}}`. Without a reading, a last frame or a refusal the answer
is incomplete.
"""

import base64
import ctypes
import gc
import itertools
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import orjson

from phcs.core.errors import UnreadableFileError
from phcs.core.reading.attachments import blocks_of_files, survey_files
from phcs.core.reading.cells import NumberedRow, mended
from phcs.core.reading.choices import FileChoices
from phcs.core.reading.loading import loaded_when_used
from phcs.core.reading.protocol import EXIT_MEMORY, FRAME_BYTES, FRAME_LENGTH, ReadingOrder, range_of_line
from phcs.core.reading.reader import inspect_table, inspect_tables, opened_table
from phcs.core.reading.tables import TableReading

if TYPE_CHECKING:
    from phcs.core import checking_order
    from phcs.core.checking import RowChecker
else:
    checking_order = loaded_when_used("phcs.core.checking_order")

_OPEN_FILES = 16
_PR_SET_PDEATHSIG = 1
_ALLOCATIONS = 200_000
"""Rows hold no cyclic garbage; looking for it after every 700 objects costs a tenth of the time."""

Row = TypeVar("Row")


def main() -> None:
    """Set the limits, then read; ends with status 0, or EXIT_MEMORY."""
    order = ReadingOrder.from_argument(sys.argv[1])
    _limit_this_process(order)
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)
    try:
        with open(0, "rb", closefd=False) as stream, open(1, "wb", closefd=False) as answer:
            for frame in _frames(stream, order):
                answer.write(FRAME_LENGTH.pack(len(frame)))
                answer.write(frame)
                answer.flush()
    except MemoryError:
        os._exit(EXIT_MEMORY)


def _limit_this_process(order: ReadingOrder) -> None:
    """No more memory, CPU, files or written bytes than ordered, and no life after the parent's death."""
    resource.setrlimit(resource.RLIMIT_AS, (order.memory_bytes, order.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (order.cpu_seconds, order.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != order.parent_pid:
        sys.exit("the process that asked for this reading is gone")


def _frames(stream: BinaryIO, order: ReadingOrder) -> Iterator[bytes]:
    try:
        if order.files:
            yield from _file_frames(stream, order)
        elif order.every_table is not None:
            yield from _reading_frames(stream, order, order.every_table)
        elif order.reading_fd < 0:
            reading = inspect_table(
                stream,
                name=order.name,
                limits=order.limits,
                split_rows=order.split_rows,
                choices=order.choices,
            )
            yield orjson.dumps({"reading": reading.as_json(), "last": True})
        else:
            yield from _row_frames(stream, order)
    except UnreadableFileError as refusal:
        yield orjson.dumps({"refusal": {"reason": refusal.reason, "sentence": mended(refusal.sentence)}})


def _file_frames(stream: BinaryIO, order: ReadingOrder) -> Iterator[bytes]:
    if order.files == "survey":
        for one in survey_files(stream, limits=order.limits):
            yield orjson.dumps({"file": one.as_json()})
    else:
        with os.fdopen(order.reading_fd, "rb") as file:
            names = orjson.loads(file.read())
        for name, block in blocks_of_files(stream, names, limits=order.limits):
            yield orjson.dumps({"name": name, "block": base64.b64encode(block).decode()})
    yield orjson.dumps({"last": True})


def _reading_frames(stream: BinaryIO, order: ReadingOrder, asked: FileChoices) -> Iterator[bytes]:
    found = inspect_tables(
        stream, name=order.name, limits=order.limits, split_rows=order.split_rows, asked=asked
    )
    for reading in found.tables:
        yield orjson.dumps({"reading": reading.as_json()})
    yield orjson.dumps({"parts": [part.as_json() for part in found.parts], "last": True})


def _row_frames(stream: BinaryIO, order: ReadingOrder) -> Iterator[bytes]:
    with os.fdopen(order.reading_fd, "rb") as file:
        parameters = orjson.loads(file.read())
    reading = TableReading.from_json(parameters["reading"])
    checker = (
        checking_order.CheckOrder.from_json(parameters["check"]).checker() if parameters["check"] else None
    )
    rows_of = opened_table(stream, reading, limits=order.limits)
    with os.fdopen(order.ranges_fd, "rb") as ranges:
        for line in ranges:
            rows = rows_of(range_of_line(line))
            for chunk, is_last, seconds in _chunks(rows, order.chunk_rows):
                yield from _chunk_frames(chunk, checker, seconds, {"last": is_last})


def _chunks(rows: Iterator[NumberedRow], size: int) -> Iterator[tuple[list[NumberedRow], bool, float]]:
    """The rows in chunks, at least one; with each, whether it is the last and the seconds that reading it took."""
    started = time.perf_counter()
    chunk = list(itertools.islice(rows, size))
    while True:
        first = next(rows, None)
        yield chunk, first is None, time.perf_counter() - started
        if first is None:
            return
        started = time.perf_counter()
        chunk = [first, *itertools.islice(rows, size - 1)]


def _chunk_frames(
    chunk: list[NumberedRow], checker: "RowChecker | None", read_seconds: float, last: dict[str, bool]
) -> Iterator[bytes]:
    """The chunk, checked where there is a checker, as one frame, or as several of bearable size."""
    if checker is None:
        return _divided(chunk, _rows_frame, {}, last)
    started = time.perf_counter()
    lines = checking_order.hand_over(chunk, checker)
    seconds = {"read_seconds": read_seconds, "check_seconds": time.perf_counter() - started}
    return _divided(lines, _lines_frame, seconds, last)


def _rows_frame(rows: list[NumberedRow], head: dict[str, Any]) -> bytes:
    return orjson.dumps({**head, "rows": rows})


def _lines_frame(lines: list[bytes], head: dict[str, Any]) -> bytes:
    return b"\n".join((orjson.dumps(head), *lines))


def _divided(
    rows: list[Row],
    written: Callable[[list[Row], dict[str, Any]], bytes],
    head: dict[str, Any],
    last: dict[str, bool],
) -> Iterator[bytes]:
    """The rows in frames of bearable size; the first tells the `head`, the final one whether it is the `last`."""
    frame = written(rows, {**head, **last})
    if len(frame) <= FRAME_BYTES or len(rows) <= 1:
        yield frame
    else:
        middle = len(rows) // 2
        yield from _divided(rows[:middle], written, head, {})
        yield from _divided(rows[middle:], written, {}, last)


if __name__ == "__main__":
    main()
