"""What a person should know about a sheet as a whole, in sentences: hidden and merged cells, errors, formulas."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from phcs.core.reading.cells import NumberedRow, column_letters
from phcs.core.reading.fast_workbook import SheetName
from phcs.core.reading.tables import ColumnReading, Part
from phcs.core.reading.workbook_cells import HiddenColumns
from phcs.core.reading.workbook_kinds import XLS

_NAMED = 5


class OddityNotes:
    """Counts the flags of rows, and keeps the first few rows of each kind."""

    def __init__(self) -> None:
        self._rows: dict[str, list[int]] = {}
        self._counts: Counter[str] = Counter()
        self._columns: dict[str, dict[int, None]] = {}

    def add(self, rows: Iterable[NumberedRow]) -> None:
        """Count the flags of these rows."""
        for row_no, _, flags in rows:
            for flag in flags:
                kind, _, column = flag.partition(":")
                named = self._rows.setdefault(kind, [])
                if not named or named[-1] != row_no:
                    self._counts[kind] += 1
                    if len(named) < _NAMED:
                        named.append(row_no)
                if column:
                    self._columns.setdefault(kind, {})[int(column)] = None

    def notes(self, hidden: Sequence[HiddenColumns], columns: Sequence[ColumnReading]) -> Iterator[str]:
        """The sentences, for what was counted."""
        letters = [column_letters(column.position) for column in columns if _is_hidden(column, hidden)]
        if letters:
            yield f"Hidden in the spreadsheet, and read all the same: {_named('column', letters, len(letters))}."
        if self._counts["hidden"]:
            yield f"Hidden in the spreadsheet, and read all the same: {self._where('hidden')}."
        if self._counts["merged"]:
            yield f"Only the first of merged cells holds a text: look at {self._where('merged')}."
        if self._counts["beyond"]:
            yield f"Cells far to the right of the table are not read: look at {self._where('beyond')}."
        if self._counts["error"]:
            yield (
                f"Cells with an error such as #N/A, which are read as empty: {self._where('error')}. "
                "Repair the formulas and upload the file again, or fill in the values."
            )
        if self._counts["uncalculated"]:
            yield (
                f"Formulas without a result, which are read as empty: {self._where('uncalculated')}. Open the file in "
                "a spreadsheet program, save it and upload it again."
            )
        if self._counts["long"]:
            yield (
                f"Numbers of more than 15 digits, which spreadsheets round: {self._where('long')}. Compare them "
                "with the system that they come from."
            )

    def _where(self, kind: str) -> str:
        rows = _named("row", [f"{row_no:,}" for row_no in self._rows[kind]], self._counts[kind])
        columns = [column_letters(position) for position in sorted(self._columns.get(kind, {}))]
        return f"{rows} ({_named('column', columns, len(columns))})" if columns else rows


def sheet_notes(sheet: SheetName, parts: Sequence[Part]) -> Iterator[str]:
    """Which sheet is read, and which are not."""
    others = [part for part in parts if part.name != sheet.name]
    if others:
        more = "1 more sheet" if len(others) == 1 else f"{len(others):,} more sheets"
        yield f"Read from the sheet “{sheet.name}”; the workbook has {more}."
    if sheet.is_hidden:
        yield f"The sheet “{sheet.name}” is hidden in the spreadsheet."
    hidden = [f"“{part.name}”" for part in others if part.hidden]
    if hidden:
        yield f"Hidden sheets are not read unless you choose them: {_joined(hidden[:_NAMED], len(hidden))}."


def format_notes(book_format: str) -> Iterator[str]:
    """What cannot be noticed in workbooks of this format."""
    if book_format == XLS:
        yield (
            "In old workbooks (XLS), errors such as #N/A are read as empty and hidden rows are not noticed. "
            "Save it as XLSX and upload that to have them named."
        )


def _is_hidden(column: ColumnReading, hidden: Sequence[HiddenColumns]) -> bool:
    return any(run.first <= column.position <= run.last for run in hidden)


def _named(what: str, names: Sequence[str], count: int) -> str:
    return f"{what if count == 1 else what + 's'} {_joined(names[:_NAMED], count)}"


def _joined(names: Sequence[str], count: int) -> str:
    if count > len(names):
        return f"{', '.join(names)} and {count - len(names):,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
