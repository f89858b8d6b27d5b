"""Rows that may not be what they are read as: headings of a second table, rows that a quotation mark swallowed.

Nothing is left out or read in another way for it: a person is pointed to the place.
"""

import re
from collections.abc import Iterator, Sequence

from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.layout import looks_like_headings
from phcs.core.values.texts import is_blank_word

_SAMPLE_ROWS = 10
_PLACES = 3
_SHOWN_HEADINGS, _SHOWN_CHARACTERS = 3, 40
_FEWEST_CELLS, _FEWEST_COLUMNS = 2, 3
_TELLING = re.compile(r"[\d@]")


class DoubtfulRows:
    """Collects the doubtful places while a table's rows pass, chunk by chunk; costs next to nothing in other files."""

    def __init__(self, headings: Sequence[str], *, delimiter: str = "") -> None:
        self._headings = headings
        self._delimiter = delimiter
        self._last_row = 0
        self._above: list[Sequence[str]] = []
        self._second_headings: tuple[int, list[str]] | None = None
        self._swallowed: list[str] = []

    def add(self, chunk: Sequence[NumberedRow], *, lines: int = 0) -> None:
        """Look at the next rows; `lines` are those of the file that they take up, 0 where rows have no lines."""
        rows = chunk[-1][0] - self._last_row
        if rows > len(chunk) and self._second_headings is None:
            self._look_for_headings(chunk)
        if lines > rows and len(self._swallowed) < _PLACES:
            self._look_for_swallowed(chunk)
        self._last_row = chunk[-1][0]

    def notes(self) -> Iterator[str]:
        """What a person should look at before these rows are believed."""
        if self._second_headings:
            row_no, cells = self._second_headings
            shown = ", ".join(f"“{cell[:_SHOWN_CHARACTERS]}”" for cell in cells[:_SHOWN_HEADINGS])
            more = ", …" if len(cells) > _SHOWN_HEADINGS else ""
            yield (
                f"Row {row_no:,}, below a blank row, looks like the headings of a second table ({shown}{more}). It and "
                "the rows below it are read like those above it. Put each table into a file or sheet of its own; if "
                "only the second is wanted, choose this row for the headings."
            )
        if self._swallowed:
            yield (
                f"Text in quotation marks looks as if it had swallowed rows: {'; '.join(self._swallowed)}. Look "
                "whether the quotation mark that closes it is missing there; what it swallowed is not read as rows."
            )

    def _look_for_headings(self, chunk: Sequence[NumberedRow]) -> None:
        before = self._last_row
        for row_no, cells, _ in chunk:
            if row_no > before + 1 and is_second_heading(cells, self._above):
                self._second_headings = row_no, [cell.strip() for cell in cells if cell.strip()]
                return
            if len(self._above) < _SAMPLE_ROWS:
                self._above.append(cells)
            before = row_no

    def _look_for_swallowed(self, chunk: Sequence[NumberedRow]) -> None:
        for row_no, cells, _ in chunk:
            for heading, cell in zip(self._headings, cells, strict=False):
                count = rows_inside(cell, delimiter=self._delimiter, width=len(self._headings))
                if count and len(self._swallowed) < _PLACES:
                    what = "1 line" if count == 1 else f"{count:,} lines"
                    self._swallowed.append(
                        f"{what} in row {row_no:,}, column “{heading[:_SHOWN_CHARACTERS]}”"
                    )


def is_second_heading(cells: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Say whether a row that follows a blank one is headings, by words where digits or addresses stand above it.

    That must be so in its first cell or in half of its cells: `no phone` makes no headings. `above` are some data rows
    of the table. A table of nothing but words tells nothing.
    """
    filled = [at for at, cell in enumerate(cells) if cell.strip()]
    if len(filled) < _FEWEST_CELLS or not looks_like_headings(cells):
        return False
    changed = [at for at in filled if _has_words_below_numbers(cells[at], at, above)]
    return len(changed) * 2 >= len(filled) or filled[0] in changed


def _has_words_below_numbers(cell: str, at: int, above: Sequence[Sequence[str]]) -> bool:
    if is_blank_word(cell.strip()) or _TELLING.search(cell):
        return False
    values = [row[at] for row in above if at < len(row) and row[at].strip()]
    return bool(values) and all(map(_TELLING.search, values))


def rows_inside(cell: str, *, delimiter: str, width: int) -> int:
    """Return how many lines of a cell, its first apart, have the delimiters of a whole row; 0 in narrow tables.

    A delimiter with a blank behind it is punctuation.
    """
    if width < _FEWEST_COLUMNS or ("\n" not in cell and "\r" not in cell):
        return 0
    lines = cell.splitlines()[1:]
    return sum(line.replace(f"{delimiter} ", "").count(delimiter) >= width - 1 for line in lines)
