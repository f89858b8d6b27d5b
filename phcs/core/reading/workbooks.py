"""Workbooks (XLSX, ODS, XLS) → rows: one sheet of them, its headings found, with the spreadsheet's own row numbers.

Cells are counted from column A on, so that a column's position is its letter. A spreadsheet's columns cannot slip, as
those of a CSV can: a row may end early, and a column without a heading is a column.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import BinaryIO

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import refusals
from phcs.core.reading.cells import LAST_ROWS, ColumnTally, NumberedRow
from phcs.core.reading.choices import READER_DECIDES, FileChoices, ReadingChoices
from phcs.core.reading.doubtful_rows import DoubtfulRows
from phcs.core.reading.fast_workbook import SheetName
from phcs.core.reading.layout import instruction_notes, layout_doubts, layout_notes, total_notes
from phcs.core.reading.tables import MOST_TABLES, FileReading, Part, ReadLimits, TableReading, alone
from phcs.core.reading.workbook_file import OpenedSheet, WorkbookFile
from phcs.core.reading.workbook_layout import SAMPLE_ROWS, SheetLayout, sheet_layout
from phcs.core.reading.workbook_notes import OddityNotes, format_notes, sheet_notes
from phcs.core.reading.workbook_table import SheetTable

UNNAMED_COLUMNS = 20
"""So many columns to the right of the last heading are read, as remarks stand there that nobody headed."""

_CHUNK = 2_000


def inspect_workbook(
    stream: BinaryIO, *, name: str, limits: ReadLimits, choices: ReadingChoices = READER_DECIDES
) -> TableReading:
    """How the sheet is read that was chosen, else the visible one with the most rows; every sheet is a part.

    Raises UnreadableFileError.
    """
    book = WorkbookFile(stream)
    sheet, parts = _chosen_sheet(book, choices.part)
    reading = _inspected_sheet(book, sheet, name, choices, limits=limits)
    return replace(
        reading,
        notes=(*sheet_notes(sheet, parts), *reading.notes),
        parts=tuple(replace(part, rows=reading.rows) if part.name == sheet.name else part for part in parts),
    )


def inspect_sheets(stream: BinaryIO, *, name: str, limits: ReadLimits, asked: FileChoices) -> FileReading:
    """How every visible sheet with rows is read, and those that somebody made choices for; every sheet is a part.

    Raises UnreadableFileError where no sheet can be read.
    """
    book = WorkbookFile(stream)
    if len(book.sheets) == 1:
        return alone(inspect_workbook(stream, name=name, limits=limits, choices=asked.of("")))
    tables, parts = _every_sheet(book, asked, limits=limits)
    if not tables:
        return alone(inspect_workbook(stream, name=name, limits=limits, choices=asked.usual))
    if len(tables) == 1:
        sheet = _named_sheet(book, tables[0].part)
        notes = (*sheet_notes(sheet, parts), *tables[0].notes)
        tables = [replace(tables[0], name=name, notes=notes)]
    return FileReading(tuple(tables), tuple(parts))


def _every_sheet(
    book: WorkbookFile, asked: FileChoices, *, limits: ReadLimits
) -> tuple[list[TableReading], list[Part]]:
    """The sheets with rows that can be read, and all of them as parts."""
    tables: list[TableReading] = []
    parts: list[Part] = []
    for sheet in book.sheets:
        if (sheet.is_hidden and sheet.name not in asked.by_part) or len(tables) >= MOST_TABLES:
            rows = _rows_below_headings(book.filled_rows(sheet)) if sheet.is_hidden else -1
            parts.append(Part(sheet.name, rows, sheet.is_hidden))
            continue
        try:
            reading = _inspected_sheet(book, sheet, sheet.name, asked.of(sheet.name), limits=limits)
        except UnreadableFileError as refusal:
            note = "" if refusal.reason == refusals.NO_ROWS else refusal.sentence
            parts.append(Part(sheet.name, 0, sheet.is_hidden, note))
            continue
        tables.append(reading)
        parts.append(Part(sheet.name, reading.rows, sheet.is_hidden))
    return tables, parts


def _inspected_sheet(
    book: WorkbookFile, sheet: SheetName, name: str, choices: ReadingChoices, *, limits: ReadLimits
) -> TableReading:
    opened = book.opened(sheet)
    layout, table = _laid_out(opened, choices, limits=limits)
    doubtful = DoubtfulRows(layout.headings)
    tally, odd = _tallied(table, doubtful, limits=limits)
    columns = tally.columns([*layout.headings, *[""] * (table.width - len(layout.headings))])
    notes = (
        *format_notes(book.format),
        *layout_notes(layout.as_layout()),
        *odd.notes(opened.hidden_columns, columns),
        *instruction_notes(table.instruction_rows),
        *doubtful.notes(),
        *total_notes(tally.last_rows),
    )
    return TableReading(
        name=name,
        format=book.format,
        encoding="",
        delimiter="",
        header_row=layout.header_row,
        columns=columns,
        rows=tally.rows,
        blank_rows=table.blank_rows,
        repeated_headers=table.repeated_headers,
        first_rows=tally.first_rows(),
        notes=notes,
        doubts=(*layout_doubts(layout.as_layout()), *doubtful.notes()),
        part=sheet.name,
        choices=choices,
    )


def workbook_rows(stream: BinaryIO, reading: TableReading, limits: ReadLimits) -> Iterator[NumberedRow]:
    """The rows of the sheet that was inspected before; raises UnreadableFileError."""
    book = WorkbookFile(stream)
    opened = book.opened(_named_sheet(book, reading.part))
    return SheetTable(
        opened.rows,
        header_row=reading.header_row,
        headings=[column.heading_given for column in reading.columns],
        merges=opened.merges,
        limits=limits,
    ).rows()


def _laid_out(
    opened: OpenedSheet, choices: ReadingChoices, *, limits: ReadLimits
) -> tuple[SheetLayout, SheetTable]:
    """The sheet's layout, found in its first rows, and its table, to be read from the first row."""
    sample = list(islice(opened.rows, SAMPLE_ROWS))
    layout = sheet_layout(sample, opened.merges, choices, limits=limits)
    return layout, SheetTable(
        chain(sample, opened.rows),
        header_row=layout.header_row,
        headings=layout.headings,
        merges=opened.merges,
        limits=limits,
        unnamed=UNNAMED_COLUMNS,
    )


