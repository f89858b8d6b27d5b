"""A workbook is read as a person sees it: the texts of its cells, its own row numbers, the right sheet."""

import datetime
import io
from typing import Any

import pytest
from openpyxl import Workbook

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import Part, ReadingChoices, ReadLimits, RowRange, inspect_table, opened_table
from phcs.core.reading.workbook_file import WorkbookFile
from tests.workbook_builders import (
    CLIENT_ROWS,
    CLIENTS,
    OLD_WORKBOOKS,
    build_ods,
    build_package,
    build_workbook,
    build_xlsx,
    cells,
    fill,
    ods_cell,
    read_workbook,
    saved,
    text_cell,
    xlsx_parts_of,
)


def test_a_workbook_is_read_from_its_headings_on_with_its_own_row_numbers() -> None:
    reading, rows = read_workbook(build_workbook([*CLIENTS, (), ("Eva", None)]))

    assert (reading.format, reading.header_row, reading.rows, reading.blank_rows) == ("xlsx", 1, 3, 1)
    assert [column.heading for column in reading.columns] == ["name", "phone"]
    assert [(row.row_no, row.cells, row.flags) for row in rows] == [
        (2, ["Ana", "34600111222"], ()),
        (3, ["Luis", "34600111333"], ()),
        (5, ["Eva", ""], ()),
    ]
    assert reading.first_rows == (("Ana", "34600111222"), ("Luis", "34600111333"), ("Eva", ""))


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (34600111222.0, "General", "34600111222"),
        (941000012345678, "General", "941000012345678"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "0.0000001"),
        (-5, "General", "-5"),
        (1.5, "0.00", "1.5"),
        (123, "00000", "00123"),
        (-7, "000", "-007"),
        (8001, "[$-409]00000;@", "08001"),
        (0.25, "0%", "25%"),
        (0.125, "0.0%", "12.5%"),
        (True, "General", "TRUE"),
        (False, "General", "FALSE"),
        (datetime.date(2024, 2, 29), "yyyy-mm-dd", "2024-02-29"),
        (datetime.datetime(2024, 2, 29), "dd/mm/yyyy hh:mm", "2024-02-29"),  # noqa: DTZ001
        (datetime.datetime(2024, 2, 29, 23, 59, 59), "dd/mm/yyyy", "2024-02-29 23:59:59"),  # noqa: DTZ001
        (datetime.time(9, 30), "hh:mm", "09:30:00"),
        (datetime.timedelta(hours=30, minutes=5), "[h]:mm", "30:05:00"),
        ("00123", "@", "00123"),
        ("=not a formula", "@", "=not a formula"),
        ("línea 1\nlínea 2", "General", "línea 1\nlínea 2"),
    ],
)
def test_a_cell_reads_as_it_is_shown(value: Any, number_format: str, text: str) -> None:
    book = Workbook()
    cell = fill(book.active, [("name", "value"), ("Ana", value)]).cell(2, 2)
    cell.number_format = number_format
    cell.data_type = "s" if isinstance(value, str) else cell.data_type

    assert cells(saved(book)) == [["Ana", text]]


def test_days_of_a_workbook_that_counts_from_1904_are_the_same_days() -> None:
    dates = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    row = f'<row r="3">{text_cell("A3", "Eva")}<c r="B3" s="1"><v>1</v></c></row>'

    assert cells(build_xlsx(CLIENT_ROWS + row, styles=dates, is_1904=True))[1] == ["Eva", "1904-01-02"]


def test_a_strict_workbook_reads_like_any_other() -> None:
    assert cells(build_xlsx(CLIENT_ROWS, is_strict=True)) == [["Ana", "34600111222"]]


def test_shared_texts_and_cells_without_an_address_are_read() -> None:
    rows = (
        '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c><v>5</v></c></row>'
    )

    assert cells(build_xlsx(rows, strings=("name", "pets", "Ana"))) == [["Ana", "5"]]


