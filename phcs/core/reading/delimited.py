"""Delimited text → rows, streamed: `, ; tab |`, quoted line breaks, strict quoting.

Work per cell is avoided on purpose: rows of the right width pass untouched (about 700,000 rows/s).
"""

import csv
import itertools
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import refusals
from phcs.core.reading.cells import (
    LAST_ROWS,
    BadPlaces,
    ColumnTally,
    NumberedRow,
    is_blank,
    is_storable,
    lettered_headings,
    mended,
)
from phcs.core.reading.choices import READER_DECIDES, ReadingChoices
from phcs.core.reading.doubtful_rows import DoubtfulRows
from phcs.core.reading.encodings import (
    FoundEncoding,
    can_be_split,
    encoded,
    encoding_notes,
    mark_bytes,
    may_hold_unstorable_text,
    opened_text,
)
from phcs.core.reading.layout import (
    INSTRUCTION_MARK,
    Layout,
    find_layout,
    instruction_notes,
    is_instruction,
    is_separator_line,
    layout_doubts,
    layout_notes,
    total_notes,
)
from phcs.core.reading.tables import ReadLimits, RowRange, TableReading

_CHUNK = 2_000
_LONG_LINE = 1_000_000
_NO_FLAGS: tuple[str, ...] = ()
WHOLE_TABLE = RowRange()


def inspect_delimited(
    stream: BinaryIO,
    *,
    name: str,
    found: FoundEncoding,
    limits: ReadLimits,
    split_rows: int,
    choices: ReadingChoices = READER_DECIDES,
) -> TableReading:
    """Find the layout, then count every row once and note where every `split_rows` begin (0: nowhere).

    Raises UnreadableFileError.
    """
    former = csv.field_size_limit(limits.cell_characters)
    try:
        with opened_text(stream, found.name) as text:
            layout = find_layout(text, choices)
        split_rows = split_rows if can_be_split(found.name) else 0
        table = DelimitedTable(stream, layout, found=found, limits=limits, measures=split_rows > 0)
        doubtful = DoubtfulRows(table.headings, delimiter=layout.delimiter)
        tally, splits = _tallied(table, doubtful, limits=limits, split_rows=split_rows)
    finally:
        csv.field_size_limit(former)
    if not tally.rows:
        raise refusals.no_rows()
    return TableReading(
        name=name,
        format="delimited",
        encoding=found.name,
        delimiter=layout.delimiter,
        header_row=layout.header_row,
        columns=tally.columns(table.headings),
        rows=tally.rows,
        blank_rows=table.blank_rows,
        repeated_headers=table.repeated_headers,
        first_rows=tally.first_rows(),
        notes=(
            *encoding_notes(found.name, chosen=choices.encoding),
            *table.bad_places.notes(found.name),
            *layout_notes(layout),
            *instruction_notes(table.instruction_rows),
            *doubtful.notes(),
            *total_notes(tally.last_rows),
        ),
        splits=tuple(splits),
        choices=choices,
        bad_bytes=found.bad_bytes,
        doubts=(*layout_doubts(layout), *doubtful.notes()),
    )


def opened_delimited(stream: BinaryIO, reading: TableReading, *, limits: ReadLimits) -> "DelimitedTable":
    """The table that was inspected before."""
    layout = Layout(reading.delimiter, reading.header_row, len(reading.columns))
    found = FoundEncoding(reading.encoding, reading.bad_bytes)
    return DelimitedTable(stream, layout, found=found, limits=limits)


def _tallied(
    table: "DelimitedTable", doubtful: DoubtfulRows, *, limits: ReadLimits, split_rows: int
) -> tuple[ColumnTally, list[tuple[int, int]]]:
    """Every row counted, and the places between chunks of rows at which reading may begin."""
    tally = ColumnTally()
    splits: list[tuple[int, int]] = []
    chunk_rows = min(_CHUNK, split_rows or _CHUNK)
    rows_of_part, place, lines = 0, (0, 0), 0
    rows = table.rows()
    while chunk := list(itertools.islice(rows, chunk_rows)):
        if split_rows and rows_of_part >= split_rows:
            splits.append(place)
            rows_of_part = 0
        tally.add([cells for _, cells, _ in chunk], [row_no for row_no, _, _ in chunk])
        tally.last_rows = chunk[-LAST_ROWS:]
        doubtful.add(chunk, lines=table.lines_read - lines)
        lines = table.lines_read
        if tally.rows > limits.rows:
            raise refusals.too_many_rows(limits.rows)
        rows_of_part += len(chunk)
        place = (chunk[-1][0] + 1, table.bytes_read)
    return tally, splits


