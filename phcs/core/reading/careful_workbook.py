"""openpyxl, the careful reader of workbooks: row by row, ten times slower than calamine, in hardly any memory.

It is loaded when the first sheet needs it, which few do: loading takes longer than reading a small file.
"""

import importlib.util
import itertools
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.fast_workbook import SheetName, ValueRow

_MAX_SHEET_ROWS = 1_048_576
_DAMAGED = "its contents are damaged, or written in a way that is not known here"


def _loaded_when_used(name: str) -> Any:
    """The module, whose code runs when it is first asked for something."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


openpyxl = _loaded_when_used("openpyxl")


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