@pytest.mark.parametrize("claimed", ["A1", "A1:XFD1048576", "C7:D9", ""])
def test_what_a_sheet_claims_of_its_size_is_not_believed(claimed: str) -> None:
    assert cells(build_xlsx(CLIENT_ROWS, before=f'<dimension ref="{claimed}"/>')) == [["Ana", "34600111222"]]


def test_a_table_that_does_not_begin_at_a1_keeps_its_addresses() -> None:
    book = Workbook()
    margin = [None] * 7
    fill(book.active, [(), (), (*margin, "name", "phone"), (*margin, "Ana", 1), (*margin, "Eva", 2)])

    reading, rows = read_workbook(saved(book))

    assert reading.header_row == 3
    assert [column.heading for column in reading.columns[7:]] == ["name", "phone"]
    assert [(row.row_no, row.cells[7:]) for row in rows] == [(4, ["Ana", "1"]), (5, ["Eva", "2"])]


def test_a_column_without_a_heading_is_a_column() -> None:
    reading, rows = read_workbook(build_workbook([*CLIENTS, ("Eva", 1, None, "prefers mornings")]))

    assert reading.columns[3].heading_given == ""
    assert [row.cells[3] for row in rows] == ["", "", "prefers mornings"]
    assert {row.flags for row in rows} == {()}


def test_repeated_headings_and_rows_of_instructions_are_passed_over() -> None:
    rows = [CLIENTS[0], ("# How to fill in: the full name", "with +"), CLIENTS[1], CLIENTS[0], CLIENTS[2]]

    reading, read = read_workbook(build_workbook(rows))

    assert [row.row_no for row in read] == [3, 5]
    assert reading.repeated_headers == 1
    assert any("instructions" in note for note in reading.notes)


def several_sheets() -> bytes:
    book = Workbook()
    fill(book.active, [("About this export",)]).title = "Read me"
    fill(book.create_sheet("Clients"), CLIENTS)
    hidden = fill(book.create_sheet("Archive"), [*CLIENTS, ("Old", 1)])
    hidden.sheet_state = "hidden"
    book.create_sheet("Empty")
    book.create_chartsheet("Chart", 0)
    return saved(book)


def test_of_several_sheets_the_visible_one_with_most_rows_is_read_and_all_are_named() -> None:
    reading, _ = read_workbook(several_sheets())

    assert reading.part == "Clients"
    assert reading.parts == (
        Part("Read me", 0),
        Part("Clients", 2),
        Part("Archive", 3, hidden=True),
        Part("Empty", 0),
    )
    assert "Hidden sheets are not read unless you choose them: “Archive”." in reading.notes


def test_another_sheet_even_a_hidden_one_is_read_when_it_is_chosen() -> None:
    reading, rows = read_workbook(several_sheets(), choices=ReadingChoices(part="Archive"))

    assert reading.part == "Archive"
    assert len(rows) == 3
    assert "The sheet “Archive” is hidden in the spreadsheet." in reading.notes


def test_a_chosen_sheet_that_is_not_there_is_refused_with_the_names_of_those_that_are() -> None:
    with pytest.raises(UnreadableFileError, match="Read me, Clients, Archive, Empty") as refused:
        read_workbook(several_sheets(), choices=ReadingChoices(part="Pets"))

    assert refused.value.reason == "file.no_such_part"


def test_rows_on_hidden_sheets_alone_are_not_read_unasked() -> None:
    book = Workbook()
    fill(book.create_sheet("Archive"), CLIENTS).sheet_state = "hidden"

    with pytest.raises(UnreadableFileError, match="hidden ones do: Archive"):
        read_workbook(saved(book))


