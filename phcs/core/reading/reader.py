"""The two questions to a file: how it is read, and what its rows are."""

import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import starmap
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.delimited import DelimitedTable, inspect_delimited
from phcs.core.reading.encodings import find_encoding, opened_text
from phcs.core.reading.json_table import inspect_json, json_rows
from phcs.core.reading.signatures import HEAD_BYTES, refuse_other_files
from phcs.core.reading.tables import ReadLimits, RowRange, SourceRow, TableReading

SPLIT_ROWS = 20_000
_JSON_NAMES = (".json", ".jsonl", ".ndjson")
_JSON_START = re.compile(r"""\s*(\{\s*["}]|\[\s*([\[{"\]\d-]|true|false|null|NaN))""")


def inspect_table(
    stream: BinaryIO, *, name: str, limits: ReadLimits, split_rows: int = SPLIT_ROWS
) -> TableReading:
    """Decide how this file is read, in full passes with constant memory.

    `stream` is seekable; `name` is the file's, whose ending decides only between JSON and CSV. Where the format
    lets reading begin in the middle, a place for it is noted every `split_rows` (0: nowhere). Raises
    UnreadableFileError, and nothing else, for whatever bytes the stream holds.
    """
    size = stream.seek(0, io.SEEK_END)
    if not size:
        raise refusals.empty()
    if size > limits.file_bytes:
        raise refusals.too_large(limits.file_bytes)
    stream.seek(0)
    refuse_other_files(stream.read(HEAD_BYTES))
    encoding = find_encoding(stream)
    with opened_text(stream, encoding) as text:
        start = text.read(HEAD_BYTES)
    if name.lower().endswith(_JSON_NAMES) or _JSON_START.match(start):
        return inspect_json(stream, name=name, encoding=encoding, limits=limits)
    return inspect_delimited(stream, name=name, encoding=encoding, limits=limits, split_rows=split_rows)


def read_rows(
    stream: BinaryIO, reading: TableReading, *, limits: ReadLimits, after_row: int = 0
) -> Iterator[SourceRow]:
    """The rows of the file that was inspected, `reading.rows` of them, in the file's order.

    The same bytes and the same reading give the same rows each time. With `after_row` only rows of a
    larger number come.
    """
    return starmap(SourceRow, numbered_rows(stream, reading, limits=limits, after_row=after_row))


def numbered_rows(
    stream: BinaryIO, reading: TableReading, *, limits: ReadLimits, after_row: int = 0
) -> Iterator[NumberedRow]:
    """What `read_rows` yields, as plain tuples for sending through a pipe."""
    return opened_table(stream, reading, limits=limits)(RowRange(after_row=after_row))


def opened_table(
    stream: BinaryIO, reading: TableReading, *, limits: ReadLimits
) -> Callable[[RowRange], Iterator[NumberedRow]]:
    """The table, ready to give the rows of one range after the other.

    Rows of `reading.ranges()` are together the rows of the whole table, with the same numbers.
    """
    if reading.format == "delimited":
        return DelimitedTable(
            stream,
            encoding=reading.encoding,
            delimiter=reading.delimiter,
            header_row=reading.header_row,
            limits=limits,
        ).rows
    return partial(json_rows, stream, reading)
