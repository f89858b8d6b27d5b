"""What calamine cannot tell about a sheet: how far it reaches, and cells that are more, or less, than their value.

Two looks. `probed` searches the packed sheet's bytes for signs, at 250 MB a second; it decides which reader is safe
and whether a closer look is needed. `surveyed` parses every cell, at a million a second, and finds the odd ones.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from phcs.core.reading import refusals
from phcs.core.reading.workbook_cells import SURE_DIGITS, HiddenColumns, OddRow, long_number, shown_number
from phcs.core.reading.workbook_merges import Merge
from phcs.core.reading.xlsx_parts import NumberStyle
from phcs.core.reading.zip_package import member_blocks

_OVERLAP = 200
_MAX_MERGES = 100_000
_COLUMN = re.compile(rb' r="([A-Z]{1,3})[0-9]')
_ANY_COLUMN = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})[0-9]""")
_ROW_START = rb"""row(?:\s[^>]*?\sr\s*=\s*["']|\sr\s*=\s*["']|(?=[\s/>]))([0-9]{0,7})"""
_ROW = re.compile(b"<" + _ROW_START)
_ANY_ROW = re.compile(rb"<\w+:" + _ROW_START)
_MERGE = re.compile(rb"""mergeCell\s[^>]*?ref=["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})["']""")
_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_LONG_NUMBER = re.compile(rb">[-+]?[0-9]{16}")
_SHEET_NUMBER = re.compile(r"[0-9]{1,7}")
_LETTERS = re.compile(r"[A-Za-z]{1,3}(?=[0-9])")
_TRUE = {"1", "true"}


@dataclass(frozen=True, slots=True)
class SheetProbe:
    """How far a sheet reaches, its merged cells, and whether a survey may find something.

    `dense_cells` is how many cells a reader would make that makes all between the first and the last, `is_ordered`
    whether the rows stand in the order of their numbers.
    """

    dense_cells: int
    merges: tuple[Merge, ...]
    is_odd: bool
    is_ordered: bool = True


def probed(package: zipfile.ZipFile, member: str) -> SheetProbe:
    """Look over the sheet's bytes; what its `dimension` claims is not believed."""
    columns: set[bytes] = set()
    merges: dict[Merge, None] = {}
    cells, rows, last_row, is_odd, is_ordered, tail = 0, 0, 0, False, True, b""
    for block in member_blocks(package, member):
        text = tail + block
        columns.update(_COLUMN.findall(text) or _ANY_COLUMN.findall(text))
        numbers = _ROW.findall(text) or _ANY_ROW.findall(text)
        given = [int(number) for number in numbers if number]
        cells += block.count(b"<c ") + block.count(b":c ")
        rows += len(numbers)
        is_ordered = is_ordered and [last_row - _OVERLAP, *given] == sorted([last_row - _OVERLAP, *given])
        last_row = max(last_row, *given) if given else last_row
        is_odd = is_odd or _looks_odd(text)
        if b"mergeCell" in text and len(merges) < _MAX_MERGES:
            merges.update((_merge(found), None) for found in _MERGE.findall(text))
        tail = block[-_OVERLAP:]
    last_column = max((column_index(letters.decode()) for letters in columns), default=0)
    return SheetProbe(max(cells, max(last_row, rows) * (last_column + 1)), tuple(merges), is_odd, is_ordered)


def _looks_odd(text: bytes) -> bool:
    """Whether there are signs of error cells, formulas, hidden rows or columns, or long numbers."""
    return bool(
        b"hidden" in text
        or ((b'"e"' in text or b"'e'" in text) and _ERROR.search(text))
        or ((b"<f" in text or b":f" in text) and _FORMULA.search(text))
        or _LONG_NUMBER.search(text)
    )


def column_index(letters: str) -> int:
    """The position of a column, from 0, by its letters."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


class SheetSurvey:
    """One parse of a sheet, row by row: `rows()` gives the odd ones in order, `hidden_columns` fills meanwhile."""

    def __init__(self, package: zipfile.ZipFile, member: str, styles: Mapping[str, NumberStyle]) -> None:
        self._package = package
        self._member = member
        self._styles = styles
        self._done: list[OddRow] = []
        self._row_no = 0
        self._column = -1
        self._reference = ""
        self._is_hidden = False
        self._odd = OddRow(0)
        self._kind = ""
        self._style: NumberStyle | None = None
        self._formula = False
        self._text: list[str] = []
        self.hidden_columns: list[HiddenColumns] = []

    def rows(self) -> Iterator[OddRow]:
        """The odd rows, in the sheet's order; raises UnreadableFileError where the sheet is no whole XML."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        self._parser = parser
        try:
            for block in member_blocks(self._package, self._member, size=1 << 16):
                parser.Parse(block, False)  # noqa: FBT003
                if self._done:
                    yield from self._done
                    self._done.clear()
            parser.Parse(b"", True)  # noqa: FBT003
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise refusals.bad_workbook(f"its part “{self._member[:100]}” is damaged") from error
        yield from self._done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._begin_value()
        else:
            self._start_other(name.rpartition(":")[2], attributes)

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._begin_value()
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = attributes.get("r", "")
            self._row_no = int(number) if _SHEET_NUMBER.fullmatch(number) else self._row_no + 1
            self._column, self._reference = -1, ""
            self._odd = OddRow(self._row_no)
            self._is_hidden = attributes.get("hidden") in _TRUE
        elif name == "col" and attributes.get("hidden") in _TRUE:
            self._hide(attributes)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        if not reference:
            self._column = self._position() + 1
        self._reference = reference
        self._kind = attributes.get("t", "n")
        self._style = self._styles.get(attributes.get("s", "")) if self._styles else None
        self._formula = False
        self._text.clear()

    def _begin_value(self) -> None:
        self._text.clear()
        self._parser.CharacterDataHandler = self._text.append

    def _position(self) -> int:
        """The cell's column, worked out only where somebody asks."""
        if self._reference:
            letters = _LETTERS.match(self._reference)
            self._column = column_index(letters[0]) if letters else self._column + 1
            self._reference = ""
        return self._column

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v":
            self._parser.CharacterDataHandler = None
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self._is_hidden:
                self._odd.flags.append("hidden")
            if self._odd.flags or self._odd.texts:
                self._done.append(self._odd)

    def _end_cell(self) -> None:
        text, odd = "".join(self._text), self._odd
        if self._kind == "e":
            odd.texts[self._position()] = text or "#ERROR!"
            odd.flags.append(f"error:{self._position()}")
        elif self._formula and not text and self._kind != "str":
            odd.flags.append(f"uncalculated:{self._position()}")
        elif self._kind == "n" and text:
            if len(text) > SURE_DIGITS and long_number(text):
                odd.texts[self._position()] = long_number(text)
            elif self._style:
                shown = shown_number(text, self._style.digits, self._style.decimals)
                odd.texts[self._position()] = shown

    def _hide(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if (
            _SHEET_NUMBER.fullmatch(first)
            and _SHEET_NUMBER.fullmatch(last)
            and len(self.hidden_columns) < 1_000
        ):
            self.hidden_columns.append(HiddenColumns(int(first) - 1, int(last) - 1))


def _merge(found: tuple[bytes, ...]) -> Merge:
    left, top, right, bottom = (part.decode() for part in found)
    return Merge(int(top), column_index(left), int(bottom), column_index(right))
