"""How a delimited file is laid out: its delimiter and its header row, found in a sample of whole lines.

The sample is read with the real csv parser and doubled quotes, never with `csv.Sniffer`, which splits
names at their spaces (cpython 109339, 119123).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from phcs.core.reading.cells import is_blank

SAMPLE_CHARACTERS = 1_000_000
_SAMPLE_ROWS = 200
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"\0]|\t)"?(?=[\r\n]|$)', re.IGNORECASE)
_NO_HEADING = re.compile(r"[^@\s]+@[^@\s]+|https?://.*|\d{4}-\d\d?-\d\d?.*|[\W\d_]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Layout:
    """A delimited file's layout; `header_row` counts from 1 as rows do, a `sep=` line included."""

    delimiter: str
    header_row: int
    looks_like_headings: bool
    has_titles: bool


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


def find_layout(text: TextIO) -> Layout:
    """The layout of the table that starts here.

    A first line `sep=;` decides the delimiter. Otherwise the one of `, ; tab |` wins that splits the sample
    most consistently into most columns. The header is the first row that looks like headings; blank
    lines and titles above it (rows with less than half of the table's width filled) are passed over.
    """
    sample = _sample(text)
    separator = _SEPARATOR_LINE.match(sample)
    if separator:
        trial = _try_delimiter(sample, separator.group(1))
    else:
        trial = max((_try_delimiter(sample, each) for each in _DELIMITERS), key=lambda tried: tried.score)
    after = 1 if separator else 0
    index = _header_index(trial.rows, width=trial.width, after=after)
    headings = trial.rows[index] if index < len(trial.rows) else []
    return Layout(
        trial.delimiter,
        index + 1,
        looks_like_headings=_looks_like_headings(headings),
        has_titles=index > after,
    )


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


def _header_index(rows: Sequence[Sequence[str]], *, width: int, after: int) -> int:
    """The header's index: the first row that is nearly full, or half full and looks like headings."""
    for index, row in enumerate(rows[after:], after):
        filled = sum(1 for cell in row if cell.strip())
        is_wide = filled and len(row) * 2 > width and filled * 2 >= width
        if is_wide and (filled * 10 >= width * 9 or _looks_like_headings(row)):
            return index
    return next((index for index, row in enumerate(rows[after:], after) if not is_blank(row)), after)


def _looks_like_headings(row: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in row if cell.strip()]
    words = sum(1 for cell in filled if len(cell) <= 100 and not _NO_HEADING.fullmatch(cell))
    return bool(filled) and words * 5 >= len(filled) * 4
