"""Calamine, the fast reader of workbooks: it makes every cell between a sheet's first and last one at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import python_calamine

from phcs.core.reading import refusals
from phcs.core.reading.workbook_cells import Value
from phcs.core.reading.workbook_merges import Merge

ValueRow = tuple[int, list[Value]]
"""A row's number, and its values from column A on."""


class UnreadableSheetError(Exception):
    """The library cannot read it; another one may."""


@dataclass(frozen=True, slots=True)
class SheetName:
    """One sheet: its place in the workbook, its name, and whether it is hidden."""

    index: int
    name: str
    is_hidden: bool


class FastWorkbook:
    """A workbook that calamine opened: XLSX, ODS or XLS."""

    def __init__(self, stream: BinaryIO) -> None:
        stream.seek(0)
        with _library():
            self._book = python_calamine.load_workbook(stream)
            self.sheets = [
                SheetName(index, sheet.name, sheet.visible != python_calamine.SheetVisibleEnum.Visible)
                for index, sheet in enumerate(self._book.sheets_metadata)
                if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]

    def rows(self, sheet: SheetName) -> Iterator[ValueRow]:
        """Every row from row 1 to the last with a value; raises UnreadableSheetError before the first."""
        with _library():
            read = self._book.get_sheet_by_index(sheet.index)
            start, rows = read.start, read.iter_rows()
        margin: list[Value] = [""] * (start[1] if start else 0)
        return ((row_no, [*margin, *row]) for row_no, row in enumerate(rows, 1))

    def merges(self, sheet: SheetName) -> tuple[Merge, ...]:
        """The merged cells of an XLS sheet."""
        with _library():
            ranges = self._book.get_sheet_by_index(sheet.index).merged_cell_ranges or []
        return tuple(Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)


@contextmanager
def _library() -> Iterator[None]:
    """Turns whatever calamine raises, its panics included, into UnreadableSheetError, or says it is encrypted."""
    try:
        yield
    except python_calamine.PasswordError as error:
        raise refusals.encrypted("workbook") from error
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableSheetError from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableSheetError from error
