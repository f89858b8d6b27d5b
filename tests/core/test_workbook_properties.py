"""Whatever bytes a workbook holds, reading it gives all of its rows, the same each time, or one sentence.

Damaged XLS files are not tried here: some end the process that reads them, which only the reading child survives.
"""

import functools
import io
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadLimits, inspect_table, read_rows
from phcs.core.reading.cells import is_storable
from tests.workbook_builders import (
    CLIENT_ROWS,
    build_ods,
    build_package,
    build_workbook,
    build_xlsx,
    cells,
    ods_cell,
    xlsx_parts_of,
)

QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=120)
LIMITS = ReadLimits(columns=50, rows=1_000, cell_characters=2_000)


@functools.cache
def original(kind: str) -> bytes:
    if kind == "ods":
        row = f"<table:table-row>{ods_cell('name')}{ods_cell('phone')}</table:table-row>"
        return build_ods(f'<table:table table:name="S">{row * 3}</table:table>')
    if kind == "by hand":
        return build_xlsx(CLIENT_ROWS, strings=("a", "b"))
    return build_workbook()


def is_complete_or_refused(data: bytes) -> bool:
    """Whether every counted row came, storable and as wide as the table, twice the same, or one sentence."""
    stream = io.BytesIO(data)
    try:
        reading = inspect_table(stream, name="clients.xlsx", limits=LIMITS)
        rows = list(read_rows(stream, reading, limits=LIMITS))
        again = list(read_rows(stream, reading, limits=LIMITS))
    except UnreadableFileError as refusal:
        return refusal.sentence.endswith(".")
    is_whole = len(rows) == reading.rows and {len(row.cells) for row in rows} <= {len(reading.columns)}
    numbers = [row.row_no for row in rows]
    is_stored = all(is_storable("".join(row.cells)) for row in rows)
    return is_whole and rows == again and numbers == sorted(set(numbers)) and is_stored


@QUICK
@given(
    kind=st.sampled_from(["xlsx", "ods", "by hand"]),
    edits=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_workbook_with_changed_bytes_is_read_completely_or_refused(
    kind: str, edits: list[tuple[int, int]]
) -> None:
    data = bytearray(original(kind))
    for place, byte in edits:
        data[place % len(data)] = byte

    assert is_complete_or_refused(bytes(data))


MEMBERS = ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet1.xml"]


@QUICK
@given(
    member=st.sampled_from(MEMBERS),
    place=st.integers(0, 2_000),
    length=st.integers(0, 40),
    patch=st.sampled_from(
        [
            "",
            "<",
            '"',
            "&#0;",
            "&x;",
            "\ud7ff",
            "-1",
            "99999999999",
            't="e"',
            "<row/>",
            'r="ZZZ1"',
            's="9"',
            "</c>",
        ]
    ),
)
def test_a_workbook_with_changed_parts_is_read_completely_or_refused(
    member: str, place: int, length: int, patch: str
) -> None:
    parts = xlsx_parts_of(CLIENT_ROWS, strings=("a",), styles='<cellXfs><xf numFmtId="9"/></cellXfs>')
    text = str(parts[member])
    at = place % len(text)

    assert is_complete_or_refused(build_package({**parts, member: text[:at] + patch + text[at + length :]}))


@QUICK
@given(start=st.sampled_from([b"PK\3\4", b"PK\5\6", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]), body=st.binary())
def test_any_bytes_that_begin_like_a_workbook_are_read_completely_or_refused(
    start: bytes, body: bytes
) -> None:
    assert is_complete_or_refused(start + body)


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff_"),
    min_size=1,
    max_size=12,
).filter(lambda text: text == text.strip() and not text.startswith(("=", "#")))
VALUES = TEXTS | st.integers(-(10**14), 10**14) | st.booleans()


def shown(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)


@settings(QUICK, max_examples=60)
@given(rows=st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=6))
def test_values_come_back_as_they_were_written(rows: list[list[Any]]) -> None:
    marked = [[f"r{number}", *row] for number, row in enumerate(rows)]

    assert cells(build_workbook([("id", "one", "two", "three"), *marked])) == [
        [shown(value) for value in row] for row in marked
    ]
