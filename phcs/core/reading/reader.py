"""The two questions to a file: how it is read, and what its rows are."""

import io
import re
from collections.abc import Iterator
from itertools import starmap
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.delimited import DelimitedTable, inspect_delimited
from phcs.core.reading.encodings import find_encoding, opened_text
from phcs.core.reading.json_table import inspect_json, json_rows
from phcs.core.reading.signatures import HEAD_BYTES, refuse_other_files
from phcs.core.reading.tables import ReadLimits, SourceRow, TableReading

_JSON_NAMES = (".json", ".jsonl", ".ndjson")
_JSON_START = re.compile(r"""\s*(\{\s*["}]|\[\s*([\[{"\]\d-]|true|false|null|NaN))""")


def inspect_table(stream: BinaryIO, *, name: str, limits: ReadLimits) -> TableReading:
    """Decide how this file is read, in full passes with constant memory.

    `stream` is seekable; `name` is the file's, whose ending decides only between JSON and CSV. Raises
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
    return inspect_delimited(stream, name=name, encoding=encoding, limits=limits)


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
    if reading.format == "delimited":
        table = DelimitedTable(
            stream,
            encoding=reading.encoding,
            delimiter=reading.delimiter,
            header_row=reading.header_row,
            limits=limits,
        )
        return table.rows(after_row=after_row)
    return json_rows(stream, reading, after_row=after_row)
