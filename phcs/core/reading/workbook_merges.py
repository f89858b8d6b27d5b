"""Merged cells: which rows they touch, and what they mean for headings."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from phcs.core.reading.layout import looks_like_headings

MAX_HEADER_ROWS = 4
_MAX_COLUMNS = 16_384


class Merge(NamedTuple):
    """A block of merged cells; rows from 1, columns from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


class MergedRows:
    """Answers whether a row is touched by merged cells."""

    def __init__(self, merges: Iterable[Merge]) -> None:
        self._tops: list[int] = []
        self._bottoms: list[int] = []
        for merge in sorted(merges):
            if self._bottoms and merge.top <= self._bottoms[-1] + 1:
                self._bottoms[-1] = max(self._bottoms[-1], merge.bottom)
            else:
                self._tops.append(merge.top)
                self._bottoms.append(merge.bottom)

    def __contains__(self, row_no: int) -> bool:
        at = bisect_right(self._tops, row_no) - 1
        return at >= 0 and row_no <= self._bottoms[at]


def header_block(
    header_row: int, rows: Mapping[int, Sequence[str]], merges: Sequence[Merge], *, width: int
) -> tuple[int, int]:
    """The first and last of the rows that together are the headings, where merged cells join several.

    Groups (`Owner` over two columns) stand above the headings that they join; a heading may reach down
    over several rows. A title merged over the whole width is no group.
    """
    top = bottom = header_row
    groups = [merge for merge in merges if merge.bottom > merge.top or merge.right - merge.left + 1 < width]
    former = (0, 0)
    while former != (top, bottom) and bottom - top + 1 < MAX_HEADER_ROWS:
        former = top, bottom
        for merge in groups:
            if merge.top <= bottom and merge.bottom >= top and merge.bottom - merge.top < MAX_HEADER_ROWS:
                top, bottom = min(top, merge.top), max(bottom, merge.bottom)
            elif merge.bottom == top - 1 and merge.top == merge.bottom:
                top -= 1
        if _are_groups(rows.get(bottom, ()), rows.get(bottom + 1, ()), _covered(groups, bottom)):
            bottom += 1
    return top, bottom


def _covered(groups: Sequence[Merge], row_no: int) -> set[int]:
    """The columns of this row that lie under cells merged across."""
    return {
        column
        for merge in groups
        if merge.bottom == row_no and merge.right > merge.left
        for column in range(merge.left, min(merge.right, _MAX_COLUMNS) + 1)
    }


def _are_groups(row: Sequence[str], below: Sequence[str], covered: set[int]) -> bool:
    """Whether this row's merged cells stand above headings of their own: nothing else is filled below them."""
    filled = {column for column, text in enumerate(below) if text.strip()}
    alone = {column for column, text in enumerate(row) if text.strip()} - covered
    return bool(filled) and filled <= covered and (bool(alone) or looks_like_headings(below))


def joined_headings(rows: Sequence[Sequence[str]], top: int, merges: Sequence[Merge]) -> list[str]:
    """One heading per column out of the header's rows (the first is row `top`): the lowest text in each.

    Where several columns would share it, the group's text goes before: `Owner Name`, `Pet Name`.
    """
    width = max(map(len, rows))
    grid = [[*row, *[""] * (width - len(row))] for row in rows]
    last = top + len(rows) - 1
    for merge in merges:
        if top <= merge.top and merge.bottom <= last and merge.left < width:
            text = grid[merge.top - top][merge.left]
            right = min(merge.right, width - 1) if merge.bottom < last else merge.left
            for row in grid[merge.top - top : merge.bottom - top + 1]:
                row[merge.left : right + 1] = [text] * (right - merge.left + 1)
    stacks = [
        list(dict.fromkeys(row[column].strip() for row in grid if row[column].strip()))
        for column in range(width)
    ]
    lowest = [stack[-1] if stack else "" for stack in stacks]
    return [
        " ".join(stack) if stack and lowest.count(stack[-1]) > 1 else text
        for stack, text in zip(stacks, lowest, strict=True)
    ]
