"""Files made to kill their reader are refused with a sentence; the worker lives and reads the next file."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadLimits
from phcs.services.limited_reading import ChildLimits, inspect_file, read_chunks
from tests.workbook_builders import CLIENT_ROWS, build_ods, build_xlsx, ods_cell

pytestmark = pytest.mark.usefixtures("cold_children")
LIMITS = ReadLimits()
CHILD = ChildLimits()
MANY = 20_000_000


def packed(name: str, data: bytes, *, times: int = 1) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(times):
            file.writestr(f"{number}{name}", data)
    return archive.getvalue()


def lying_archive() -> bytes:
    """A member that says it unpacks to ten bytes, and unpacks to twenty million."""
    data = packed("a.csv", b"id\n" + b"1\n" * (MANY // 2))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + at
        data = data[:start] + struct.pack("<L", 10) + data[start + 4 :]
    return data


def repeated_cells() -> bytes:
    """An OpenDocument sheet of a million rows with sixteen thousand cells each, told once."""
    wide = ods_cell("x", attributes='office:value-type="string" table:number-columns-repeated="16384"')
    row = f'<table:table-row table:number-rows-repeated="1048576">{wide}</table:table-row>'
    return build_ods(f'<table:table table:name="S">{row}</table:table>')


def calendar(event: bytes) -> bytes:
    return b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + event + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def card(lines: bytes) -> bytes:
    return b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\n" + lines + b"\r\nEND:VCARD\r\n"


BOMBS: dict[str, tuple[str, Callable[[], bytes], set[str]]] = {
    "much in little": ("a.zip", lambda: packed("a.csv", bytes(300_000_000)), {"file.zip_bomb"}),
    "tightly packed": ("a.zip", lambda: packed("a.csv", b"1\n" * 20_000_000), {"file.zip_bomb"}),
    "too many members": ("a.zip", lambda: packed("a.csv", b"", times=2_001), {"file.zip_bomb"}),
    "a size that lies": ("a.zip", lying_archive, {"file.bad_zip", "file.zip_bomb", "file.too_many_rows"}),
    "archives in archives": (
        "a.zip",
        lambda: packed("a.zip", packed("b.zip", packed("c.csv", b"id\n1\n"))),
        {"file.nested_archive"},
    ),
    "a workbook's strings": (
        "a.xlsx",
        lambda: build_xlsx(CLIENT_ROWS, **{"xl/sharedStrings.xml": " " * 210_000_000}),
        {"file.zip_bomb"},
    ),
    "a workbook's empty rows": (
        "a.xlsx",
        lambda: build_xlsx(CLIENT_ROWS + "<row/>" * 2_000_000),
        {"file.zip_bomb"},
    ),
    "a workbook's entities": (
        "a.xlsx",
        lambda: build_xlsx(
            CLIENT_ROWS, **{"xl/sharedStrings.xml": '<!DOCTYPE s [<!ENTITY a "b">]><s>&a;</s>'}
        ),
        {"file.document_type"},
    ),
    "cells repeated": ("a.ods", repeated_cells, {"file.too_many_cells"}),
    "deep lists": ("a.json", lambda: b"[" * 1_000_000, {"file.too_deep"}),
    "deep objects": ("a.json", lambda: b'{"a":' * 1_000_000, {"file.too_deep"}),
    "a huge number": ("a.json", lambda: b'[{"a": ' + b"9" * MANY + b"}]", {"file.cell_too_long"}),
    "a huge text": ("a.json", lambda: b'[{"a": "' + b"x" * MANY + b'"}]', {"file.cell_too_long"}),
    "a text without end": ("a.json", lambda: b'[{"a": "' + b"x" * MANY, {"file.bad_json"}),
    "a giant cell": ("a.csv", lambda: b"id,name\n1," + b"x" * MANY, {"file.cell_too_long"}),
    "an endless line": ("a.csv", lambda: b"x," * (MANY // 2), {"file.too_many_columns"}),
    "a quote without end": (
        "a.csv",
        lambda: b'id,name\n1,"' + b"x\n" * (MANY // 2),
        {"file.cell_too_long", "file.bad_quotes"},
    ),
    "components in components": ("a.ics", lambda: b"BEGIN:VCALENDAR\r\n" * 500_000, {"file.too_deep"}),
    "a line without end": ("a.ics", lambda: calendar(b"SUMMARY:" + b"x" * MANY), {"file.line_too_long"}),
    "a line folded without end": (
        "a.ics",
        lambda: calendar(b"SUMMARY:x" + b"\r\n x" * (MANY // 10)),
        {"file.cell_too_long", "file.line_too_long"},
    ),
    "parameters without end": (
        "a.ics",
        lambda: calendar(b'SUMMARY;A="' + b'";A="' * 1_000_000),
        {"file.no_rows"},
    ),
    "cards in cards": ("a.vcf", lambda: b"BEGIN:VCARD\r\n" * 500_000, {"file.too_deep"}),
    "numbers without end": (
        "a.vcf",
        lambda: card(b"\r\n".join(b"TEL:%d" % number for number in range(60_000))),
        {"file.too_many_columns"},
    ),
    "one printable line": (
        "a.vcf",
        lambda: card(b"NOTE;ENCODING=QUOTED-PRINTABLE:" + b"=41=\r\n" * 400_000),
        {"file.cell_too_long"},
    ),
}


@pytest.mark.parametrize(("name", "bomb", "reasons"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_with_a_sentence_and_the_next_file_is_read(
    tmp_path: Path, name: str, bomb: Callable[[], bytes], reasons: set[str]
) -> None:
    path, normal = tmp_path / name, tmp_path / "normal.csv"
    path.write_bytes(bomb())
    normal.write_text("id,name\n1,Ana\n")

    with pytest.raises(UnreadableFileError) as refused:
        inspect_file(path, name=name, limits=LIMITS, child=CHILD)

    assert refused.value.reason in reasons
    assert refused.value.sentence.endswith(".")
    (reading,) = inspect_file(normal, name="normal.csv", limits=LIMITS, child=CHILD)
    (chunk,) = read_chunks(normal, reading, limits=LIMITS, child=CHILD)
    assert [row.cells for row in chunk] == [["1", "Ana"]]
