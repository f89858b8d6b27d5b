"""Entries with named fields (JSON objects, calendar events, contact cards) → a table, streamed.

A column stands where its field first appears; an entry's number, from 1, is its row's.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from phcs.core.reading import refusals
from phcs.core.reading.cells import BadPlaces, ColumnTally, NumberedRow, is_blank
from phcs.core.reading.choices import ReadingChoices
from phcs.core.reading.encodings import FoundEncoding, encoding_notes
from phcs.core.reading.tables import ColumnReading, ReadLimits, RowRange, TableReading

FlatRow = tuple[dict[str, str], bool]
"""Storable cells by heading in order of appearance, and whether a character was replaced."""

_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class CountedEntries:
    """What there is to tell of a table of entries; `places` tells of characters that were replaced."""

    columns: tuple[ColumnReading, ...]
    rows: int
    blank_rows: int
    first_rows: tuple[tuple[str, ...], ...]
    places: BadPlaces

    def as_reading(
        self,
        *,
        name: str,
        file_format: str,
        found: FoundEncoding,
        choices: ReadingChoices,
        notes: Iterable[str] = (),
    ) -> TableReading:
        """The reading of the file that holds these entries; `notes` are those of its format."""
        return TableReading(
            name=name,
            format=file_format,
            encoding=found.name,
            delimiter="",
            header_row=0,
            columns=self.columns,
            rows=self.rows,
            blank_rows=self.blank_rows,
            repeated_headers=0,
            first_rows=self.first_rows,
            notes=(
                *encoding_notes(found.name, chosen=choices.encoding),
                *self.places.notes(found.name),
                *notes,
            ),
            choices=choices,
            bad_bytes=found.bad_bytes,
        )


def counted_entries(
    entries: Iterable[FlatRow], *, found: FoundEncoding, limits: ReadLimits
) -> CountedEntries:
    """Count every entry once; raises UnreadableFileError beyond a limit, or where there is none with text."""
    tally = ColumnTally()
    positions: dict[str, int] = {}
    places = BadPlaces(found.bad_bytes)
    blank_rows = 0
    numbered = enumerate(entries, 1)
    while chunk := list(itertools.islice(numbered, _CHUNK)):
        filled = [(row_no, row) for row_no, row in chunk if not is_blank(row[0].values())]
        for row_no, (cells, is_mended) in filled:
            _check_cells(cells, row_no=row_no, limit=limits.cell_characters)
            if is_mended:
                places.add(row_no, list(cells), list(cells.values()))
            for heading in cells:
                positions.setdefault(heading, len(positions))
        if len(positions) > limits.columns:
            raise refusals.too_many_columns(limits.columns)
        tally.add([_in_order(cells, positions) for _, (cells, _) in filled], [row_no for row_no, _ in filled])
        blank_rows += len(chunk) - len(filled)
        if tally.rows > limits.rows:
            raise refusals.too_many_rows(limits.rows)
    if not tally.rows:
        raise refusals.no_rows()
    return CountedEntries(tally.columns(list(positions)), tally.rows, blank_rows, tally.first_rows(), places)


def entry_rows(
    entries: Iterable[FlatRow], columns: Sequence[ColumnReading], of: RowRange
) -> Iterator[NumberedRow]:
    """The rows of entries that were counted before, those after a row only; entries are never split."""
    positions = {column.heading_given: column.position for column in columns}
    for row_no, (cells, is_mended) in enumerate(entries, 1):
        if row_no > of.after_row and not is_blank(cells.values()):
            yield row_no, _in_order(cells, positions), ("character",) if is_mended else ()


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
