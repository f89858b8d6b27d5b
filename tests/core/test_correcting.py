"""Rejected rows as a file and back: no cell changes on the way, and what is not right is refused in words."""

import csv
import io
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from phcs.core.correcting import (
    FORMATS,
    ChangedCell,
    CorrectedRow,
    RowId,
    changed_cells,
    error_headings,
    error_row,
    guard_for,
    parse_row_id,
    read_corrected,
    row_id,
)
from phcs.core.errors import InvalidInputError
from phcs.core.reading.choices import ReadingChoices
from phcs.core.reading.reader import inspect_table, read_rows
from phcs.core.reading.tables import ReadLimits, SourceRow
from phcs.core.sample_files import BYTE_ORDER_MARK
from phcs.core.spreadsheet_text import guarded, unguarded
from phcs.core.workbook_writing import write_workbook

IMPORT = UUID("0199a0de-7c1b-7000-8000-00000000002a")
OTHER = UUID("0199a0de-7c1b-7000-8000-00000000002b")
LIMITS = ReadLimits()
NASTY = (
    "=1+1|+1 415 555 0101|-5|@SUM(A1)|'quoted|''twice|0012|90210|0|1e5|12.50|1234567890123456|2026-05-24|5/24/26"
    '|24 May 2026|Mar 5|10:30 pm|TRUE|verdadero|50%|$3.10|1 1/2|#N/A|_x000D_|<b>&amp;|a;b|a,b|"|""|Ana Silva| lead'
).split("|")
NASTY += [
    "\t=1",
    "a\nb",
    "a\r\nb",
    "a\rb",
    "\x01",
    "\x0b",
    "\u2028",
    "\uff1d1",
    "",
    " ",
    " =1+1",
    "\ufeffx",
    "é\u0301",
]
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.dates().map(str),
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)


def written(form: str, headings: list[str], rows: list[list[str]]) -> io.BytesIO:
    """The file of these rows, numbered from 2, as it is downloaded."""
    guard = guard_for(form)
    table = [
        error_headings(headings, guard=guard),
        *(
            error_row(
                row_id(RowId(IMPORT, 1, number)),
                ["Name: =it is missing."],
                cells,
                width=len(headings),
                guard=guard,
            )
            for number, cells in enumerate(rows, 2)
        ),
    ]
    file = io.BytesIO()
    if form == "xlsx":
        write_workbook(file, table, title="Rejected rows")
    else:
        text = io.StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(table)
        file.write((BYTE_ORDER_MARK + text.getvalue()).encode())
    return file


def taken_back(file: io.BytesIO, headings: list[str]) -> list[CorrectedRow]:
    reading = inspect_table(file, name="rejected.csv", limits=LIMITS, choices=ReadingChoices(header_row=1))
    given_headings = [column.heading_given for column in reading.columns]
    return read_corrected(
        given_headings, read_rows(file, reading, limits=LIMITS), own=headings, import_id=IMPORT
    )


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FORMATS), st.lists(st.lists(texts, min_size=4, max_size=4), min_size=1, max_size=4))
@example("csv", [[cell, cell, cell, cell] for cell in NASTY])
@example("xlsx", [[cell, cell, cell, cell] for cell in NASTY])
def test_no_cell_changes_on_the_way_out_and_back(form: str, rows: list[list[str]]) -> None:
    headings = ["Name", "", "Name", "=2+3"]

    back = taken_back(written(form, headings, rows), headings)

    assert [row.row_no for row in back] == list(range(2, len(rows) + 2))
    assert [list(changed_cells(row, cells)) for row, cells in zip(back, rows, strict=True)] == [
        [] for _ in rows
    ]


