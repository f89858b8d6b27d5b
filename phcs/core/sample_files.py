"""Files that people fill in: a blank one with a row that says how, and a sample that imports without a finding."""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from phcs.core.reading.layout import INSTRUCTION_MARK
from phcs.core.records import RecordKind

FORMATS = ("csv", "xlsx")
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheet programs read a CSV file in the encoding of their machine, and `ñ` breaks."""


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """A heading, what goes below it, and what stands there in the sample's rows.

    `{0}` in a sample is a day some weeks ago, `{1}` one some days ago, both written as 2026-05-24.
    """

    heading: str
    instruction: str
    samples: tuple[str, str, str]


_OWNER = (
    SampleColumn(
        "Owner name", "Required: given and family name", ("Ana Silva", "Omar Haddad", "Lucía Núñez")
    ),
    SampleColumn(
        "Phone",
        "With country code, e.g. 00 1 415 555 0101",
        ("00 1 415 555 0101", "00 1 415 555 0102", "00 1 415 555 0103"),
    ),
    SampleColumn("Email", "One address", ("ana@example.org", "omar@example.org", "lucia@example.org")),
    SampleColumn("Address", "Street and number", ("12 Elm Street", "3 Oak Avenue", "81 Pine Road")),
    SampleColumn("City", "City or town", ("Springfield", "Springfield", "Riverside")),
    SampleColumn("Postal code", "As text, with leading zeros", ("90210", "90211", "04401")),
)

COLUMNS: dict[RecordKind, tuple[SampleColumn, ...]] = {
    RecordKind.OWNER: (
        SampleColumn(
            "Customer id",
            "your own number of the person; a later file with it changes the same person",
            ("C-1001", "C-1002", "C-1003"),
        ),
        *_OWNER,
        SampleColumn("Notes", "Anything else", ("Calls in the evening", "", "Speaks Spanish")),
    ),
    RecordKind.CASE: (
        SampleColumn(
            "Case id",
            "your own number of the request; a later file with it changes the same case",
            ("V-2001", "V-2002", "V-2003"),
        ),
        SampleColumn("Request date", "Required: year-month-day", ("{0}", "{0}", "{1}")),
        SampleColumn("Status", "new, in progress, on hold or closed", ("closed", "in progress", "new")),
        SampleColumn(
            "Service",
            "Required: food, medical, boarding, behavioural or other",
            ("food", "medical", "boarding"),
        ),
        *_OWNER,
        SampleColumn("Pet name", "Empty if unknown", ("Luna", "Rex", "Misu")),
        SampleColumn("Species", "dog, cat, rabbit, bird or other", ("dog", "dog", "cat")),
        SampleColumn("Breed", "Empty if unknown", ("Labrador", "Mixed", "Siamese")),
        SampleColumn("Sex", "female or male", ("female", "male", "female")),
        SampleColumn("Outcome", "How it ended, if it has", ("Food given", "", "")),
        SampleColumn("Notes", "Anything else", ("", "Limps on the left side", "Back on Sunday")),
    ),
}
"""Each kind that has such files; every heading is one that PHCS recognises."""


def blank_table(kind: RecordKind) -> list[list[str]]:
    """The headings, and one row of instructions that reading passes over."""
    columns = COLUMNS[kind]
    first = f"{INSTRUCTION_MARK}: {columns[0].instruction}"
    return [
        [column.heading for column in columns],
        [first, *(column.instruction for column in columns[1:])],
    ]


def sample_table(kind: RecordKind, *, today: date) -> list[list[str]]:
    """The same with three made-up rows, whose dates are never too old."""
    days = [(today - timedelta(days=days)).isoformat() for days in (28, 4)]
    rows = [[column.samples[row].format(*days) for column in COLUMNS[kind]] for row in range(3)]
    return [*blank_table(kind), *rows]


def as_csv(table: list[list[str]]) -> bytes:
    """The table as CSV that spreadsheet programs open with the right letters."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def as_workbook(table: list[list[str]], *, title: str) -> bytes:
    """The table as XLSX. Every cell is text: no number is rounded, no date is turned, no formula is run."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one
    sheet.title = title
    for number, row in enumerate(table, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=column, value=value)
            cell.data_type, cell.number_format = "s", "@"
            if number <= 2:
                cell.font = Font(bold=number == 1, italic=number == 2)
    for column, heading in enumerate(table[0], start=1):
        sheet.column_dimensions[get_column_letter(column)].width = max(14, len(heading) + 4)
    sheet.freeze_panes = "A3"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
