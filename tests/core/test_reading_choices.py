"""What a person chooses about reading is done, and what reading passes over, mends or doubts is said."""

import io

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadingChoices, ReadLimits, SourceRow, TableReading, inspect_table, read_rows
from phcs.core.reading.choices import ENCODINGS
from phcs.core.reading.layout import INSTRUCTION_MARK

LIMITS = ReadLimits()
SPLIT = 2


def read(
    data: bytes, choices: ReadingChoices | None = None, *, name: str = "export.csv"
) -> tuple[TableReading, list[SourceRow]]:
    """The reading, stored and taken out again as an import does, and the rows that it gives."""
    stream = io.BytesIO(data)
    chosen = choices or ReadingChoices()
    reading = inspect_table(stream, name=name, limits=LIMITS, split_rows=SPLIT, choices=chosen)
    stored = TableReading.from_json(reading.as_json())
    assert stored == reading
    rows = list(read_rows(stream, stored, limits=LIMITS))
    assert len(rows) == reading.rows
    return reading, rows


def headings(reading: TableReading) -> list[str]:
    return [column.heading for column in reading.columns]


@pytest.mark.parametrize("encoding", [name for name, _ in ENCODINGS])
def test_a_chosen_encoding_is_the_one_that_is_read(encoding: str) -> None:
    name = "Жук" if encoding == "windows-1251" else "Léo"
    data = f"id,name\n1,{name}\n2,x\n3,y\n4,z\n5,w\n".encode(encoding)

    reading, rows = read(data, ReadingChoices(encoding=encoding))

    assert reading.encoding == encoding
    assert [row.cells[1] for row in rows] == [name, "x", "y", "z", "w"]
    assert (reading.notes, reading.choices.encoding) == ((), encoding)


@pytest.mark.parametrize(
    ("choices", "expected_headings", "first"),
    [
        (ReadingChoices(delimiter=";"), ["id", "name,city"], ["1", "Ana,Cali"]),
        (ReadingChoices(delimiter=","), ["id;name", "city"], ["1;Ana", "Cali"]),
        (ReadingChoices(delimiter=";", header_row=2), ["1", "Ana,Cali"], ["2", "Eva,Cali"]),
        (ReadingChoices(delimiter=";", header_row=0), ["Column A", "Column B"], ["id", "name,city"]),
    ],
)
def test_chosen_delimiter_and_header_row_are_taken(
    choices: ReadingChoices, expected_headings: list[str], first: list[str]
) -> None:
    reading, rows = read(b"id;name,city\n1;Ana,Cali\n2;Eva,Cali\n", choices)

    assert headings(reading) == expected_headings
    assert rows[0].cells == first
    assert reading.choices == choices


def test_without_headings_the_first_row_is_data_and_a_separator_line_is_not() -> None:
    choices = ReadingChoices(header_row=0)

    plain, plain_rows = read(b"1,Ana\n2,Eva\n1,Ana\n", choices)
    separated, separated_rows = read(b"sep=;\n1;Ana\n2;Eva\n", choices)

    assert [row.row_no for row in plain_rows] == [1, 2, 3]
    assert [row.row_no for row in separated_rows] == [2, 3]
    assert (plain.delimiter, separated.delimiter) == (",", ";")


def test_a_table_of_many_columns_without_headings_is_lettered_as_in_a_spreadsheet() -> None:
    reading, _ = read(",".join(map(str, range(28))).encode() + b"\n", ReadingChoices(header_row=0))

    assert headings(reading)[25:] == ["Column Z", "Column AA", "Column AB"]


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        (ReadingChoices(header_row=9), "no row 9"),
        (ReadingChoices(header_row=-1), "counted from 1"),
        (ReadingChoices(encoding="utf-7"), "encoding is not on offer"),
        (ReadingChoices(delimiter="x"), "delimiter is not on offer"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_what_can(choices: ReadingChoices, told: str) -> None:
    with pytest.raises(UnreadableFileError, match=told) as refused:
        read(b"id,name\n1,Ana\n", choices)

    assert refused.value.reason == "file.bad_choice"


def test_a_chosen_encoding_that_makes_no_text_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="Read as UTF-8 the file is not text"):
        read("id,name\n1,Ana\n".encode("utf-16"), ReadingChoices(encoding="utf-8"))