@given(texts)
@example("'")
def test_the_guard_comes_off_again_and_leaves_nothing_to_run_or_to_turn(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@", "\uff1d"))


@pytest.mark.parametrize(
    "text",
    ["0012", "12.50", "1e5", "2026-05-24", "24 mai 2026", "3:30 PM", "true", "1" * 16, "50%", "1/2", "-5"],
)
def test_what_a_spreadsheet_would_turn_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Ana Silva", "90210", "0", "12 Elm Street North", "ana@example.org", ""])
def test_what_a_spreadsheet_keeps_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(st.uuids(), st.integers(1, 9_999), st.integers(1, 10**9))
def test_a_row_id_names_its_row_and_import_again(import_id: UUID, table_no: int, row_no: int) -> None:
    of = RowId(import_id, table_no, row_no)

    assert parse_row_id(f" {row_id(of).upper()} ") == of


@given(st.integers(0, 200), st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz-"))
def test_a_row_id_with_a_slip_is_none(at: int, letter: str) -> None:
    right = row_id(RowId(IMPORT, 1, 4_711))
    at %= len(right)
    slipped = right[:at] + letter + right[at + 1 :]

    assert parse_row_id(slipped) == (RowId(IMPORT, 1, 4_711) if slipped == right else None)


def came_back(
    *lines: list[str], headings: tuple[str, ...] = ("PHCS row id", "Name", "Phone")
) -> list[CorrectedRow]:
    rows = [SourceRow(number, list(cells)) for number, cells in enumerate(lines, 2)]
    return read_corrected(headings, rows, own=["Name", "Phone"], import_id=IMPORT)


def test_columns_may_have_moved_and_the_reasons_may_be_gone() -> None:
    own = row_id(RowId(IMPORT, 1, 7))

    [row] = came_back(["555", own, "Ana"], headings=("Phone", "PHCS row id", " name ".title()))

    assert row == CorrectedRow(2, 1, 7, ("Ana", "555"))
    assert list(changed_cells(row, ["Ana", "556"])) == [ChangedCell(7, 1, "556", "555")]


@pytest.mark.parametrize(
    ("headings", "cells", "sentence"),
    [
        (("Name", "Phone"), ["Ana", "1"], "no column “PHCS row id”"),
        (("PHCS row id", "Name"), ["", "Ana"], "lacks the column “Phone”"),
        (("PHCS row id", "Name", "Phone", "Fax"), ["", "", "", ""], "“Fax”, which this import does not know"),
        (("PHCS row id", "Name", "Phone"), ["", "Ana", "1"], "Row 2 of the file has no row id"),
        (("PHCS row id", "Name", "Phone"), ["row-7", "Ana", "1"], "is not a row id of PHCS"),
        (
            ("PHCS row id", "Name", "Phone"),
            [row_id(RowId(OTHER, 1, 7)), "Ana", "1"],
            "belongs to another import",
        ),
        (
            ("PHCS row id", "Name", "Phone", ""),
            [row_id(RowId(IMPORT, 1, 7)), "Ana", "1", "x"],
            "beyond the last",
        ),
        (("PHCS row id", "Name", "Phone"), ["", "", ""], "no row to take back"),
    ],
)
def test_what_cannot_be_taken_back_is_refused_in_words(
    headings: tuple[str, ...], cells: list[str], sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        came_back(cells, headings=headings)


def test_the_same_row_twice_is_refused_with_both_places() -> None:
    twice = [row_id(RowId(IMPORT, 1, 7)), "Ana", "1"]

    with pytest.raises(
        InvalidInputError, match="Rows 2 and 3 of the file have the same row id: both are row 7"
    ):
        came_back(twice, twice)


def test_a_formula_without_a_result_is_never_taken_for_an_emptied_cell() -> None:
    row = SourceRow(2, [row_id(RowId(IMPORT, 1, 7)), "Ana", ""], ("uncalculated:2",))

    with pytest.raises(InvalidInputError, match="Cell C2 of the file holds a formula without a result"):
        read_corrected(("PHCS row id", "Name", "Phone"), [row], own=["Name", "Phone"], import_id=IMPORT)
