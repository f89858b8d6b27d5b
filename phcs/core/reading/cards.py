"""Contact cards (vCard 2.1, 3.0 and 4.0) → a table of contacts.

Headings are like those of Google Contacts: `Phone`, `Phone 2` and so on hold every number, the preferred one
first, each with its type. Photographs, sounds and keys are left out, and a note says so.
"""

from collections.abc import Iterator
from typing import BinaryIO

from phcs.core.reading.calendars import components, storable
from phcs.core.reading.card_fields import card_cells
from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.choices import READER_DECIDES, ReadingChoices
from phcs.core.reading.content_lines import PassedOver, content_lines
from phcs.core.reading.encodings import FoundEncoding, opened_text
from phcs.core.reading.entry_table import FlatRow, counted_entries, entry_rows
from phcs.core.reading.tables import ReadLimits, RowRange, TableReading


def inspect_cards(
    stream: BinaryIO,
    *,
    name: str,
    found: FoundEncoding,
    limits: ReadLimits,
    choices: ReadingChoices = READER_DECIDES,
) -> TableReading:
    """Count every card once; raises UnreadableFileError."""
    passed = PassedOver()
    counted = counted_entries(_cards(stream, found, limits.nesting, passed), found=found, limits=limits)
    return counted.as_reading(
        name=name,
        file_format="cards",
        found=found,
        choices=choices,
        notes=passed.notes(),
    )


def card_rows(
    stream: BinaryIO, reading: TableReading, limits: ReadLimits, of: RowRange
) -> Iterator[NumberedRow]:
    """The contacts of a file of cards that was inspected before."""
    found = FoundEncoding(reading.encoding, reading.bad_bytes)
    return entry_rows(_cards(stream, found, limits.nesting, PassedOver()), reading.columns, of)


def _cards(stream: BinaryIO, found: FoundEncoding, nesting: int, passed: PassedOver) -> Iterator[FlatRow]:
    """Every card as cells; raises UnreadableFileError (`file.bad_nesting`, `file.too_deep`)."""
    with opened_text(stream, found.name) as text:
        lines = content_lines(text, passed)
        for depth, component, its_lines in components(lines, nesting=nesting, passed=passed):
            if component != "VCARD" or depth > 1:
                passed.what["card(s) inside another card"] += 1
            else:
                yield storable(card_cells(its_lines, encoding=found.name, passed=passed))
