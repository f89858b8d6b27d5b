"""Headings of a second table, and rows that a quotation mark swallowed, are pointed out in the file's notes."""

import io

import pytest

from phcs.core.reading import ReadLimits, TableReading, inspect_table
from phcs.core.reading.doubtful_rows import is_second_heading, rows_inside
from tests.workbook_builders import build_workbook

PEOPLE = [["1", "Anna Berg", "+34600111222"], ["2", "Bob Cruz", "n/a"]]


def read(text: str) -> TableReading:
    return inspect_table(io.BytesIO(text.encode()), name="list.csv", limits=ReadLimits())


@pytest.mark.parametrize(
    ("row", "is_heading"),
    [
        (["Pet ID", "Pet Name", "Species"], True),
        (["", "Pet", "Owner's e-mail"], True),
        (["", "Cy Dow", "no phone", "Lugo", "Siamese"], False),
        (["3", "Cy Dow", "none"], False),
        (["", "Cy Dow", "n/a"], False),
        (["", "Dogs", ""], False),
        (["Pet ID", "", ""], False),
        (["", "Cy Dow", "cy@ex.com"], False),
    ],
)
def test_words_where_numbers_stood_are_headings(row: list[str], *, is_heading: bool) -> None:
    above = [PEOPLE[0], ["2", "Bob Cruz", "+34600111223"]]
    assert is_second_heading(row, above) is is_heading


@pytest.mark.parametrize("above", [[], [["Anna", "Berg", "Madrid"]], PEOPLE[1:]])
def test_a_table_of_words_or_without_rows_tells_of_no_second_one(above: list[list[str]]) -> None:
    assert not is_second_heading(["", "Pet Name", "Species"], above)


@pytest.mark.parametrize(
    ("cell", "width", "rows"),
    [
        ("nice\nBob,300,Misi,good\nEva,301,Bo,ok", 4, 2),
        ("nice\r\nBob,300,Misi", 4, 0),
        ("likes cats,\nbirds, dogs, fish, and more", 4, 0),
        ("Bob,300,Misi,good", 4, 0),
        ("a\nb,c", 2, 0),
    ],
)
def test_a_line_with_a_whole_rows_delimiters_may_be_a_row(cell: str, width: int, rows: int) -> None:
    assert rows_inside(cell, delimiter=",", width=width) == rows


def test_a_second_table_is_told_with_its_row_and_every_row_is_still_read() -> None:
    reading = read("Owner ID,Name,City\n1,Anna,Lugo\n2,Bob,Vigo\n\nPet ID,Pet,Species\n11,Rex,Dog\n")
    (note,) = reading.notes
    assert reading.doubts == TableReading.from_json(reading.as_json()).doubts == (note,)
    assert "Row 5, below a blank row, looks like the headings of a second table (“Pet ID”, “Pet”," in note
    assert reading.rows == 4
    assert read("Owner ID,Name\n1,Anna\n\n2,Bob\n\n\n3,Eva\n").notes == ()


def test_a_second_table_of_a_sheet_is_told_too() -> None:
    rows: list[list[object]] = [
        ["Owner ID", "Name", "City"],
        [1, "Anna", "Lugo"],
        [None],
        ["Pet ID", "Pet", "Species"],
        [11, "Rex", "Dog"],
    ]
    reading = inspect_table(io.BytesIO(build_workbook(rows)), name="list.xlsx", limits=ReadLimits())
    assert [note for note in reading.notes if note.startswith("Row 4, below a blank row")]


def test_rows_of_a_narrower_table_above_the_headings_are_told_apart_from_titles() -> None:
    above = "Name,Phone\nAnna,300\nBob,301\n\n"
    reading = read(f"{above}Pet ID,Pet,Species,Breed,Owner ID\n1,Rex,Dog,Mix,1\n2,Bo,Cat,Mix,2\n")
    (note,) = reading.notes
    assert "3 rows of several cells too" in note
    assert reading.doubts == (note,)
    (note,) = read("Clients of May\n\nid,name,city\n1,Ana,Cali\n").notes
    assert note == "The headings were found in row 3; what stands above them was passed over."
    assert read("Clients of May\n\nid,name,city\n1,Ana,Cali\n").doubts == ()


def test_swallowed_rows_are_told_with_row_and_column() -> None:
    swallowed = 'Owner,Phone,Notes\nAnna,300,"nice\nBob,301,good\nEva,302,fine"\nDan,303,ok\n'
    (note,) = read(swallowed).notes
    assert "2 lines in row 2, column “Notes”." in note
    assert read('Owner,Phone,Notes\nAnna,300,"nice\nand kind, too"\nDan,303,ok\n').notes == ()


def test_rows_swallowed_far_down_are_numbered_as_the_file_numbers_them() -> None:
    plain = "Ana,300,x\n" * 4_500
    (note,) = read(f'Owner,Phone,Notes\n{plain}Eva,301,"y\nBob,302,z"\n').notes
    assert "1 line in row 4,502, column “Notes”" in note
