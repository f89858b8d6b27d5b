"""What holds for any table and any bytes."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadLimits, SourceRow, TableReading, inspect_table, read_rows
from phcs.core.reading.cells import is_storable
from phcs.core.reading.json_text import JsonText, check_nesting

LIMITS = ReadLimits()
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=12)
HEADINGS = st.lists(WORDS, min_size=2, max_size=8, unique=True)
CELLS = st.text(
    alphabet=st.one_of(
        st.sampled_from(',;\t|"\n\r '), st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
    ),
    max_size=20,
)
TEXT_1252 = st.text(alphabet=st.sampled_from(',;\t|"\n\r abcñÑéü€ž-7@'), max_size=20)


def read(data: bytes, name: str = "export.csv") -> tuple[TableReading, list[SourceRow]]:
    stream = io.BytesIO(data)
    reading = inspect_table(stream, name=name, limits=LIMITS)
    return reading, list(read_rows(stream, reading, limits=LIMITS))


def is_complete_or_refused(data: bytes, *, name: str = "export.csv") -> bool:
    """Whether every counted row came, storable and as wide as the table, or a refusal with a sentence."""
    try:
        reading, rows = read(data, name)
    except UnreadableFileError as refusal:
        return refusal.reason.startswith("file.") and refusal.sentence.endswith(".")
    width = len(reading.columns)
    return len(rows) == reading.rows and all(
        len(row.cells) == width and is_storable("".join(row.cells)) for row in rows
    )


def written(headings: list[str], rows: list[list[str]], delimiter: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue()


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[str]) -> tuple[list[str], list[list[str]]]:
    headings = draw(HEADINGS)
    row = st.lists(cells, min_size=len(headings), max_size=len(headings))
    data_row = row.filter(lambda cells: any(map(str.strip, cells)) and not set(cells) & set(headings))
    return headings, draw(st.lists(data_row, min_size=1, max_size=12))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@QUICK
@given(table=tables(CELLS))
def test_a_written_table_comes_back_cell_by_cell(
    table: tuple[list[str], list[list[str]]], delimiter: str, encoding: str
) -> None:
    headings, rows = table

    reading, read_back = read(written(headings, rows, delimiter).encode(encoding))

    assert [column.heading for column in reading.columns] == headings
    assert (reading.delimiter, reading.header_row, reading.rows) == (delimiter, 1, len(rows))
    assert [row.cells for row in read_back] == rows
    assert [row.row_no for row in read_back] == list(range(2, len(rows) + 2))
    assert [column.filled for column in reading.columns] == [
        sum(1 for row in rows if row[position]) for position in range(len(headings))
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@QUICK
@given(table=tables(TEXT_1252))
def test_a_windows_1252_table_comes_back_cell_by_cell(
    table: tuple[list[str], list[list[str]]], delimiter: str
) -> None:
    headings, rows = table
    headings = [*headings, "año"]
    rows = [[*row, "señal"] for row in rows]

    reading, read_back = read(written(headings, rows, delimiter).encode("windows-1252"))

    assert reading.encoding == "windows-1252"
    assert [row.cells for row in read_back] == rows


@settings(QUICK, max_examples=400)
@given(
    start=st.sampled_from(
        [
            *(b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"a,b\n", b"[{", b'{"a":', b"sep=;\n"),
            *(b"BEGIN:VCALENDAR\n", b"BEGIN:VCARD\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ]
    ),
    body=st.binary(max_size=300),
    name=st.sampled_from(["export.csv", "export.json"]),
)
def test_any_bytes_are_read_completely_or_refused_with_a_sentence(
    start: bytes, body: bytes, name: str
) -> None:
    assert is_complete_or_refused(start + body, name=name)


@settings(QUICK, max_examples=400)
@given(
    body=st.text(alphabet='ab1 ,;"\n\r\t|\0{}[]:\\u\ufeffñ', max_size=200),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
)
def test_any_text_of_delimiters_is_read_completely_or_refused(body: str, encoding: str) -> None:
    assert is_complete_or_refused(body.encode(encoding))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CELLS, inner, max_size=3),
    max_leaves=8,
)
ENTRIES = st.lists(st.dictionaries(CELLS, JSON_VALUES, max_size=5), min_size=1, max_size=6)


@settings(QUICK, max_examples=300)
@given(entries=ENTRIES, as_lines=st.booleans(), escaped=st.booleans())
def test_any_json_objects_are_all_accounted_for(
    *, entries: list[dict[str, Any]], as_lines: bool, escaped: bool
) -> None:
    shielded = [{"marker": "x", **entry} for entry in entries]
    texts = [json.dumps(entry, ensure_ascii=escaped) for entry in shielded]
    text = "\n".join(texts) if as_lines else f"[{','.join(texts)}]"

    reading, rows = read(text.encode(), "export.json")

    assert len(rows) == reading.rows == len(entries)
    assert [row.row_no for row in rows] == list(range(1, len(entries) + 1))


class Dripping(io.StringIO):
    """Text that arrives in small pieces."""

    def __init__(self, text: str, block: int) -> None:
        super().__init__(text)
        self.block = block

    def read(self, size: int | None = -1, /) -> str:
        return super().read(self.block)


QUOTED = st.text(alphabet='\\"[]{}a', max_size=12)
JSON_DOCUMENTS = st.lists(
    st.integers() | st.dictionaries(WORDS, CELLS | QUOTED, max_size=4), min_size=1, max_size=5
)


@settings(QUICK, max_examples=200)
@given(values=JSON_DOCUMENTS, block=st.integers(1, 40))
def test_json_is_decoded_the_same_however_the_text_arrives(values: list[Any], block: int) -> None:
    text = "\n".join(json.dumps(value) for value in values)

    source = JsonText(Dripping(text, block))
    decoded = []
    while source.peek():
        decoded.append(source.decode())

    assert decoded == [str(value) if isinstance(value, int) else value for value in values]
    assert check_nesting(Dripping(text, block), limit=1) == sum(isinstance(value, dict) for value in values)
