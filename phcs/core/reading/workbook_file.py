"""An opened workbook: its sheets, and the texts of a sheet's rows with what is odd about them.

The package is judged before a library sees it; a sheet that reaches too far for the fast reader, and one that it
cannot read, goes to the careful one.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from phcs.core.reading import refusals
from phcs.core.reading.careful_workbook import careful_rows
from phcs.core.reading.fast_workbook import FastWorkbook, SheetName, UnreadableSheetError, ValueRow
from phcs.core.reading.ods_survey import OdsSheet, surveyed_ods
from phcs.core.reading.workbook_cells import CellTexts, HiddenColumns, OddRow, is_sure
from phcs.core.reading.workbook_kinds import ODS, OLE_START, XLS, XLSX, package_format, refuse_other_compounds
from phcs.core.reading.workbook_merges import Merge
from phcs.core.reading.xlsx_parts import XlsxParts, xlsx_parts
from phcs.core.reading.xlsx_survey import SheetProbe, SheetSurvey, probed
from phcs.core.reading.zip_package import opened_package, refuse_document_types

FAST_BYTES = 400_000_000
"""What the fast reader may take of the child's memory for one sheet."""

CELL_BYTES = 48
"""What it takes, measured, for each cell between A1 and the last one, beside the sheet's own bytes for its texts."""

TextRow = tuple[int, list[str], OddRow | None]
"""A row's number, its texts from column A on, and what is odd about it."""

_NOTHING_ODD = SheetProbe(dense_cells=0, merges=(), is_odd=False)


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """A sheet ready to be read once: its rows, merged cells, and the hidden columns, known when it is read."""

    rows: Iterator[TextRow]
    merges: tuple[Merge, ...]
    hidden_columns: list[HiddenColumns]


class WorkbookFile:
    """A workbook in a stream; raises UnreadableFileError for what is none, or unsafe to open."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._package: zipfile.ZipFile | None = None
        self._parts = XlsxParts({}, {})
        self._ods: list[OdsSheet] = []
        self.format = self._judged()
        self._fast = self._opened_fast()
        self.sheets = self._fast.sheets if self._fast else self._parts.sheet_names()
        if not self.sheets:
            raise refusals.bad_workbook("no sheet is found in it")

    def opened(self, sheet: SheetName) -> OpenedSheet:
        """The sheet, to be read once from its first row."""
        probe = self._probe(sheet)
        texts = _texts(self._values(sheet, probe))
        if self.format == ODS and sheet.index < len(self._ods):
            surveyed = self._ods[sheet.index]
            rows = _with_oddities(texts, iter(surveyed.odd_rows))
            return OpenedSheet(rows, tuple(surveyed.merges), surveyed.hidden_columns)
        if self.format == XLS and self._fast:
            return OpenedSheet(texts, self._fast.merges(sheet), [])
        member = self._parts.members.get(sheet.name, "")
        if self._package and member and (probe.is_odd or self._parts.styles):
            survey = SheetSurvey(self._package, member, self._parts.styles)
            odd = (
                survey.rows() if probe.is_ordered else iter(sorted(survey.rows(), key=lambda row: row.row_no))
            )
            return OpenedSheet(_with_oddities(texts, odd), probe.merges, survey.hidden_columns)
        return OpenedSheet(texts, probe.merges, [])

    def _judged(self) -> str:
        """The workbook's format; what is unsafe is refused before a library opens it."""
        self._stream.seek(0)
        if self._stream.read(len(OLE_START)) == OLE_START:
            refuse_other_compounds(self._stream)
            return XLS
        self._package = opened_package(self._stream)
        book_format = package_format(self._package)
        refuse_document_types(self._package)
        if book_format == ODS:
            self._ods = surveyed_ods(self._package)
            if sum(sheet.dense_cells for sheet in self._ods) * CELL_BYTES > FAST_BYTES:
                raise refusals.too_many_cells(FAST_BYTES // CELL_BYTES)
        else:
            self._parts = xlsx_parts(self._package)
        return book_format

    def _opened_fast(self) -> FastWorkbook | None:
        """The workbook as calamine opens it; None for an XLSX that it cannot open."""
        try:
            return FastWorkbook(self._stream)
        except UnreadableSheetError as error:
            if self.format != XLSX:
                raise refusals.bad_workbook("its contents are damaged") from error
        return None

    @property
    def is_read_carefully(self) -> bool:
        """Whether the fast reader could not open it at all."""
        return self._fast is None

    def filled_rows(self, sheet: SheetName) -> int:
        """How many rows of the sheet hold a value, -1 where counting would take too much."""
        try:
            if self._fast is None or not self._is_light(sheet, self._probe(sheet)):
                return -1
            return sum(1 for _, values in self._fast.rows(sheet) if values.count("") != len(values))
        except UnreadableSheetError:
            return -1

    def _values(self, sheet: SheetName, probe: SheetProbe) -> Iterator[ValueRow]:
        try:
            if self._fast and self._is_light(sheet, probe):
                return self._fast.rows(sheet)
        except UnreadableSheetError as error:
            if self.format != XLSX:
                raise refusals.bad_workbook(f"the sheet “{sheet.name[:100]}” is damaged") from error
        return careful_rows(self._stream, sheet)

    def _is_light(self, sheet: SheetName, probe: SheetProbe) -> bool:
        """Whether the fast reader has room for this sheet."""
        member = self._package and self._package.NameToInfo.get(self._parts.members.get(sheet.name, ""))
        texts = member.file_size if member else 0
        return probe.dense_cells * CELL_BYTES + texts <= FAST_BYTES

    def _probe(self, sheet: SheetName) -> SheetProbe:
        member = self._parts.members.get(sheet.name)
        if self._package is None or member is None or member not in self._package.NameToInfo:
            return _NOTHING_ODD
        return probed(self._package, member)


def _texts(rows: Iterator[ValueRow]) -> Iterator[tuple[int, list[str], OddRow | None]]:
    """The rows as texts; numbers that are too long to be sure of are odd."""
    texts = CellTexts()
    for row_no, values in rows:
        cells = texts.row(values)
        if texts.has_long:
            texts.has_long = False
            flags = [f"long:{at}" for at, value in enumerate(values) if not is_sure(value)]
            yield row_no, cells, OddRow(row_no, flags)
        else:
            yield row_no, cells, None


def _with_oddities(rows: Iterator[TextRow], odd_rows: Iterator[OddRow]) -> Iterator[TextRow]:
    """The rows, each with what the survey found in it; a row of nothing but errors is none to the libraries."""
    odd = next(odd_rows, None)
    last = 0
    for row in rows:
        last = row[0]
        while odd and odd.row_no < last:
            odd = next(odd_rows, None)
        if odd and odd.row_no == last:
            yield _joined(row, odd)
            odd = next(odd_rows, None)
        else:
            yield row
    while odd:
        if odd.row_no > last:
            last = odd.row_no
            yield _joined((odd.row_no, [], None), odd)
        odd = next(odd_rows, None)


def _joined(row: TextRow, odd: OddRow) -> TextRow:
    row_no, cells, other = row
    if odd.texts:
        cells += [""] * (max(odd.texts) + 1 - len(cells))
        for column, text in odd.texts.items():
            cells[column] = text
    if other:
        odd.flags += other.flags
    return row_no, cells, odd
