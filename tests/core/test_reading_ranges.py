"""A table read in parts, in any order, is the table read at once: same numbers, same cells, same flags."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadLimits, SourceRow, TableReading, inspect_table, opened_table, read_rows

EXPORTS = Path(__file__).parent.parent / "exports"
FILES = sorted(path for path in EXPORTS.glob("*/*") if not path.name.endswith(".expected.json"))
LIMITS = ReadLimits()
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SPLIT_ROWS = [1, 2, 3]

CELLS = st.text(alphabet=st.sampled_from('ab1,;"\n\r ñ€\U0001f436\ufeff'), max_size=8)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=25)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "windows-1252"])


def read_at_once(data: bytes, name: str) -> list[SourceRow]:
    stream = io.BytesIO(data)
    reading = inspect_table(stream, name=name, limits=LIMITS, split_rows=0)
    return list(read_rows(stream, reading, limits=LIMITS))


def read_in_parts(data: bytes, name: str, split_rows: int) -> tuple[TableReading, list[SourceRow]]:
    """The last part first, as if several workers read."""
    stream = io.BytesIO(data)
    found = inspect_table(stream, name=name, limits=LIMITS, split_rows=split_rows)
    reading = TableReading.from_json(found.as_json())
    rows_of = opened_table(stream, reading, limits=LIMITS)
    parts = [[SourceRow(*row) for row in rows_of(of)] for of in reversed(reading.ranges())]
    return reading, [row for part in reversed(parts) for row in part]


def written(rows: list[list[str]], line_end: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerows([["id", "name", "phone", "note"], *rows])
    return text.getvalue()


@pytest.mark.parametrize("split_rows", SPLIT_ROWS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_export_reads_the_same_in_parts(path: Path, split_rows: int) -> None:
    data = path.read_bytes()

    _, rows = read_in_parts(data, path.name, split_rows)

    assert rows == read_at_once(data, path.name)


@QUICK
@given(rows=ROWS, line_end=LINE_ENDS, encoding=ENCODINGS, split_rows=st.sampled_from(SPLIT_ROWS))
def test_any_table_reads_the_same_in_parts(
    rows: list[list[str]], line_end: str, encoding: str, split_rows: int
) -> None:
    data = written(rows, line_end).encode(encoding, "replace")
    try:
        expected = read_at_once(data, "export.csv")
    except UnreadableFileError:
        return

    assert read_in_parts(data, "export.csv", split_rows)[1] == expected


@pytest.mark.parametrize(
    ("encoding", "parts"), [("utf-8", 4), ("utf-8-sig", 4), ("windows-1252", 4), ("utf-16", 1)]
)
def test_a_table_is_split_where_a_decoder_may_begin(encoding: str, parts: int) -> None:
    rows = [[str(number), "Begoña\nIbáñez", "612", ""] for number in range(8)]

    reading, _ = read_in_parts(written(rows, "\r\n").encode(encoding), "export.csv", split_rows=2)

    assert len(reading.ranges()) == parts


def test_json_is_never_split() -> None:
    data = b"[" + b",".join(b'{"id": "%d", "name": "Ana"}' % number for number in range(8)) + b"]"

    reading, rows = read_in_parts(data, "export.json", split_rows=2)

    assert (len(reading.ranges()), len(rows)) == (1, 8)


def test_parts_hold_as_many_rows_as_asked_for_and_end_where_the_next_begins() -> None:
    rows = [[str(number), "Ana", "612", ""] for number in range(50)]

    reading, _ = read_in_parts(written(rows, "\n").encode(), "export.csv", split_rows=20)

    assert [(of.first_row, of.through_row) for of in reading.ranges()] == [(1, 21), (22, 41), (42, None)]


def test_a_table_that_ends_at_a_split_has_no_empty_part() -> None:
    rows = [[str(number), "Ana", "612", ""] for number in range(40)]

    reading, _ = read_in_parts(written(rows, "\n").encode(), "export.csv", split_rows=20)

    assert len(reading.ranges()) == 2
