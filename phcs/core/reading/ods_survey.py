"""What calamine cannot tell about an OpenDocument workbook: how far its sheets reach, and which cells are odd.

OpenDocument repeats rows and cells by a number, so that a few bytes may mean a million cells. The whole content is
parsed before calamine sees it, which makes every cell of every sheet at once.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from phcs.core.reading import refusals
from phcs.core.reading.workbook_cells import HiddenColumns, OddRow, shown_number
from phcs.core.reading.workbook_merges import Merge
from phcs.core.reading.zip_package import member_blocks

CONTENT = "content.xml"
_COUNT = re.compile(r"[0-9]{1,7}")
_PADDED = re.compile(r"0[0-9]{1,39}")
_HIDDEN = {"collapse", "filter"}
_MAX_ODD_ROWS = 200_000
_TWO_DECIMALS = 2


@dataclass(slots=True)
class OdsSheet:
    """One sheet as it was surveyed; rows and columns count up to the last that holds something."""

    rows: int = 0
    columns: int = 0
    merges: list[Merge] = field(default_factory=list)
    odd_rows: list[OddRow] = field(default_factory=list)
    hidden_columns: list[HiddenColumns] = field(default_factory=list)

    @property
    def dense_cells(self) -> int:
        """The cells from A1 to the last one."""
        return self.rows * self.columns


def surveyed_ods(package: zipfile.ZipFile) -> list[OdsSheet]:
    """Every sheet, in order; raises UnreadableFileError where the content is missing or no whole XML."""
    survey = _Survey()
    try:
        for block in member_blocks(package, CONTENT):
            survey.parser.Parse(block, False)  # noqa: FBT003
        survey.parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise refusals.bad_workbook(f"its part “{CONTENT}” is damaged") from error
    return survey.sheets


class _Survey:
    """Handlers of one parse; elements and attributes are known by their usual prefixes, as calamine knows them."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.sheets: list[OdsSheet] = []
        self._row_no = self._rows = self._column = self._cells = 0
        self._table_column = 0
        self._is_hidden = self._is_filled = False
        self._odd = OddRow(0)
        self._cell: Mapping[str, str] = {}
        self._text: list[str] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in {"table:table-cell", "table:covered-table-cell"}:
            self._cell = attributes
            self._cells = _count(attributes, "table:number-columns-repeated")
            self._text.clear()
        elif name == "text:p" and self._cell:
            self.parser.CharacterDataHandler = self._text.append
        elif name == "table:table-row":
            self._rows = _count(attributes, "table:number-rows-repeated")
            self._column = 0
            self._is_hidden = attributes.get("table:visibility") in _HIDDEN
            self._is_filled = False
            self._odd = OddRow(self._row_no + 1)
        elif name == "table:table":
            self.sheets.append(OdsSheet())
            self._row_no = self._table_column = 0
        elif name == "table:table-column" and self.sheets:
            columns = _count(attributes, "table:number-columns-repeated")
            if attributes.get("table:visibility") in _HIDDEN:
                run = HiddenColumns(self._table_column, self._table_column + columns - 1)
                self.sheets[-1].hidden_columns.append(run)
            self._table_column += columns

    def _end(self, name: str) -> None:
        if name == "text:p":
            self.parser.CharacterDataHandler = None
        elif name in {"table:table-cell", "table:covered-table-cell"} and self.sheets:
            self._end_cell(self.sheets[-1])
            self._column += self._cells
            self._cell = {}
        elif name == "table:table-row" and self.sheets:
            self._end_row(self.sheets[-1])

    def _end_cell(self, sheet: OdsSheet) -> None:
        cell, text = self._cell, "".join(self._text)
        kind = cell.get("office:value-type", "")
        is_uncalculated = "table:formula" in cell and not kind and not text
        if cell.get("calcext:value-type") == "error":
            self._odd.texts[self._column] = text or "#ERROR!"
            self._odd.flags.append(f"error:{self._column}")
        elif is_uncalculated:
            self._odd.flags.append(f"uncalculated:{self._column}")
        elif kind == "percentage":
            self._odd.texts[self._column] = shown_number(cell.get("office:value", ""), 0, _TWO_DECIMALS)
        elif kind == "float" and _PADDED.fullmatch(text):
            self._odd.texts[self._column] = text
        if text or kind or is_uncalculated or "calcext:value-type" in cell:
            self._is_filled = True
            sheet.columns = max(sheet.columns, self._column + self._cells)
        across, down = (_count(cell, f"table:number-{what}-spanned") for what in ("columns", "rows"))
        if across * down > 1:
            top = self._row_no + 1
            sheet.merges.append(Merge(top, self._column, top + down - 1, self._column + across - 1))

    def _end_row(self, sheet: OdsSheet) -> None:
        if self._is_filled:
            sheet.rows = self._row_no + self._rows
            if self._is_hidden:
                self._odd.flags.append("hidden")
            if self._odd.flags or self._odd.texts:
                if len(sheet.odd_rows) + self._rows > _MAX_ODD_ROWS:
                    raise refusals.bad_workbook("too many of its cells are errors, percentages or hidden")
                sheet.odd_rows += [
                    OddRow(self._row_no + nth, list(self._odd.flags), dict(self._odd.texts))
                    for nth in range(1, self._rows + 1)
                ]
        self._row_no += self._rows


def _count(attributes: Mapping[str, str], name: str) -> int:
    """A number of repetitions, 1 where none is given."""
    given = attributes.get(name, "1")
    return max(1, int(given)) if _COUNT.fullmatch(given) else 1
