"""The file of rejected rows as bytes, a piece at a time."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence

from phcs.core.sample_files import BYTE_ORDER_MARK
from phcs.core.workbook_writing import write_workbook

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_LINES_AT_ONCE = 500
_PIECE = 1 << 16
_WIDTHS = (16, 60)


def file_pieces(table: Iterable[Sequence[str]], *, form: str) -> Iterator[bytes]:
    """The file in this format (`csv` or `xlsx`); every cell is quoted, or text of the workbook."""
    return _workbook_pieces(table) if form == "xlsx" else _csv_pieces(table)


def _csv_pieces(table: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """CSV with the mark by which spreadsheet programs know UTF-8."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    for number, row in enumerate(table, start=1):
        writer.writerow(row)
        if number % _LINES_AT_ONCE == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _workbook_pieces(table: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """XLSX; made in a temporary file, as its directory comes last."""
    with tempfile.TemporaryFile() as file:
        write_workbook(file, table, title="Rejected rows", widths=_WIDTHS)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
