"""A file that cannot be read is refused as a whole, with a stable code and one plain sentence."""

import io
import json
import tracemalloc

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadLimits, TableReading, inspect_table

SMALL = ReadLimits(file_bytes=400, columns=4, rows=5, cell_characters=20, nesting=4)


def inspect(data: bytes, *, name: str = "export.csv", limits: ReadLimits | None = None) -> TableReading:
    return inspect_table(io.BytesIO(data), name=name, limits=limits or ReadLimits())


def refusal(
    data: bytes, *, name: str = "export.csv", limits: ReadLimits | None = None
) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as refused:
        inspect(data, name=name, limits=limits)
    return refused.value


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe\n\x00", b"\n" * 200_000])
def test_a_file_without_text_is_empty(data: bytes) -> None:
    assert refusal(data).reason == "file.empty"


@pytest.mark.parametrize(
    "data", [b"ID,NAME\n", b"ID,NAME\n\n,\nID,NAME\n", b"[]", b"[{}]", b'{"results": []}']
)
def test_headings_without_rows_are_refused(data: bytes) -> None:
    assert refusal(data).reason == "file.no_rows"


@pytest.mark.parametrize(
    ("head", "named"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html><html>", "web page"),
        (b"<table><tr><td>ID", "web page"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (b"\0\0\0\x18ftypheic", "photo"),
        (b"\x1f\x8b\x08", "GZIP"),
        (b"x" * 257 + b"ustar", "TAR"),
        (b"MZ\x90\0\x03", "Windows program"),
        (b"#!/bin/sh", "script"),
        (b"{\\rtf1", "RTF"),
        (b"SQLite format 3\0", "SQLite"),
        (b'<?xml version="1.0"?>', "XML"),
        ("<html>".encode("utf-16") + b"\0", "web page"),
        (b"<!-- saved from url --><html>", "web page"),
        (b"Return-Path: <ana@example.org>", "e-mail"),
        (b"\x01\x02\x03\x04" * 40, "program's own"),
        (b"\x00\x01\xfe\x80\xf7" * 400, "program's own"),
    ],
)
def test_a_file_that_is_no_text_is_refused_by_its_name(head: bytes, named: str) -> None:
    refused = refusal(head + b"\n")

    assert refused.reason == "file.not_text"
    assert named in refused.sentence


@pytest.mark.parametrize(
    ("data", "position", "others"),
    [
        (b"\xff\xfeI\x00D\x00\n\x001", "9", ""),
        (b"ID,NAME\n" + b"1,Ana\n" * 300_000 + b"2,\x81\n" * 11, "1,800,011", "nor do 10 others"),
        (b"\xef\xbb\xbfID,NAME\n" + b"1,\xf1\n" * 11, "14", "nor do 10 others"),
    ],
)
def test_bytes_that_mean_nothing_are_named_by_position_and_number(
    data: bytes, position: str, others: str
) -> None:
    refused = refusal(data)

    assert refused.reason == "file.undecodable"
    assert f"position {position} " in refused.sentence
    assert others in refused.sentence


def test_an_unclosed_quotation_mark_names_the_row_where_it_opens() -> None:
    refused = refusal(b'ID,NAME\n1,"two\nlines"\n2,"Ana\n3,Luis\n')

    assert refused.reason == "file.bad_quotes"
    assert "opened in row 3 " in refused.sentence


def test_text_after_a_closing_quotation_mark_names_row_and_line() -> None:
    refused = refusal(b'ID,NAME\n1,"two\nlines"\n2,"Ana"x\n')

    assert refused.reason == "file.bad_quotes"
    assert "Row 3 (line 4 of the file)" in refused.sentence


@pytest.mark.parametrize(
    ("at_limit", "beyond", "reason"),
    [
        (b"a,b\n" + b"1,2\n" * 99, b"a,b\n" + b"1,2\n" * 99 + b"\n", "file.too_large"),
        (b"a,b,c,d\n1,2,3,4\n", b"a,b,c,d,e\n1,2,3,4,5\n", "file.too_many_columns"),
        (b"a,b\n" + b"1,2\n" * 5, b"a,b\n" + b"1,2\n" * 6, "file.too_many_rows"),
        (b"a,b\n1," + b"x" * 20 + b"\n", b"a,b\n1," + b"x" * 21 + b"\n", "file.cell_too_long"),
        (b'[{"a":1,"b":1},{"c":1,"d":1}]', b'[{"a":1,"b":1},{"c":1,"d":1,"e":1}]', "file.too_many_columns"),
        (b'{"a":1}\n' * 5, b'{"a":1}\n' * 6, "file.too_many_rows"),
        (b'[{"a":"' + b"x" * 20 + b'"}]', b'[{"a":"' + b"x" * 21 + b'"}]', "file.cell_too_long"),
        (b'[{"a":[[1]]}]', b'[{"a":[[[1]]]}]', "file.too_deep"),
    ],
)
def test_a_limit_may_be_reached_but_not_exceeded(at_limit: bytes, beyond: bytes, reason: str) -> None:
    limits = SMALL if reason != "file.too_large" else ReadLimits(file_bytes=400)

    assert inspect(at_limit, limits=limits).rows
    assert refusal(beyond, limits=limits).reason == reason


def test_a_json_cell_that_is_too_long_names_row_and_column() -> None:
    data = json.dumps([{"id": "1"}, {"id": "2", "owner": {"name": "x" * 30}}]).encode()

    assert "Row 2 " in refusal(data, limits=SMALL).sentence
    assert "“owner.name”" in refusal(data, limits=SMALL).sentence


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'[{"a": NaN}]', "Entry 1 of the JSON cannot be read: it has the value NaN"),
        (b'[{"a": 1}, {"b": -Infinity}]', "Entry 2 of the JSON cannot be read: it has the value -Infinity"),
        (b'[{"a": 1}, {"a": 1, "a": 2}]', "Entry 2 of the JSON cannot be read: the field “a” stands twice"),
        (b'[{"a": 1}, 5]', "Entry 2 of the JSON is not an object"),
        (b'[["a"], ["b"]]', "Entry 1 of the JSON is not an object"),
        (b'[{"a": 1},\n{"b": ', "breaks off in line 2"),
        (b'[{"a": 1},\n{"b": 2}', "breaks off in line 2"),
        (b'[{"a": 1}\n{"b": 2}]', "broken in line 2"),
        (b'[{"a": 1},]', "broken in line 1"),
        (b'{"a": 1}\n{"a": 2}\n{"a": oops}\n', "broken in line 3"),
        (b'[{"a": 1}]]', "broken in line 1"),
    ],
)
def test_broken_json_is_refused_with_its_place(data: bytes, told: str) -> None:
    refused = refusal(data)

    assert refused.reason == "file.bad_json"
    assert told in refused.sentence


