"""The two questions to a file: how it is read, and what its rows are."""

import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import starmap
from typing import TYPE_CHECKING, BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.choices import (
    EVERY_TABLE,
    READER_DECIDES,
    FileChoices,
    ReadingChoices,
    check_choices,
)
from phcs.core.reading.delimited import inspect_delimited, opened_delimited
from phcs.core.reading.encodings import FoundEncoding, find_encoding, opened_text
from phcs.core.reading.json_table import inspect_json, inspect_json_lists, json_rows
from phcs.core.reading.loading import loaded_when_used
from phcs.core.reading.signatures import (
    HEAD_BYTES,
    FileKind,
    file_kind,
    package_kind,
    refuse_markup,
)
from phcs.core.reading.tables import FileReading, ReadLimits, RowRange, SourceRow, TableReading, alone
from phcs.core.reading.zip_package import opened_package

if TYPE_CHECKING:
    from phcs.core.reading import archive_tables, archives, calendars, cards, workbooks
else:
    archive_tables = loaded_when_used("phcs.core.reading.archive_tables")
    archives = loaded_when_used("phcs.core.reading.archives")
    calendars = loaded_when_used("phcs.core.reading.calendars")
    cards = loaded_when_used("phcs.core.reading.cards")
    workbooks = loaded_when_used("phcs.core.reading.workbooks")

SPLIT_ROWS = 20_000
_JSON_NAMES = (".json", ".jsonl", ".ndjson")
_JSON_START = re.compile(r"""\s*(\{\s*["}]|\[\s*([\[{"\]\d-]|true|false|null|NaN))""")
_CALENDAR_START = re.compile(r"\s*begin:vcalendar\s", re.IGNORECASE)
_CARDS_START = re.compile(r"\s*begin:vcard\s", re.IGNORECASE)

RowsOf = Callable[[RowRange], Iterator[NumberedRow]]


def inspect_table(
    stream: BinaryIO,
    *,
    name: str,
    limits: ReadLimits,
    split_rows: int = SPLIT_ROWS,
    choices: ReadingChoices = READER_DECIDES,
) -> TableReading:
    """Decide how this file is read, in full passes with constant memory, as far as it was not chosen.

    `stream` is seekable; `name` is the file's, whose ending decides only between JSON and CSV. Where the format
    lets reading begin in the middle, a place for it is noted every `split_rows` (0: nowhere). Raises
    UnreadableFileError, and nothing else, for whatever bytes the stream holds.
    """
    check_choices(choices)
    if _kind(stream, limits) is not FileKind.ARCHIVE:
        return _inspect_file(stream, name, choices, limits=limits, split_rows=split_rows)
    with opened_package(stream) as archive:
        return archives.inspect_archive(
            archive,
            name=name,
            limits=limits,
            choices=choices,
            inspect=partial(_inspect_file, limits=limits, split_rows=split_rows),
        )


def inspect_tables(
    stream: BinaryIO,
    *,
    name: str,
    limits: ReadLimits,
    split_rows: int = SPLIT_ROWS,
    asked: FileChoices = EVERY_TABLE,
) -> FileReading:
    """Decide how every table of this file is read, as `inspect_table` does for one.

    Where a part was chosen, it is the only table. Raises UnreadableFileError where nothing can be read.
    """
    for choices in (asked.usual, *asked.by_part.values()):
        check_choices(choices)
    if asked.usual.part:
        return alone(
            inspect_table(stream, name=name, limits=limits, split_rows=split_rows, choices=asked.usual)
        )
    inspect = partial(_inspect_tables, limits=limits, split_rows=split_rows)
    if _kind(stream, limits) is not FileKind.ARCHIVE:
        return inspect(stream, name, asked)
    with opened_package(stream) as archive:
        return archive_tables.inspect_members(archive, name=name, limits=limits, asked=asked, inspect=inspect)


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


def opened_table(stream: BinaryIO, reading: TableReading, *, limits: ReadLimits) -> RowsOf:
    """The table, ready to give the rows of one range after the other.

    Rows of `reading.ranges()` are together the rows of the whole table, with the same numbers. Raises
    UnreadableFileError.
    """
    if reading.member:
        with opened_package(stream) as archive:
            stream, reading = archives.opened_member(archive, reading, limits=limits)
    if reading.format == "delimited":
        return opened_delimited(stream, reading, limits=limits).rows
    if reading.format in {"json", "jsonl"}:
        return partial(json_rows, stream, reading)
    if reading.format == "calendar":
        return partial(calendars.event_rows, stream, reading, limits)
    if reading.format == "cards":
        return partial(cards.card_rows, stream, reading, limits)
    return partial(_rows_of_workbook, stream, reading, limits)


def _rows_of_workbook(
    stream: BinaryIO, reading: TableReading, limits: ReadLimits, of: RowRange
) -> Iterator[NumberedRow]:
    return (row for row in workbooks.workbook_rows(stream, reading, limits) if row[0] > of.after_row)


def _kind(stream: BinaryIO, limits: ReadLimits) -> FileKind:
    size = stream.seek(0, io.SEEK_END)
    if not size:
        raise refusals.empty()
    if size > limits.file_bytes:
        raise refusals.too_large(limits.file_bytes)
    stream.seek(0)
    kind = file_kind(stream.read(HEAD_BYTES))
    if kind is not FileKind.PACKAGE:
        return kind
    with opened_package(stream) as package:
        return package_kind(package)


def _inspect_tables(
    stream: BinaryIO, name: str, asked: FileChoices, *, limits: ReadLimits, split_rows: int
) -> FileReading:
    """Every table of a file that is no archive."""
    if _kind(stream, limits) is FileKind.WORKBOOK:
        return workbooks.inspect_sheets(stream, name=name, limits=limits, asked=asked)
    reading = _inspect_file(stream, name, asked.of(""), limits=limits, split_rows=split_rows)
    if reading.format == "json" and len([part for part in reading.parts if part.rows]) > 1:
        found = FoundEncoding(reading.encoding, reading.bad_bytes)
        return inspect_json_lists(stream, found=found, limits=limits, asked=asked)
    return alone(reading)


def _inspect_file(
    stream: BinaryIO, name: str, choices: ReadingChoices, *, limits: ReadLimits, split_rows: int
) -> TableReading:
    """The reading of a file that is no archive."""
    kind = _kind(stream, limits)
    if kind is FileKind.ARCHIVE:
        raise refusals.archive_in_archive()
    if kind is FileKind.WORKBOOK:
        return workbooks.inspect_workbook(stream, name=name, limits=limits, choices=choices)
    found = find_encoding(stream, chosen=choices.encoding)
    with opened_text(stream, found.name) as text:
        start = text.read(HEAD_BYTES).removeprefix("\ufeff")
    refuse_markup(start)
    if _CALENDAR_START.match(start):
        return calendars.inspect_calendar(stream, name=name, found=found, limits=limits, choices=choices)
    if _CARDS_START.match(start):
        return cards.inspect_cards(stream, name=name, found=found, limits=limits, choices=choices)
    if name.lower().endswith(_JSON_NAMES) or _JSON_START.match(start):
        return inspect_json(stream, name=name, found=found, limits=limits, choices=choices)
    return inspect_delimited(
        stream, name=name, found=found, limits=limits, split_rows=split_rows, choices=choices
    )
