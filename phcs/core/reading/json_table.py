"""JSON → rows, streamed; one entry is held at a time, and the nesting is counted before any is built."""

from collections.abc import Iterator
from typing import BinaryIO

from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.choices import READER_DECIDES, ReadingChoices
from phcs.core.reading.encodings import FoundEncoding, opened_text
from phcs.core.reading.entry_table import FlatRow, counted_entries, entry_rows
from phcs.core.reading.json_entries import flat_rows
from phcs.core.reading.json_text import JsonText, check_nesting
from phcs.core.reading.tables import ReadLimits, RowRange, TableReading


def inspect_json(
    stream: BinaryIO,
    *,
    name: str,
    found: FoundEncoding,
    limits: ReadLimits,
    choices: ReadingChoices = READER_DECIDES,
) -> TableReading:
    """Check the whole text, then count every row once; raises UnreadableFileError."""
    with opened_text(stream, found.name) as text:
        documents = check_nesting(text, limit=limits.nesting)
    counted = counted_entries(_flat_rows(stream, found), found=found, limits=limits)
    return counted.as_reading(
        name=name,
        file_format="jsonl" if documents > 1 else "json",
        found=found,
        choices=choices,
    )


def json_rows(stream: BinaryIO, reading: TableReading, of: RowRange) -> Iterator[NumberedRow]:
    """The rows of a JSON file that was inspected before, those after a row only; JSON is never split."""
    found = FoundEncoding(reading.encoding, reading.bad_bytes)
    return entry_rows(_flat_rows(stream, found), reading.columns, of)


def _flat_rows(stream: BinaryIO, found: FoundEncoding) -> Iterator[FlatRow]:
    has_bad = bool(found.bad_bytes) or not found.name.startswith("utf-8")
    with opened_text(stream, found.name) as text:
        yield from flat_rows(JsonText(text), always_mends=has_bad)
