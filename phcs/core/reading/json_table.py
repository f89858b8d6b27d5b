"""JSON → rows, streamed; one entry is held at a time, and the nesting is counted before any is built."""

import itertools
from collections.abc import Iterator
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.cells import ColumnTally, NumberedRow, is_blank
from phcs.core.reading.encodings import encoding_notes, opened_text
from phcs.core.reading.json_entries import FlatRow, flat_rows
from phcs.core.reading.json_text import JsonText, check_nesting
from phcs.core.reading.tables import ReadLimits, RowRange, TableReading

_CHUNK = 2_000


def inspect_json(stream: BinaryIO, *, name: str, encoding: str, limits: ReadLimits) -> TableReading:
    """Check the whole text, then count every row once; raises UnreadableFileError."""
    with opened_text(stream, encoding) as text:
        documents = check_nesting(text, limit=limits.nesting)
    tally = ColumnTally()
    positions: dict[str, int] = {}
    blank_rows = 0
    numbered = enumerate(_flat_rows(stream, encoding), 1)
    while chunk := list(itertools.islice(numbered, _CHUNK)):
        filled = [(row_no, cells) for row_no, (cells, _) in chunk if not is_blank(cells.values())]
        for row_no, cells in filled:
            _check_cells(cells, row_no=row_no, limit=limits.cell_characters)
            for heading in cells:
                positions.setdefault(heading, len(positions))
        if len(positions) > limits.columns:
            raise refusals.too_many_columns(limits.columns)
        tally.add([_in_order(cells, positions) for _, cells in filled])
        blank_rows += len(chunk) - len(filled)
        if tally.rows > limits.rows:
            raise refusals.too_many_rows(limits.rows)
    if not tally.rows:
        raise refusals.no_rows()
    return TableReading(
        name=name,
        format="jsonl" if documents > 1 else "json",
        encoding=encoding,
        delimiter="",
        header_row=0,
        columns=tally.columns(list(positions)),
        rows=tally.rows,
        blank_rows=blank_rows,
        repeated_headers=0,
        first_rows=tally.first_rows(),
        notes=encoding_notes(encoding),
    )


def json_rows(stream: BinaryIO, reading: TableReading, of: RowRange) -> Iterator[NumberedRow]:
    """The rows of a JSON file that was inspected before, those after a row only; JSON is never split."""
    positions = {column.heading_given: column.position for column in reading.columns}
    for row_no, (cells, is_mended) in enumerate(_flat_rows(stream, reading.encoding), 1):
        if row_no > of.after_row and not is_blank(cells.values()):
            yield row_no, _in_order(cells, positions), ("character",) if is_mended else ()


def _flat_rows(stream: BinaryIO, encoding: str) -> Iterator[FlatRow]:
    with opened_text(stream, encoding) as text:
        yield from flat_rows(JsonText(text), always_mends=not encoding.startswith("utf-8"))


def _in_order(cells: dict[str, str], positions: dict[str, int]) -> list[str]:
    row = [""] * len(positions)
    for heading, text in cells.items():
        row[positions[heading]] = text
    return row


def _check_cells(cells: dict[str, str], *, row_no: int, limit: int) -> None:
    """Neither a cell nor a heading may be longer than `limit` characters."""
    if max(map(len, cells.values())) > limit or max(map(len, cells)) > limit:
        column = next(heading for heading, text in cells.items() if max(len(text), len(heading)) > limit)
        raise refusals.cell_too_long(row_no, limit, column=column[:100])
