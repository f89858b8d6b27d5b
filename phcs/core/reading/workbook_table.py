"""A sheet whose headings are known → its data rows, equally wide once the table's width is known."""

from collections.abc import Iterator, Sequence

from phcs.core.reading import refusals
from phcs.core.reading.cells import NumberedRow, column_letters, is_blank, is_storable, mended
from phcs.core.reading.layout import is_instruction
from phcs.core.reading.tables import ReadLimits
from phcs.core.reading.workbook_cells import OddRow
from phcs.core.reading.workbook_file import TextRow
from phcs.core.reading.workbook_merges import Merge, MergedRows

_NO_FLAGS: tuple[str, ...] = ()
_MAX_FLAGS = 50


class SheetTable:
    """The rows below the headings. `width` grows with the widest row so far, by up to `unnamed` columns.

    Those have no headings; a cell farther away, such as one with a solver's data, is no part of the table.

    `blank_rows` (those above the last filled row), `repeated_headers` and `instruction_rows` count what `rows()` passed
    over so far.
    """

    def __init__(
        self,
        rows: Iterator[TextRow],
        *,
        header_row: int,
        headings: Sequence[str],
        merges: Sequence[Merge],
        limits: ReadLimits,
        unnamed: int = 0,
    ) -> None:
        self._rows = rows
        self._header_row = header_row
        self._header_key = [heading.strip() for heading in headings]
        self._merged = MergedRows(merges) if merges else ()
        self._limits = limits
        self._max_width = min(len(headings) + unnamed, max(len(headings), limits.columns))
        self.width = len(headings)
        self.blank_rows = 0
        self.repeated_headers = 0
        self.instruction_rows = 0

    def rows(self) -> Iterator[NumberedRow]:
        """The data rows; a cell too long for the limit refuses the file."""
        blank_rows = 0
        first_heading = self._header_key[0] if self._header_key else ""
        for row_no, cells, odd in self._rows:
            if row_no <= self._header_row:
                continue
            if (not cells or not cells[0].strip()) and is_blank(cells) and not _says_more(odd):
                blank_rows += 1
                continue
            self.blank_rows, blank_rows = self.blank_rows + blank_rows, 0
            if cells and cells[0].strip() == first_heading and self._is_header(cells):
                self.repeated_headers += 1
            elif is_instruction(cells):
                self.instruction_rows += 1
            else:
                yield self._fitted(row_no, cells, odd)

    def _is_header(self, cells: Sequence[str]) -> bool:
        texts = [mended(cell).strip() for cell in cells]
        width = max(len(texts), len(self._header_key))
        return [*texts, *[""] * (width - len(texts))] == [
            *self._header_key,
            *[""] * (width - len(self._header_key)),
        ]

    def _fitted(self, row_no: int, cells: list[str], odd: OddRow | None) -> NumberedRow:
        """The row as wide as the table so far, or wider, with its flags."""
        flags = list(odd.flags[:_MAX_FLAGS]) if odd else []
        if len(cells) > self.width:
            self._widen(cells, flags)
        if len(cells) < self.width:
            cells += [""] * (self.width - len(cells))
        if max(map(len, cells)) > self._limits.cell_characters:
            at = next(at for at, cell in enumerate(cells) if len(cell) > self._limits.cell_characters)
            raise refusals.cell_too_long(row_no, self._limits.cell_characters, column=column_letters(at))
        if not is_storable("".join(cells)):
            flags.append("character")
            cells = [mended(cell) for cell in cells]
        if self._merged and row_no in self._merged:
            flags.append("merged")
        return row_no, cells, tuple(flags) if flags else _NO_FLAGS

    def _widen(self, cells: list[str], flags: list[str]) -> None:
        """Let the table grow to this row's last filled cell; what lies too far beyond it is cut off."""
        if not is_blank(cells[self._max_width :]):
            flags.append("beyond")
        del cells[self._max_width :]
        while len(cells) > self.width and not cells[-1].strip():
            cells.pop()
        self.width = max(self.width, len(cells))


def _says_more(odd: OddRow | None) -> bool:
    """Whether a row without texts is no blank one: formulas without results."""
    return odd is not None and any(flag.startswith("uncalculated") for flag in odd.flags)