@pytest.mark.parametrize(
    "data", [b"[" * 200_000, b'{"a":' * 200_000, b'[{"a": "\\"[[[["}, ' + b"[" * 100_000]
)
def test_deep_nesting_is_refused_without_building_anything(data: bytes) -> None:
    tracemalloc.start()
    assert refusal(data).reason == "file.too_deep"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 12_000_000


def test_brackets_inside_strings_are_no_nesting() -> None:
    data = json.dumps([{"a": "[[[[[[{{{{{{" * 10, "b": '\\"[[[[\\\\'}]).encode()

    assert inspect(data, limits=ReadLimits(nesting=2)).rows == 1


def test_a_large_api_page_is_streamed_in_constant_memory() -> None:
    entries = ",".join(json.dumps({"id": str(number), "notes": "x" * 500}) for number in range(20_000))
    data = io.BytesIO(f'{{"limit": 20000, "results": [{entries}]}}'.encode())
    del entries

    tracemalloc.start()
    reading = inspect_table(data, name="export.json", limits=ReadLimits())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (reading.rows, [column.heading for column in reading.columns]) == (20_000, ["id", "notes"])
    assert peak < 12_000_000


def test_a_large_single_entry_is_one_row() -> None:
    entry = {f"field {number}": "x" * 30_000 for number in range(60)}

    assert inspect(json.dumps(entry).encode()).rows == 1
    assert len(inspect(json.dumps([entry, {"results": "none"}]).encode()).columns) == 61


def test_a_doubled_field_is_found_in_a_large_entry_too() -> None:
    fields = ",".join(f'"field {number}":"{"x" * 30_000}"' for number in range(60))

    assert "the field “field 7” stands twice" in refusal(f'{{{fields},"field 7":""}}'.encode()).sentence


def test_one_heading_over_and_over_is_refused_quickly() -> None:
    entry = {"dataFields": [{"label": "Notes", "values": ["x"]}] * 100_000}

    assert "more than 1,000 times" in refusal(json.dumps([entry]).encode()).sentence


def test_a_json_heading_that_is_too_long_is_refused() -> None:
    assert refusal(b'[{"' + b"h" * 21 + b'": "1"}]', limits=SMALL).reason == "file.cell_too_long"
