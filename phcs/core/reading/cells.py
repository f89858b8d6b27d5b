"""What every row goes through, whatever the file's format: storable text, counted columns, headings."""

import re
from collections.abc import Iterable, Iterator, Sequence

from phcs.core.reading.choices import encoding_name
from phcs.core.reading.column_facts import FactsTally
from phcs.core.reading.tables import ColumnReading

NumberedRow = tuple[int, list[str], tuple[str, ...]]
"""Row number, cells, flags: a `SourceRow` before it is made, as chunks of thousands travel."""

SAMPLES = 3
FIRST_ROWS = 10
LAST_ROWS = 3
SHOWN_CHARACTERS = 200
"""Samples and first rows are cut here: they are for showing, and are stored with the import."""

_PLACES = 5
_BAD_BYTE = re.compile("[\udc80-\udcff\ufffd]")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_blank(cells: Iterable[str]) -> bool:
    """Whether a row holds nothing but white space."""
    return not any(map(str.strip, cells))


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can store it: no NUL, no lone surrogate."""
    return not _UNSTORABLE.search(text)


def mended(text: str) -> str:
    """The text with every character that PostgreSQL cannot store replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def unique_headings(given: Iterable[str]) -> list[str]:
    """Headings on one line, blank ones numbered (`Column 3`), the second `X` called `X (2)`."""
    headings: dict[str, None] = {}
    for position, text in enumerate(given, 1):
        plain = " ".join(text.split()) or f"Column {position}"
        heading, count = plain, 1
        while heading in headings:
            count += 1
            heading = f"{plain} ({count})"
        headings[heading] = None
    return list(headings)


def lettered_headings(width: int) -> list[str]:
    """Headings for a table that has none: `Column A` to `Column Z`, `Column AA` and on."""
    return [f"Column {column_letters(position)}" for position in range(width)]


def column_letters(position: int) -> str:
    """What a spreadsheet program calls the column at this position, from 0: `A`, `Z`, `AA`."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class BadPlaces:
    """Where characters could not be read, for showing: the first few cells, and how many bytes there are."""

    def __init__(self, bad_bytes: int) -> None:
        self._bad_bytes = bad_bytes
        self._places: list[str] = []

    def add(self, row_no: int, headings: Sequence[str], cells: Sequence[str]) -> None:
        """Note the cells of this row, not yet mended, that hold a bad byte or, mended, its replacement."""
        for heading, cell in zip(headings, cells, strict=False):
            if len(self._places) == _PLACES:
                return
            found = _BAD_BYTE.search(cell)
            if found and self._bad_bytes:
                byte = f"0x{ord(found[0]) - 0xDC00:02X} " if found[0] != "\ufffd" else ""
                self._places.append(f"{byte}in row {row_no:,}, column “{_shown(mended(heading))}”")

    def notes(self, encoding: str) -> Iterator[str]:
        """One sentence where there is something to tell."""
        if not self._bad_bytes:
            return
        what = "1 byte is" if self._bad_bytes == 1 else f"{self._bad_bytes:,} bytes are"
        where = f": {'; '.join(self._places)}" if self._places else ""
        more = "" if self._bad_bytes <= len(self._places) else ", …"
        yield (
            f"{what} not {encoding_name(encoding)} text and shown as \ufffd{where}{more if where else ''}. "
            "Choose another encoding if letters look wrong; otherwise correct those cells."
        )


class ColumnTally:
    """Counts filled cells and keeps a few samples per column, a chunk of rows at a time.

    A cell is filled when it is not empty. Rows of one chunk are equally wide; later chunks may be wider.
    `last_rows` are the reader's to keep here, up to LAST_ROWS of them.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.last_rows: Sequence[NumberedRow] = ()
        self._filled: list[int] = []
        self._samples: list[dict[str, None]] = []
        self._first_rows: list[list[str]] = []
        self._facts = FactsTally()

    def add(self, rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> None:
        """Count these rows; `numbers` are their numbers, by which facts name the rows that prove them."""
        self.rows += len(rows)
        for row in rows[: FIRST_ROWS - len(self._first_rows)] if len(self._first_rows) < FIRST_ROWS else ():
            self._first_rows.append([_shown(cell) for cell in row])
        for position, column in enumerate(zip(*rows, strict=True)):
            if position == len(self._filled):
                self._filled.append(0)
                self._samples.append({})
            filled = len(column) - column.count("")
            if not filled:
                continue
            self._filled[position] += filled
            if len(self._samples[position]) < SAMPLES:
                self._collect(self._samples[position], column)
            self._facts.add(position, column, numbers)

    def columns(self, given: Sequence[str]) -> tuple[ColumnReading, ...]:
        """The readings of the columns with these headings, in order."""
        return tuple(
            ColumnReading(
                position=position,
                heading=heading,
                heading_given=given[position],
                filled=self._filled[position],
                samples=tuple(self._samples[position]),
                facts=self._facts.of(position),
            )
            for position, heading in enumerate(unique_headings(given))
        )

    def first_rows(self) -> tuple[tuple[str, ...], ...]:
        """The first rows, all as wide as the table."""
        width = len(self._filled)
        return tuple((*row, *[""] * (width - len(row))) for row in self._first_rows)

    @staticmethod
    def _collect(samples: dict[str, None], column: Iterable[str]) -> None:
        for value in dict.fromkeys(column):
            if value.strip():
                samples[_shown(value)] = None
                if len(samples) == SAMPLES:
                    return


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