def _tallied(
    table: SheetTable, doubtful: DoubtfulRows, *, limits: ReadLimits
) -> tuple[ColumnTally, OddityNotes]:
    """Every row counted, and what there is to note of them."""
    tally, odd = ColumnTally(), OddityNotes()
    rows = table.rows()
    while chunk := list(islice(rows, _CHUNK)):
        tally.add(
            [cells + [""] * (table.width - len(cells)) for _, cells, _ in chunk],
            [row_no for row_no, _, _ in chunk],
        )
        tally.last_rows = chunk[-LAST_ROWS:]
        odd.add(chunk)
        doubtful.add(chunk)
        if tally.rows > limits.rows:
            raise refusals.too_many_rows(limits.rows)
    if not tally.rows:
        raise refusals.no_rows()
    return tally, odd


def _chosen_sheet(book: WorkbookFile, part: str) -> tuple[SheetName, list[Part]]:
    """The sheet to read, and all sheets with their rows; a sheet of more rows than can be counted wins."""
    counts = {sheet.index: book.filled_rows(sheet) for sheet in book.sheets} if len(book.sheets) > 1 else {}
    parts = [
        Part(sheet.name, _rows_below_headings(counts.get(sheet.index, -1)), sheet.is_hidden)
        for sheet in book.sheets
    ]
    if part:
        return _named_sheet(book, part), parts
    visible = [sheet for sheet in book.sheets if not sheet.is_hidden]
    sheet = max(visible or book.sheets, key=lambda each: _weight(counts.get(each.index, -1)))
    hidden = [each.name for each in book.sheets if each.is_hidden and counts.get(each.index, 0)]
    if hidden and (not visible or not counts.get(sheet.index, -1)):
        raise refusals.hidden_rows_only(hidden)
    return sheet, parts


def _rows_below_headings(rows: int) -> int:
    return rows if rows <= 0 else rows - 1


def _weight(rows: int) -> float:
    return float("inf") if rows < 0 else rows


def _named_sheet(book: WorkbookFile, name: str) -> SheetName:
    for sheet in book.sheets:
        if sheet.name == name:
            return sheet
    raise refusals.no_such_part(name, [sheet.name for sheet in book.sheets])
