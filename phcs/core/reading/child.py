"""`python -m phcs.core.reading.child ORDER`: reads the untrusted file on standard input, within limits.

Frames: `{"reading": …}`, or chunks of rows: `{"rows": [[row_no, cells, flags], …]}` as read, or
`{"checked": […], "read_seconds": …, "check_seconds": …}` where the order says how to check; then
`{"end": rows}`; or `{"refusal": {"reason": …, "sentence": …}}`. Without an end or a refusal the answer is incomplete.
"""

import ctypes
import itertools
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from phcs.core.checking import RowChecker
from phcs.core.checking_order import CheckOrder, hand_over
from phcs.core.errors import UnreadableFileError
from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.protocol import EXIT_MEMORY, FRAME_BYTES, FRAME_LENGTH, ReadingOrder
from phcs.core.reading.reader import inspect_table, numbered_rows
from phcs.core.reading.tables import TableReading

_OPEN_FILES = 16
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Set the limits, then read; ends with status 0, or EXIT_MEMORY."""
    order = ReadingOrder.from_argument(sys.argv[1])
    _limit_this_process(order)
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
        if order.reading_fd < 0:
            reading = inspect_table(stream, name=order.name, limits=order.limits)
            yield orjson.dumps({"reading": reading.as_json()})
            yield orjson.dumps({"end": reading.rows})
        else:
            yield from _row_frames(stream, order)
    except UnreadableFileError as refusal:
        yield orjson.dumps({"refusal": {"reason": refusal.reason, "sentence": refusal.sentence}})


def _row_frames(stream: BinaryIO, order: ReadingOrder) -> Iterator[bytes]:
    with os.fdopen(order.reading_fd, "rb") as file:
        parameters = orjson.loads(file.read())
    reading = TableReading.from_json(parameters["reading"])
    checker = CheckOrder.from_json(parameters["check"]).checker() if parameters["check"] else None
    rows = numbered_rows(stream, reading, limits=order.limits, after_row=order.after_row)
    count, started = 0, time.perf_counter()
    while chunk := list(itertools.islice(rows, order.chunk_rows)):
        count += len(chunk)
        seconds = time.perf_counter() - started
        yield from _chunk_frames(chunk) if checker is None else _checked_frames(chunk, checker, seconds)
        started = time.perf_counter()
    yield orjson.dumps({"end": count})


def _chunk_frames(chunk: list[NumberedRow]) -> Iterator[bytes]:
    """The chunk as one frame, or as several of bearable size."""
    return _divided({"rows": chunk}, "rows")


def _checked_frames(chunk: list[NumberedRow], checker: RowChecker, read_seconds: float) -> Iterator[bytes]:
    """The chunk checked, as one frame or several."""
    handed, check_seconds = hand_over(chunk, checker)
    return _divided(
        {"checked": handed, "read_seconds": read_seconds, "check_seconds": check_seconds}, "checked"
    )


def _divided(content: dict[str, Any], key: str) -> Iterator[bytes]:
    frame = orjson.dumps(content)
    rows = content[key]
    if len(frame) <= FRAME_BYTES or len(rows) == 1:
        yield frame
    else:
        middle = len(rows) // 2
        yield from _divided({**content, key: rows[:middle]}, key)
        yield from _divided({key: rows[middle:]}, key)


if __name__ == "__main__":
    main()
