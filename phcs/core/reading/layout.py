"""How a delimited file is laid out: its delimiter and its header row, found in a sample of whole lines.

The sample is read with the real csv parser and doubled quotes, never with `csv.Sniffer`, which splits
names at their spaces (cpython 109339, 119123).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from phcs.core.reading.cells import LAST_ROWS, NumberedRow, is_blank
from phcs.core.reading.choices import READER_DECIDES, ReadingChoices
from phcs.core.values.totals import says_total

INSTRUCTION_MARK = "# How to fill in"
"""The first cell of a template's instruction row begins so; such a row below the headings is no data."""

SAMPLE_CHARACTERS = 1_000_000
_SAMPLE_ROWS = 200
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"\0]|\t)"?(?=[\r\n]|$)', re.IGNORECASE)
_LABEL_WITH_ANSWER = 2
_SUMS = frozenset({"sum", "suma", "subtotal", "subtotals"})
_NUMBER = re.compile(r"[^\w\s]{0,3}\s?\d[\d.,' ]*%?")
_NO_HEADING = re.compile(r"[^@\s]+@[^@\s]+|https?://.*|\d{4}-\d\d?-\d\d?.*|[\W\d_]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Layout:
    """A delimited file's layout; `header_row` counts from 1 as rows do, a `sep=` line included, 0 for none.

    `width` is the number of columns of most rows; `rows_above` are those above the header with several filled cells.
    """

    delimiter: str
    header_row: int
    width: int
    looks_like_headings: bool = True
    has_titles: bool = False
    rows_above: int = 0


@dataclass(frozen=True, slots=True)
class _Trial:
    """The sample as one delimiter splits it."""

    delimiter: str
    rows: list[list[str]]
    is_broken: bool

    @property
    def width(self) -> int:
        """The most common width of the rows that are not blank; the larger one of two."""
        counts = Counter(self._widths())
        return max(counts, key=lambda width: (counts[width], width), default=0)

    @property
    def score(self) -> tuple[bool, bool, bool, float, int]:
        """Larger is better: more than one column, no broken quotes, the same width in all rows."""
        widths, width = self._widths(), self.width
        agreeing = widths.count(width) / max(1, len(widths))
        return width > 1, not self.is_broken, agreeing == 1, agreeing * (width - 1), width

    def _widths(self) -> list[int]:
        return [len(row) for row in self.rows if not is_blank(row)]


def find_layout(text: TextIO, choices: ReadingChoices = READER_DECIDES) -> Layout:
    """The layout of the table that starts here, as far as it was not chosen.

    A first line `sep=;` decides the delimiter. Otherwise the one of `, ; tab |` wins that splits the sample
    most consistently into most columns. The header is the first row that looks like headings; blank
    lines and titles above it (rows with less than half of the table's width filled) are passed over.
    """
    sample = _sample(text)
    separator = _SEPARATOR_LINE.match(sample)
    delimiter = choices.delimiter or (separator.group(1) if separator else "")
    delimiters = (delimiter,) if delimiter else _DELIMITERS
    trial = max((_try_delimiter(sample, each) for each in delimiters), key=lambda tried: tried.score)
    if choices.header_row is not None:
        return Layout(trial.delimiter, choices.header_row, trial.width)
    after = 1 if separator else 0
    index = header_index(trial.rows, width=trial.width, after=after)
    headings = trial.rows[index] if index < len(trial.rows) else []
    return Layout(
        trial.delimiter,
        index + 1,
        trial.width,
        looks_like_headings=looks_like_headings(headings),
        has_titles=index > after,
        rows_above=several_filled(trial.rows[after:index]),
    )


def several_filled(rows: Iterable[Sequence[str]]) -> int:
    """How many of these rows have more than one filled cell, as titles seldom have."""
    return sum(sum(1 for cell in row if cell.strip()) > 1 for row in rows)


def layout_doubts(layout: Layout) -> Iterator[str]:
    """What may have been a table above the headings."""
    if layout.rows_above > 1:
        yield (
            f"The headings were found in row {layout.header_row:,}; what stands above them was passed over, "
            f"{layout.rows_above:,} rows of several cells too. If those are a table, put it into a file or sheet "
            "of its own."
        )


def layout_notes(layout: Layout) -> Iterator[str]:
    """What a person should look at when the header row is a conclusion rather than a certainty."""
    yield from layout_doubts(layout)
    row = f"{layout.header_row:,}"
    if layout.has_titles and layout.rows_above <= 1:
        yield f"The headings were found in row {row}; what stands above them was passed over."
    if not layout.looks_like_headings:
        yield f"Row {row} was taken for the headings although it looks like data."


def is_separator_line(cells: Sequence[str]) -> bool:
    """Whether this first row is one that tells a spreadsheet program the delimiter."""
    return bool(cells) and cells[0].lower().startswith("sep=") and is_blank(cells[1:]) and len(cells[0]) <= 5


def is_instruction(cells: Sequence[str]) -> bool:
    """Whether this is a template's row that explains its columns."""
    return bool(cells) and cells[0].lstrip().startswith(INSTRUCTION_MARK)


def instruction_notes(count: int) -> Iterator[str]:
    """Tells that a template's instruction rows were passed over."""
    if count:
        what = "1 row of instructions was" if count == 1 else f"{count:,} rows of instructions were"
        yield f"{what} passed over."


def total_notes(last_rows: Sequence[NumberedRow]) -> Iterator[str]:
    """Points to sums at the end of a table, which are read like any other row; give its last rows."""
    for row_no, cells, _ in last_rows[-LAST_ROWS:]:
        filled = [cell.strip() for cell in cells if cell.strip()]
        is_named = bool(filled) and (filled[0].casefold().rstrip(": ") in _SUMS or says_total(filled[0]))
        is_counted = len(filled) > 1 or any(map(str.isdigit, filled[0])) if is_named else False
        if is_counted and all(map(_NUMBER.fullmatch, filled[1:])):
            yield f"Row {row_no:,} looks like a total. It is read like any other row; take it out of the file."


def _sample(text: TextIO) -> str:
    sample = text.read(SAMPLE_CHARACTERS)
    if len(sample) < SAMPLE_CHARACTERS:
        return sample
    end = max(sample.rfind("\n"), sample.rfind("\r"))
    return sample[: end + 1] if end > 0 else sample


def _try_delimiter(sample: str, delimiter: str) -> _Trial:
    rows: list[list[str]] = []
    filled, is_broken = 0, False
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            filled += not is_blank(row)
            if filled == _SAMPLE_ROWS:
                break
    except csv.Error as error:
        is_broken = "unexpected end" not in str(error)
    return _Trial(delimiter, rows, is_broken)


def header_index(rows: Sequence[Sequence[str]], *, width: int, after: int) -> int:
    """The header's index: the first row that is nearly full, or half full and looks like headings."""
    for index, row in enumerate(rows[after:], after):
        filled = sum(1 for cell in row if cell.strip())
        is_wide = filled and len(row) * 2 > width and filled * 2 >= width
        if is_wide and (
            filled * 10 >= width * 9 or (looks_like_headings(row) and not _is_label_with_answer(row))
        ):
            return index
    return next((index for index, row in enumerate(rows[after:], after) if not is_blank(row)), after)


def _is_label_with_answer(row: Sequence[str]) -> bool:
    """Whether a row says something of the file, as reports do above their tables: `Report:`, `Clients`."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return len(filled) == _LABEL_WITH_ANSWER and filled[0].endswith(":")


def looks_like_headings(row: Sequence[str]) -> bool:
    """Whether these cells are names rather than data: hardly a number, a date or an e-mail address."""
    filled = [cell.strip() for cell in row if cell.strip()]
    words = sum(1 for cell in filled if len(cell) <= 100 and not _NO_HEADING.fullmatch(cell))
    return bool(filled) and words * 5 >= len(filled) * 4
