"""What a spreadsheet shows beside its values is told: errors, formulas, hidden and merged cells, long numbers."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from phcs.core.checking import CheckedRow, CheckSettings, RowChecker
from phcs.core.findings import FindingCode, Severity
from phcs.core.reading import SourceRow
from phcs.core.sources import recognise
from tests.workbook_builders import (
    CLIENT_ROWS,
    CLIENTS,
    build_ods,
    build_workbook,
    build_xlsx,
    cells,
    fill,
    flagged,
    ods_cell,
    read_workbook,
    saved,
    text_cell,
)

NAMES = (("name", "phone", "email"), ("Ana", "1", "a@example.org"), ("Luis", "2", "l@example.org"))


def third_row(cell: str) -> str:
    return f'{CLIENT_ROWS}<row r="3">{text_cell("A3", "Eva")}{cell}</row>'


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"])
def test_a_cell_with_an_error_is_read_as_it_stands_and_flagged(error: str) -> None:
    data = build_xlsx(third_row(f'<c r="B3" t="e"><f>X1</f><v>{error}</v></c>'))

    assert cells(data)[1] == ["Eva", error]
    assert flagged(data) == {3: ("error:1",)}


def test_a_row_of_nothing_but_an_error_beyond_the_others_is_a_row() -> None:
    data = build_xlsx(f'{CLIENT_ROWS}<row r="7"><c r="D7" t="e"><v>#N/A</v></c></row>')

    assert cells(data) == [["Ana", "34600111222", "", ""], ["", "", "", "#N/A"]]
    assert flagged(data) == {7: ("error:3",)}


def test_errors_are_found_in_rows_that_stand_out_of_order() -> None:
    rows = "".join(
        f'<row r="{row}">{text_cell(f"A{row}", "Eva")}<c r="B{row}" t="e"><v>#N/A</v></c></row>'
        for row in (4, 3, 5)
    )

    assert list(flagged(build_xlsx(CLIENT_ROWS + rows)).items()) == [(row, ("error:1",)) for row in (3, 4, 5)]


@pytest.mark.parametrize(
    ("cell", "flags"),
    [
        ('<c r="B3"><f>A1</f></c>', {3: ("uncalculated:1",)}),
        ('<c r="B3"><f t="shared" si="0"/><v></v></c>', {3: ("uncalculated:1",)}),
        ('<c r="B3"><f>A1</f><v>7</v></c>', {}),
        ('<c r="B3" t="str"><f>A1</f><v></v></c>', {}),
    ],
)
def test_a_formula_is_flagged_exactly_where_it_has_no_result(
    cell: str, flags: dict[int, tuple[str, ...]]
) -> None:
    assert flagged(build_xlsx(third_row(cell))) == flags


def test_rows_of_formulas_that_were_never_calculated_are_no_blank_rows() -> None:
    reading, rows = read_workbook(build_workbook([*CLIENTS, ("=A2", "=B2")]))

    assert reading.rows == 3
    assert rows[2].flags == ("uncalculated:0", "uncalculated:1")
    assert any("Formulas without a result" in note and "row 4" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("stored", "text", "flags"),
    [
        ("941000012345678", "941000012345678", {}),
        ("1234567890123456", "1234567890123456", {3: ("long:1",)}),
        ("12345678901234567890", "12345678901234567890", {3: ("long:1",)}),
        ("1.2345678901234568E+16", "12345678901234568", {3: ("long:1",)}),
        ("-1234567890123456", "-1234567890123456", {3: ("long:1",)}),
        ("0.1234567890123456789", "0.123456789012346", {}),
    ],
)
def test_a_number_of_more_than_15_digits_keeps_those_that_are_stored_and_is_flagged(
    stored: str, text: str, flags: dict[int, tuple[str, ...]]
) -> None:
    data = build_xlsx(third_row(f'<c r="B3"><v>{stored}</v></c>'))

    assert cells(data)[1] == ["Eva", text]
    assert flagged(data) == flags


def test_hidden_rows_and_columns_are_read_and_named() -> None:
    book = Workbook()
    sheet = fill(book.active, NAMES)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True

    reading, rows = read_workbook(saved(book))

    assert [row.flags for row in rows] == [(), ("hidden",)]
    assert "Hidden in the spreadsheet, and read all the same: column C." in reading.notes
    assert "Hidden in the spreadsheet, and read all the same: row 3." in reading.notes


def test_rows_that_merged_cells_touch_are_flagged_and_others_are_not() -> None:
    book = Workbook()
    sheet = fill(book.active, [*NAMES, ("Eva", "3", ""), ("Sol", "4", "")])
    sheet.merge_cells("A3:A4")

    assert flagged(saved(book)) == {3: ("merged",), 4: ("merged",)}


def test_a_cell_far_beyond_the_table_is_told_and_makes_no_columns() -> None:
    reading, rows = read_workbook(build_workbook([*CLIENTS, ("Eva", 1, *[None] * 60, "solver")]))

    assert len(reading.columns) == 2
    assert (rows[2].cells, rows[2].flags) == (["Eva", "1"], ("beyond",))


def many_oddities() -> Workbook:
    book = Workbook()
    rows = [("name", "phone", "share"), ("Ana", 34600111222, "#N/A"), ("Eva", "=A1", 0.5), ("Sol", 123, True)]
    sheet = fill(book.active, [*rows, ("Luz", datetime(2024, 2, 29, 10, 30), 0.1 + 0.2)])  # noqa: DTZ001
    sheet["C3"].number_format = "0%"
    sheet["B4"].number_format = "00000"
    sheet.row_dimensions[4].hidden = True
    sheet.merge_cells("A3:A4")
    return book


def test_both_readers_read_the_same() -> None:
    reaching_far = many_oddities()
    reaching_far.active.cell(20_000, 16_384, "x")

    _, fast = read_workbook(saved(many_oddities()))
    _, careful = read_workbook(saved(reaching_far))

    assert careful == [*fast, SourceRow(20_000, ["", "", ""], ("beyond",))]
    assert [row.cells[1:] for row in fast] == [
        ["34600111222", "#N/A"],
        ["", "50%"],
        ["00123", "TRUE"],
        ["2024-02-29 10:30:00", "0.3"],
    ]


def test_titles_above_the_headings_and_a_total_below_are_told() -> None:
    rows = [("Clients of the clinic",), ("Exported 2024-05-01",), (), *NAMES, ("Total", "2", "")]

    reading, read = read_workbook(build_workbook(rows))

    assert reading.header_row == 4
    assert "The headings were found in row 4; what stands above them was passed over." in reading.notes
    assert any("Row 7 looks like a total" in note for note in reading.notes)
    assert len(read) == 3


def headings_of(rows: Sequence[tuple[str, ...]], *merges: str) -> tuple[int, list[str]]:
    book = Workbook()
    sheet = fill(book.active, rows)
    for merge in merges:
        sheet.merge_cells(merge)
    reading, _ = read_workbook(saved(book))
    return reading.header_row, [column.heading for column in reading.columns]


DATA = ("Ana", "600111222", "Rex", "dog")


def test_groups_over_merged_cells_come_before_headings_that_would_be_the_same() -> None:
    rows = [("Owner", "", "Pet", ""), ("Name", "Phone", "Name", "Species"), DATA]

    expected = (2, ["Owner Name", "Phone", "Pet Name", "Species"])
    assert headings_of(rows, "A1:B1", "C1:D1") == expected


def test_a_heading_that_reaches_down_beside_a_group_keeps_its_name() -> None:
    rows = [("Name", "Contact", "", "Species"), ("", "Phone", "Email", ""), ("Ana", "6", "a@b.co", "dog")]

    expected = (2, ["Name", "Phone", "Email", "Species"])
    assert headings_of(rows, "A1:A2", "B1:C1", "D1:D2") == expected


def test_a_title_merged_over_the_table_is_no_group() -> None:
    rows = [("Clients", "", "", ""), ("Name", "Phone", "Pet", "Species"), DATA]

    assert headings_of(rows, "A1:D1") == (2, ["Name", "Phone", "Pet", "Species"])


def test_a_heading_over_two_columns_with_data_below_is_one_row_of_headings() -> None:
    rows = [("Name", "Phone", "Notes", ""), DATA, DATA]

    assert headings_of(rows, "C1:D1") == (1, ["Name", "Phone", "Notes", "Column 4"])


def test_errors_hidden_rows_and_merged_cells_of_opendocument_workbooks_are_told() -> None:
    def row(*inner: str, attributes: str = "") -> str:
        return f"<table:table-row {attributes}>{''.join(inner)}</table:table-row>"

    error = ods_cell("#N/A", attributes='office:value-type="string" calcext:value-type="error"')
    merged = ods_cell("Eva", attributes='office:value-type="string" table:number-rows-spanned="2"')
    table = "".join(
        (
            '<table:table table:name="Clients"><table:table-column/>',
            '<table:table-column table:visibility="collapse"/>',
            row(ods_cell("name"), ods_cell("phone")),
            row(ods_cell("Ana"), error),
            row(ods_cell("Luis"), ods_cell("2"), attributes='table:visibility="filter"'),
            row(merged, ods_cell("3")),
            row("<table:covered-table-cell/>", ods_cell("4")),
            "</table:table>",
        )
    )
    hidden = '<table:table table:name="Old" table:style-name="off"><table:table-row/></table:table>'
    off = (
        '<style:style style:name="off" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    data = build_ods(table + hidden, styles=off)

    reading, rows = read_workbook(data, name="clients.ods")

    assert rows[0] == SourceRow(2, ["Ana", "#N/A"], ("error:1",))
    assert flagged(data) == {2: ("error:1",), 3: ("hidden",), 4: ("merged",), 5: ("merged",)}
    assert [(part.name, part.hidden) for part in reading.parts] == [("Clients", False), ("Old", True)]
    assert "Hidden in the spreadsheet, and read all the same: column B." in reading.notes


def test_formulas_without_results_and_leading_zeros_of_opendocument_workbooks_are_told() -> None:
    padded = ods_cell("00123", attributes='office:value-type="float" office:value="123"')
    decimal = ods_cell("0.50", attributes='office:value-type="float" office:value="0.5"')
    formula = '<table:table-cell table:formula="of:=[.A1]"/>'
    rows = [
        (ods_cell("name"), ods_cell("code")),
        (ods_cell("Ana"), padded),
        (decimal, decimal),
        (formula, formula),
    ]
    inner = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    data = build_ods(f'<table:table table:name="Clients">{inner}</table:table>')

    assert cells(data) == [["Ana", "00123"], ["0.5", "0.5"], ["", ""]]
    assert flagged(data) == {4: ("uncalculated:0", "uncalculated:1")}


def check(row: SourceRow, headings: tuple[str, ...]) -> CheckedRow:
    reading, _ = read_workbook(build_workbook([headings, ("",) * (len(headings) - 1) + ("x",)]))
    mapping = recognise(reading, kind="owner")
    settings = CheckSettings()
    return RowChecker(mapping, headings, settings, now=datetime(2026, 11, 21, tzinfo=UTC)).check(row)


@pytest.mark.parametrize(
    ("flag", "code", "severity"),
    [
        ("hidden", FindingCode.ROW_HIDDEN, Severity.NOTE),
        ("merged", FindingCode.ROW_MERGED, Severity.WARNING),
        ("beyond", FindingCode.ROW_CELLS_BEYOND, Severity.WARNING),
        ("error:1", FindingCode.CELL_ERROR, Severity.WARNING),
        ("uncalculated:1", FindingCode.CELL_UNCALCULATED, Severity.WARNING),
        ("long:1", FindingCode.CELL_LONG_NUMBER, Severity.WARNING),
    ],
)
def test_each_flag_is_a_finding(flag: str, code: FindingCode, severity: Severity) -> None:
    row = SourceRow(2, ["Ana Ruiz", "600111222", "ana@example.org"], (flag,))

    findings = check(row, ("name", "phone", "email")).findings

    assert (code, severity) in {(finding.code, finding.severity) for finding in findings}


def test_an_error_is_named_with_its_column_and_never_taken_for_a_value() -> None:
    row = SourceRow(2, ["Ana Ruiz", "600111222", "#N/A"], ("error:2",))

    checked = check(row, ("name", "phone", "city"))

    (finding,) = [finding for finding in checked.findings if finding.code is FindingCode.CELL_ERROR]
    assert (finding.column, finding.value) == ("city", "#N/A")
    assert checked.record.owner is not None
    assert checked.record.owner.city == ""


def test_an_error_in_a_column_that_is_not_imported_is_no_finding() -> None:
    row = SourceRow(2, ["Ana Ruiz", "600111222", "ana@example.org", "#N/A"], ("error:3",))

    checked = check(row, ("name", "phone", "email", "zzz formula"))

    assert FindingCode.CELL_ERROR not in {finding.code for finding in checked.findings}
