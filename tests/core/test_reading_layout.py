"""Delimiter, header row, headings and what is counted."""

import io

import pytest

from phcs.core.reading import ReadLimits, SourceRow, TableReading, inspect_table, read_rows

LIMITS = ReadLimits()


def read(text: str, *, name: str = "export.csv") -> tuple[TableReading, list[SourceRow]]:
    stream = io.BytesIO(text.encode())
    reading = inspect_table(stream, name=name, limits=LIMITS)
    return reading, list(read_rows(stream, reading, limits=LIMITS))


@pytest.mark.parametrize(
    ("text", "delimiter", "header_row"),
    [
        ("name\nAna María\nLuis Pérez\n", ",", 1),
        ('name,said\nAna,"say ""hi"" ok; done"\nLuis,"a; b"\n', ",", 1),
        ("Clients of May\n\nid;name;amount\n1;Ana;1,5\n2;Luis;2,5\n", ";", 3),
        ("Clients,,,\nid,name,phone,city\n1,Ana,300,Cali\n2,Eva,301,Cali\n", ",", 2),
        ("id|name\n1|a,b;c\n2|d,e;f\n", "|", 1),
        (
            "Notes of May\nid;name;note\n"
            + "1;Ana;a, b, c, d\n" * 4
            + "".join(f"2;Eva;{'x,' * n}\n" for n in range(1, 7)),
            ";",
            2,
        ),
        ("2021,2022\n5,6\n7,8\n", ",", 1),
        ("Report:,Clients,,\n\nOwner,Phone,Pet,Sex\nAna,300,Rex,M\nEva,301,Bo,F\n", ",", 3),
        ("Owner:,Phone:\nAna,300\n", ",", 1),
        ("sep=|\nid|name\n1|Ana\n", "|", 2),
        ('"sep=;"\nid;name\n1;Ana\n', ";", 2),
    ],
)
def test_delimiter_and_header_row_are_found(text: str, delimiter: str, header_row: int) -> None:
    reading, rows = read(text)

    assert (reading.delimiter, reading.header_row) == (delimiter, header_row)
    assert rows[0].row_no == header_row + 1


def test_headings_that_look_like_data_are_pointed_out() -> None:
    assert "Row 1 was taken for the headings although it looks like data." in read("1,300\n2,301\n")[0].notes
    assert read("id,phone\n2,301\n")[0].notes == ()


def test_every_row_of_the_file_is_counted_once() -> None:
    reading, rows = read("Title\n\nid,name\n1,Ana\n\n , \nid,name\n2,\n id , name \n3,Eva\n")

    assert (reading.header_row, reading.rows, reading.blank_rows, reading.repeated_headers) == (3, 3, 2, 2)
    assert [row.row_no for row in rows] == [4, 8, 10]
    assert reading.header_row + reading.rows + reading.blank_rows + reading.repeated_headers == 10


def test_samples_are_distinct_and_long_ones_are_cut() -> None:
    reading, _ = read("id,note\n1,x\n2,x\n3," + "y" * 500 + "\n4,\n5,z\n6,w\n")

    assert reading.columns[1].filled == 5
    assert reading.columns[1].samples == ("x", "y" * 199 + "…", "z")


def test_first_rows_are_ten_at_most() -> None:
    reading, _ = read("id\n" + "".join(f"{number}\n" for number in range(30)))

    assert reading.first_rows == tuple((str(number),) for number in range(10))


def test_only_line_breaks_break_lines() -> None:
    _, rows = read("id,name\n1,a\x0bb\u0085c\u2028d\r2,e\r\n3,f")

    assert [row.cells for row in rows] == [["1", "a\x0bb\u0085c\u2028d"], ["2", "e"], ["3", "f"]]


def test_what_the_database_cannot_store_is_replaced_and_flagged() -> None:
    stream = io.BytesIO("id,name\n1,a\ud800\n2,b\0\n3,c\U0001f436\n".encode("utf-16", "surrogatepass"))
    reading = inspect_table(stream, name="x", limits=LIMITS)

    rows = list(read_rows(stream, reading, limits=LIMITS))

    assert [(row.cells[1], row.flags) for row in rows] == [
        ("a\ufffd", ("character",)),
        ("b\ufffd", ("character",)),
        ("c\U0001f436", ()),
    ]


def test_json_numbers_stay_as_they_were_written() -> None:
    text = '[{"a": 1.10, "b": 12345678901234567890, "c": 1e400, "d": -0, "e": 0.10000000000000000001}]'

    assert read(text)[1][0].cells == ["1.10", "12345678901234567890", "1e400", "-0", "0.10000000000000000001"]


def test_two_json_fields_of_one_heading_are_kept_apart() -> None:
    reading, rows = read('[{"a.b": "1", "a": {"b": "2"}}]')

    assert [column.heading for column in reading.columns] == ["a.b", "a.b (2)"]
    assert rows[0].cells == ["1", "2"]


def test_a_row_that_only_resembles_an_envelope_or_a_page_stays_a_row() -> None:
    reading, rows = read(
        '[{"id": "1", "type": "x", "data": {"k": "v"}, "owner": "Ana"}, {"id": "2", "results": []}]'
    )

    assert [column.heading for column in reading.columns] == ["id", "type", "data.k", "owner", "results"]
    assert len(rows) == 2


def test_brackets_alone_do_not_make_a_file_json() -> None:
    assert read("[ID],[NAME]\n1,Ana\n")[0].columns[0].heading == "[ID]"
    assert read('[{"a": "1"}]', name="export.csv")[0].format == "json"