def test_the_chosen_header_row_holds_the_headings_and_none_means_letters() -> None:
    data = build_workbook([("old name", "old phone"), *CLIENTS])

    chosen, rows = read_workbook(data, choices=ReadingChoices(header_row=2))
    without, all_rows = read_workbook(data, choices=ReadingChoices(header_row=0))

    assert ([column.heading for column in chosen.columns], len(rows)) == (["name", "phone"], 2)
    assert [column.heading for column in without.columns] == ["Column A", "Column B"]
    assert [row.row_no for row in all_rows] == [1, 2, 3, 4]


def test_a_header_row_below_the_last_one_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="no row 9"):
        read_workbook(build_workbook(), choices=ReadingChoices(header_row=9))


def test_reading_again_and_after_a_row_gives_the_same_rows() -> None:
    stream = io.BytesIO(build_workbook([CLIENTS[0], *((f"Client {number}", number) for number in range(50))]))
    reading = inspect_table(stream, name="clients.xlsx", limits=ReadLimits())
    rows_of = opened_table(stream, reading, limits=ReadLimits())

    first = list(rows_of(RowRange()))

    assert reading.ranges() == (RowRange(),)
    assert list(rows_of(RowRange())) == first
    assert list(rows_of(RowRange(after_row=40))) == first[39:]


def test_a_workbook_that_the_fast_reader_refuses_is_read_by_the_careful_one() -> None:
    parts = {**xlsx_parts_of(CLIENT_ROWS), "xl/sharedStrings.xml": "<sst><si><t>never used</sst>"}
    unlinked = str(parts["xl/_rels/workbook.xml.rels"]).replace(
        "relationships/sharedStrings", "relationships/x"
    )
    sheet = str(parts["xl/worksheets/sheet1.xml"]).replace("<sheetData>", '<dimension ref="A1"/><sheetData>')
    changed = {"xl/_rels/workbook.xml.rels": unlinked, "xl/worksheets/sheet1.xml": sheet}
    data = build_package({**parts, **changed})

    assert WorkbookFile(io.BytesIO(data)).is_read_carefully
    assert cells(data) == [["Ana", "34600111222"]]


def test_an_opendocument_workbook_is_read() -> None:
    headings = "".join(map(ods_cell, ("name", "phone", "since", "share")))
    head = f"<table:table-row>{headings}</table:table-row>"
    phone = ods_cell("34600111222", attributes='office:value-type="float" office:value="34600111222"')
    since = ods_cell("1.2.24", attributes='office:value-type="date" office:date-value="2024-02-01T00:00:00"')
    share = ods_cell("25%", attributes='office:value-type="percentage" office:value="0.25"')
    row = f'<table:table-row table:number-rows-repeated="2">{ods_cell("Ana")}{phone}{since}{share}</table:table-row>'
    end = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'

    reading, rows = read_workbook(build_ods(f'<table:table table:name="S">{head}{row}{end}</table:table>'))

    assert (reading.format, reading.part, reading.rows) == ("ods", "S", 2)
    assert [(row.row_no, row.cells) for row in rows] == [
        (2, ["Ana", "34600111222", "2024-02-01", "25%"]),
        (3, ["Ana", "34600111222", "2024-02-01", "25%"]),
    ]


def test_an_old_excel_workbook_is_read() -> None:
    """`clients.xls` was made by xlwt 1.3.0, as `exports/workbooks/make_clients_xls.py` does it."""
    reading, rows = read_workbook((OLD_WORKBOOKS / "clients.xls").read_bytes(), name="clients.xls")

    assert (reading.format, reading.part, reading.parts) == (
        "xls",
        "Clients",
        (Part("Clients", 2), Part("Archive", 0, hidden=True)),
    )
    assert any("errors such as #N/A are read as empty" in note for note in reading.notes)
    assert [(row.row_no, row.cells, row.flags) for row in rows] == [
        (3, ["Ana Núñez", "34600111222", "2024-02-29", "TRUE"], ()),
        (4, ["Luis", "600 111 333", "2024-02-29 10:30:00", "FALSE"], ("merged",)),
    ]
