"""JSON → rows, streamed; one entry is held at a time, and the nesting is counted before any is built.

An object around lists holds as many tables as lists with entries (`json_lists`); any other text is one table.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.choices import READER_DECIDES, FileChoices, ReadingChoices
from phcs.core.reading.encodings import FoundEncoding, opened_text
from phcs.core.reading.entry_table import FlatRow, counted_entries, entry_rows
from phcs.core.reading.json_entries import documents, flat_rows
from phcs.core.reading.json_lists import WrappedLists, list_entries, wrapped_lists
from phcs.core.reading.json_text import JsonText, check_nesting
from phcs.core.reading.tables import MOST_TABLES, FileReading, Part, ReadLimits, RowRange, TableReading


def inspect_json(
    stream: BinaryIO,
    *,
    name: str,
    found: FoundEncoding,
    limits: ReadLimits,
    choices: ReadingChoices = READER_DECIDES,
) -> TableReading:
    """How the text is read, or of several lists the one that was chosen, else the longest; every list is a part.

    The whole text is checked, then every row counted once. Raises UnreadableFileError.
    """
    values, wrapped = _surveyed(stream, found, limits=limits)
    if wrapped is None:
        counted = counted_entries(_flat_rows(stream, found, ""), found=found, limits=limits)
        file_format = "jsonl" if values > 1 else "json"
        return counted.as_reading(name=name, file_format=file_format, found=found, choices=choices)
    path = choices.part or max(wrapped.lists, key=lambda one: one.entries).path
    if path not in {one.path for one in wrapped.lists}:
        raise refusals.no_such_part(path, [one.path for one in wrapped.lists])
    return replace(
        _inspected_list(stream, path, name, found, choices, wrapped, limits=limits), parts=_parts(wrapped)
    )


def inspect_json_lists(
    stream: BinaryIO, *, found: FoundEncoding, limits: ReadLimits, asked: FileChoices
) -> FileReading:
    """How every list with entries is read, in a text that wraps several. Raises UnreadableFileError."""
    _, wrapped = _surveyed(stream, found, limits=limits)
    assert wrapped is not None  # noqa: S101 - `inspect_json` has found the lists
    filled = [one.path for one in wrapped.lists if one.entries]
    tables = [
        _inspected_list(stream, path, path, found, asked.of(path), wrapped, limits=limits)
        for path in filled[:MOST_TABLES]
    ]
    return FileReading(tuple(tables), _parts(wrapped))


def json_rows(stream: BinaryIO, reading: TableReading, of: RowRange) -> Iterator[NumberedRow]:
    """The rows of a table of JSON that was inspected before, those after a row only; JSON is never split."""
    found = FoundEncoding(reading.encoding, reading.bad_bytes)
    return entry_rows(_flat_rows(stream, found, reading.part), reading.columns, of)


def _surveyed(
    stream: BinaryIO, found: FoundEncoding, *, limits: ReadLimits
) -> tuple[int, WrappedLists | None]:
    """How many values stand one after the other, and the lists of the one that is a wrapper."""
    with opened_text(stream, found.name) as text:
        values = check_nesting(text, limit=limits.nesting)
    if values != 1:
        return values, None
    with opened_text(stream, found.name) as text:
        return values, wrapped_lists(JsonText(text))


def _inspected_list(
    stream: BinaryIO,
    path: str,
    name: str,
    found: FoundEncoding,
    choices: ReadingChoices,
    wrapped: WrappedLists,
    *,
    limits: ReadLimits,
) -> TableReading:
    counted = counted_entries(_flat_rows(stream, found, path), found=found, limits=limits)
    reading = counted.as_reading(
        name=name, file_format="json", found=found, choices=choices, notes=wrapped.notes
    )
    return replace(reading, part=path)


def _parts(wrapped: WrappedLists) -> tuple[Part, ...]:
    return tuple(Part(one.path, one.entries) for one in wrapped.lists)


def _flat_rows(stream: BinaryIO, found: FoundEncoding, path: str) -> Iterator[FlatRow]:
    """The rows of the list at a path, '' for the whole text."""
    has_bad = bool(found.bad_bytes) or not found.name.startswith("utf-8")
    with opened_text(stream, found.name) as text:
        source = JsonText(text)
        entries = list_entries(source, path) if path else documents(source)
        yield from flat_rows(source, entries, always_mends=has_bad)