class DelimitedTable:
    """A delimited table whose layout is known: its headings, then its rows.

    `blank_rows`, `repeated_headers` and `instruction_rows` count
    what `rows()` passed over so far, `lines_read` the lines up to the end of the rows that it gave, `bytes_read`
    where these end in the file (where the encoding can be split, and with `measures`).
    """

    def __init__(
        self,
        stream: BinaryIO,
        layout: Layout,
        *,
        found: FoundEncoding,
        limits: ReadLimits,
        measures: bool = False,
    ) -> None:
        self._stream = stream
        self._encoding = found.name
        self._delimiter = layout.delimiter
        self._header_row = layout.header_row
        self._limits = limits
        self._mends = may_hold_unstorable_text(stream, found)
        self.blank_rows = 0
        self.repeated_headers = 0
        self.instruction_rows = 0
        self.bad_places = BadPlaces(found.bad_bytes)
        self.bytes_read = 0
        self._reader = csv.reader(())
        self._lines = self._measured_lines if measures else self._bearable_lines
        self._rows_above = layout.header_row
        self.headings = self._read_headings() if layout.header_row else self._letters(layout.width)
        self._header_key = [_heading_key(heading) for heading in self.headings]

    @property
    def lines_read(self) -> int:
        """Lines of the file, or of the range, that were read so far."""
        return self._reader.line_num

    def rows(self, of: RowRange = WHOLE_TABLE) -> Iterator[NumberedRow]:
        """The data rows below the header that belong to this range."""
        width = len(self.headings)
        first_heading = self.headings[0].strip()
        header_starts = {first_heading, "\ufeff" + first_heading, f'\ufeff"{first_heading}"'}
        mark = INSTRUCTION_MARK[0]
        skipped = max(self._rows_above, of.after_row)
        for row_no, cells in self._numbered(of):
            if row_no <= skipped:
                continue
            first = cells[0].strip() if cells else ""
            if (not first or first in header_starts or first[0] == mark) and self._passes_over(cells):
                continue
            if len(cells) == width and not self._mends:
                yield row_no, cells, _NO_FLAGS
            else:
                yield self._fitted(row_no, cells)

    def _passes_over(self, cells: list[str]) -> bool:
        """Whether this row is no data; it is counted as what it is."""
        if is_blank(cells):
            self.blank_rows += 1
        elif self._header_row and [_heading_key(cell) for cell in cells] == self._header_key:
            self.repeated_headers += 1
        elif is_instruction(cells):
            self.instruction_rows += 1
        else:
            return False
        return True

    def _letters(self, width: int) -> list[str]:
        """Headings of a table without any; a `sep=` line above it is no data either."""
        if width > self._limits.columns:
            raise refusals.too_many_columns(self._limits.columns)
        _, first_row = next(self._numbered(WHOLE_TABLE), (1, []))
        self._rows_above = 1 if is_separator_line(first_row) else 0
        return lettered_headings(max(1, width))

    def _read_headings(self) -> list[str]:
        for row_no, cells in self._numbered(WHOLE_TABLE):
            if row_no == self._header_row:
                if len(cells) > self._limits.columns:
                    raise refusals.too_many_columns(self._limits.columns)
                self.bad_places.add(row_no, cells, cells)
                return [mended(cell) for cell in cells] or [""]
        raise refusals.no_such_row(self._header_row)

    def _fitted(self, row_no: int, cells: list[str]) -> NumberedRow:
        """The row with exactly one storable text per column, and the flags that tell what was mended."""
        width = len(self.headings)
        flags: list[str] = []
        if len(cells) < width:
            flags.append("narrow")
            cells = cells + [""] * (width - len(cells))
        elif len(cells) > width:
            if not is_blank(cells[width:]):
                flags.append("wide")
            cells = cells[:width]
        if self._mends and not is_storable("".join(cells)):
            flags.append("character")
            self.bad_places.add(row_no, self.headings, cells)
            cells = [mended(cell) for cell in cells]
        return row_no, cells, tuple(flags)

    def _numbered(self, of: RowRange) -> Iterator[tuple[int, list[str]]]:
        """The rows of this range with their numbers; raises `file.bad_quotes` and `file.cell_too_long`."""
        if csv.field_size_limit() < self._limits.cell_characters:
            csv.field_size_limit(self._limits.cell_characters)
        row_no = of.first_row - 1
        count = None if of.through_row is None else of.through_row - row_no
        with opened_text(self._stream, self._encoding, offset=of.offset) as text:
            self._reader = reader = csv.reader(self._lines(text), delimiter=self._delimiter, strict=True)
            try:
                for row_no, cells in enumerate(itertools.islice(reader, count), of.first_row):
                    yield row_no, cells
            except csv.Error as error:
                raise self._refusal(str(error), row_no=row_no + 1, line_no=reader.line_num) from error

    def _measured_lines(self, text: TextIO) -> Iterator[str]:
        """The lines, their bytes counted; a decoder that takes all bytes strictly can be turned round."""
        self.bytes_read = mark_bytes(self._encoding)
        for line in self._bearable_lines(text):
            self.bytes_read += len(line) if line.isascii() else len(encoded(line, self._encoding))
            yield line

    def _bearable_lines(self, text: TextIO) -> Iterator[str]:
        """The lines, refusing one that would become millions of cells at once."""
        for line in text:
            if len(line) > _LONG_LINE and line.count(self._delimiter) > _LONG_LINE:
                raise refusals.too_many_columns(self._limits.columns)
            yield line

    def _refusal(self, message: str, *, row_no: int, line_no: int) -> UnreadableFileError:
        if "field larger" in message:
            return refusals.cell_too_long(row_no, csv.field_size_limit())
        if "unexpected end" in message:
            return refusals.unclosed_quote(row_no)
        return refusals.stray_quote(row_no, line_no)


def _heading_key(cell: str) -> str:
    return mended(cell).strip('\ufeff" \t\r\n\f\v')
