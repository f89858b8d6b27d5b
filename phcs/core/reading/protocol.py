"""What a worker and its reading child say to each other.

The order is one JSON argument; the answer is frames on standard output, each a length (four bytes, most
significant first) and that much JSON. Nothing is ever unpickled.
"""

import struct
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from phcs.core.reading.choices import READER_DECIDES, FileChoices, ReadingChoices
from phcs.core.reading.reader import SPLIT_ROWS
from phcs.core.reading.tables import ReadLimits, RowRange

FRAME_LENGTH = struct.Struct(">I")
FRAME_BYTES = 4 << 20
"""Chunks are divided until their frame is no larger than this; a single row may exceed it."""

MAX_FRAME_BYTES = 400 << 20
"""A child that announces more is not trusted any further."""

EXIT_MEMORY = 71
"""The child's exit status after its memory limit."""


@dataclass(frozen=True, slots=True)
class ReadingOrder:
    """What the child is to do with the file on its standard input.

    `reading_fd` is an open file with JSON: the `TableReading` to read with, and the `CheckOrder` to check by
    or null; -1 to inspect instead. A reading of a thousand columns is too large for an argument. `ranges_fd` is a
    pipe through which it is told, a line of JSON each, which rows to read next, until the pipe is closed.
    """

    name: str
    limits: ReadLimits
    memory_bytes: int
    cpu_seconds: int
    parent_pid: int
    reading_fd: int = -1
    ranges_fd: int = -1
    chunk_rows: int = 2_000
    split_rows: int = SPLIT_ROWS
    choices: ReadingChoices = READER_DECIDES
    every_table: FileChoices | None = None
    """What was chosen for a file all whose tables are inspected; None for one table."""
    files: str = ""
    """`survey`: measure the files of an archive; `blocks`: give those whose names `reading_fd` holds."""

    def as_argument(self) -> str:
        """The order as one command-line argument."""
        every = self.every_table and self.every_table.as_json()
        return orjson.dumps({**asdict(replace(self, every_table=None)), "every_table": every}).decode()

    @classmethod
    def from_argument(cls, argument: str) -> "ReadingOrder":
        """The order that `as_argument` wrote."""
        order: dict[str, Any] = orjson.loads(argument)
        limits, choices = ReadLimits(**order["limits"]), ReadingChoices(**order["choices"])
        every = FileChoices.from_json(told) if (told := order["every_table"]) else None
        return cls(**{**order, "limits": limits, "choices": choices, "every_table": every})


def range_line(of: RowRange) -> bytes:
    """The line that asks for these rows."""
    return orjson.dumps(asdict(of)) + b"\n"


def range_of_line(line: bytes) -> RowRange:
    """The rows that a line asks for."""
    return RowRange(**orjson.loads(line))
