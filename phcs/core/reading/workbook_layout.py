"""Where a sheet's headings are: below titles, in one row or in several that merged cells join."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phcs.core.reading import refusals
from phcs.core.reading.cells import is_blank, lettered_headings, mended
from phcs.core.reading.choices import NO_HEADER_ROW, ReadingChoices
from phcs.core.reading.layout import Layout, header_index, looks_like_headings, several_filled
from phcs.core.reading.tables import ReadLimits
from phcs.core.reading.workbook_file import TextRow
from phcs.core.reading.workbook_merges import Merge, header_block, joined_headings

SAMPLE_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """The last row of the headings, 0 for none, and the headings, which may end before the table does."""

    header_row: int
    headings: list[str]
    looks_like_headings: bool = True
    has_titles: bool = False
    rows_above: int = 0

    def as_layout(self) -> Layout:
        """What a delimited file's layout would tell of the same headings."""
        return Layout(
            "",
            self.header_row,
            len(self.headings),
            looks_like_headings=self.looks_like_headings,
            has_titles=self.has_titles,
            rows_above=self.rows_above,
        )


def sheet_layout(
    sample: Sequence[TextRow], merges: Sequence[Merge], choices: ReadingChoices, *, limits: ReadLimits
) -> SheetLayout:
    """The layout of the sheet that begins with this sample, as far as it was not chosen.

    Raises UnreadableFileError where there is nothing, or not the row that was chosen.
    """
    rows = {row_no: [mended(cell) for cell in cells[: limits.columns + 1]] for row_no, cells, _ in sample}
    filled = {row_no: _trimmed(row) for row_no, row in rows.items() if not is_blank(row)}
    if not filled:
        raise refusals.no_rows()
    width = _common_width(filled.values())
    if choices.header_row == NO_HEADER_ROW:
        headings = lettered_headings(max(map(len, filled.values())))
        return SheetLayout(
            NO_HEADER_ROW, headings[: limits.columns], looks_like_headings=True, has_titles=False
        )
    if choices.header_row is not None:
        header_row = choices.header_row
        if header_row not in filled:
            raise refusals.no_such_row(header_row)
    else:
        margin = min(_margin(row) for row in filled.values())
        cut = [_trimmed(row)[margin:] for row in rows.values()]
        header_row = list(rows)[header_index(cut, width=width - margin, after=0)]
    near = [merge for merge in merges if merge.top <= max(rows)]
    top, bottom = header_block(header_row, rows, near, width=width)
    headings = joined_headings([rows.get(row_no, []) for row_no in range(top, bottom + 1)], top, near)
    headings = _trimmed(headings)
    if len(headings) > limits.columns:
        raise refusals.too_many_columns(limits.columns)
    return SheetLayout(
        bottom,
        headings,
        looks_like_headings=looks_like_headings(headings),
        has_titles=any(row_no < top for row_no in filled),
        rows_above=several_filled(row for row_no, row in filled.items() if row_no < top),
    )


def _common_width(rows: Iterable[Sequence[str]]) -> int:
    """How far most rows reach; the farther of two."""
    counts = Counter(map(len, rows))
    return max(counts, key=lambda width: (counts[width], width))


def _trimmed(row: Sequence[str]) -> list[str]:
    """The row up to its last filled cell."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return list(row[:end])


def _margin(row: Sequence[str]) -> int:
    """How many blank cells stand before the first filled one."""
    return next(position for position, cell in enumerate(row) if cell.strip())
