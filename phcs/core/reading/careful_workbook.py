"""openpyxl, the careful reader of workbooks: row by row, ten times slower than calamine, in hardly any memory.

It is loaded when the first sheet needs it, which few do: loading takes longer than reading a small file.
"""

import itertools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.fast_workbook import SheetName, ValueRow
from phcs.core.reading.loading import loaded_when_used

_MAX_SHEET_ROWS = 1_048_576
_DAMAGED = "its contents are damaged, or written in a way that is not known here"

openpyxl = loaded_when_used("openpyxl")


def careful_rows(stream: BinaryIO, sheet: SheetName) -> Iterator[ValueRow]:
    """Every row from row 1 on, as openpyxl streams them, whatever the sheet says of its size.

    Raises UnreadableFileError.
    """
    stream.seek(0)
    with _library_of_last_resort():
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        worksheet = book[sheet.name]
        worksheet.reset_dimensions()
        rows = worksheet.iter_rows(values_only=True)
    for row_no in itertools.count(1):
        with _library_of_last_resort():
            row = next(rows, None)
        if row is None:
            return
        if row_no > _MAX_SHEET_ROWS:
            raise refusals.bad_workbook("it has more rows than a sheet can have")
        yield row_no, list(row)


@contextmanager
def _library_of_last_resort() -> Iterator[None]:
    """Turns whatever openpyxl raises into UnreadableFileError: any exception is possible on a damaged workbook."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except MemoryError:
        raise
    except Exception as error:
        raise refusals.bad_workbook(_DAMAGED) from error