@pytest.mark.parametrize(
    ("data", "choices", "cell", "told"),
    [
        (b"id,name\n1,Mu\xf1oz \x81\n", ReadingChoices(), "Muñoz \ufffd", "0x81 in row 2, column “name”"),
        (
            "id,name\n1,áéíóú ".encode() + b"\xf1\n",
            ReadingChoices(),
            "áéíóú \ufffd",
            "1 byte is not UTF-8 text and shown as \ufffd: 0xF1 in row 2, column “name”",
        ),
        (b"id,name\n1,Mu\xf1oz\n", ReadingChoices(encoding="utf-8"), "Mu\ufffdoz", "0xF1 in row 2"),
        (b"\xef\xbb\xbfid,name\n1,Mu\xf1oz\n", ReadingChoices(), "Mu\ufffdoz", "0xF1 in row 2"),
        (b'[{"id":"1","name":"Mu\xf1oz"}]', ReadingChoices(encoding="utf-8"), "Mu\ufffdoz", "in row 1"),
    ],
)
def test_a_byte_that_means_nothing_stays_visible_flagged_and_placed(
    data: bytes, choices: ReadingChoices, cell: str, told: str
) -> None:
    reading, rows = read(data, choices)

    assert rows[0].cells[1] == cell
    assert rows[0].flags == ("character",)
    assert any(told in note for note in reading.notes)
    assert reading.bad_bytes == 1


def test_many_bytes_that_mean_nothing_are_counted_and_the_first_places_named() -> None:
    reading, rows = read(b"id,name\n" + b"1,\xf1\n" * 40, ReadingChoices(encoding="utf-8"))

    (note,) = reading.notes
    assert note.startswith("40 bytes are not UTF-8 text")
    assert note.count("0xF1 in row") == 5
    assert [row.cells[1] for row in rows] == ["\ufffd"] * 40


def test_parts_that_are_read_apart_hold_every_bad_byte_too() -> None:
    data = b"id,name\n" + b"1,\xf1\n2,\xc3\xb1\n" * 6
    stream = io.BytesIO(data)
    choices = ReadingChoices(encoding="utf-8")
    reading = inspect_table(stream, name="x.csv", limits=LIMITS, split_rows=SPLIT, choices=choices)

    assert len(reading.splits) == 5
    assert all(data[offset : offset + 2] == b"1," for _, offset in reading.splits)


def test_instruction_rows_are_passed_over_and_counted() -> None:
    reading, rows = read(f"id,name\n{INSTRUCTION_MARK}: a number,any name\n1,Ana\n# 2,Eva\n".encode())

    assert [row.cells for row in rows] == [["1", "Ana"], ["# 2", "Eva"]]
    assert reading.notes == ("1 row of instructions was passed over.",)


@pytest.mark.parametrize(
    ("last", "is_told"),
    [
        ("Total,12", True),
        ("TOTALES:,1.234,56".replace(",1.", ",€ 1."), True),
        ("Grand total,$ 1000", True),
        ("Total,Ana", False),
        ("Totally Cats,12", False),
        ("Total,", False),
        ("Total patients: 4,", True),
        ("Total clientes:,4", True),
        ("12 records,", True),
        ("Client 4,", False),
    ],
)
def test_a_total_at_the_end_is_pointed_out_and_kept(last: str, *, is_told: bool) -> None:
    reading, rows = read(f"name;amount\nAna;1\nEva;2\n{last.replace(',', ';', 1)}\n".encode())

    assert len(rows) == 3
    assert ["looks like a total" in note for note in reading.notes] == [True] * is_told


def test_readings_stored_before_there_were_choices_are_understood() -> None:
    reading, _ = read(b"id,name\n1,Ana\n")
    stored = reading.as_json()
    for later in ("part", "parts", "choices", "bad_bytes", "member"):
        assert later not in stored

    assert TableReading.from_json(stored).choices == ReadingChoices()
