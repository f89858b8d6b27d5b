"""Workbooks in the reading child: bombs end in a sentence, the process lives on, the next file is read."""

import struct
import time
from pathlib import Path

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadLimits, SourceRow, TableReading
from phcs.services.limited_reading import ChildLimits, inspect_file, read_chunks
from tests.workbook_builders import (
    CLIENT_ROWS,
    OLD_WORKBOOKS,
    build_package,
    build_workbook,
    build_xlsx,
    text_cell,
    xlsx_parts_of,
)

pytestmark = pytest.mark.usefixtures("cold_children")
LIMITS = ReadLimits()
CHILD = ChildLimits()


def inspect(path: Path) -> TableReading:
    (reading,) = inspect_file(path, name=path.name, limits=LIMITS, child=CHILD)
    return reading


def rows(path: Path) -> list[SourceRow]:
    return [row for chunk in read_chunks(path, inspect(path), limits=LIMITS, child=CHILD) for row in chunk]


def endless_old_workbook() -> bytes:
    """An XLS that claims 4,294,967,295 rows of 65,535 columns; calamine ends its process for want of memory."""
    data = bytearray((OLD_WORKBOOKS / "clients.xls").read_bytes())
    size = data.index(b"\x00\x02\x0e\x00") + 4
    data[size : size + 12] = struct.pack("<LLHH", 0, 0xFFFFFFFF, 0, 0xFFFF)
    return bytes(data)


def repeated_text() -> bytes:
    """Half a megabyte of cells that share one text of 9 MB, which would fill memory a thousand times."""
    shared = "".join(f'<c r="A{row}" t="s"><v>0</v></c>' for row in range(3, 9_000))
    parts = xlsx_parts_of(f'{CLIENT_ROWS}<row r="3">{shared}</row>', strings=("x" * 9_000_000,))
    return build_package(parts)


BOMBS = {
    "far.xls": (endless_old_workbook, "file.too_much_memory"),
    "strings.xlsx": (repeated_text, "file.too_much_memory"),
    "unpacked.xlsx": (
        lambda: build_xlsx(CLIENT_ROWS, **{"xl/a.xml": "x" * 201_000_000}),
        "file.zip_bomb",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_after_a_bomb_the_next_workbook_is_read(name: str, tmp_path: Path) -> None:
    build, reason = BOMBS[name]
    bomb, usual = tmp_path / name, tmp_path / "usual.xlsx"
    bomb.write_bytes(build())
    usual.write_bytes(build_workbook())

    with pytest.raises(UnreadableFileError) as refused:
        inspect(bomb)

    assert refused.value.reason == reason
    assert refused.value.sentence.endswith(".")
    assert [row.cells[0] for row in rows(usual)] == ["Ana", "Luis"]


def test_a_workbook_of_one_far_cell_takes_no_memory_and_little_time(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(build_xlsx(f'{CLIENT_ROWS}<row r="200000">{text_cell("ALL200000", "x")}</row>'))
    started = time.monotonic()

    assert [row.row_no for row in rows(path)] == [2, 200_000]
    assert time.monotonic() - started < 20


def test_the_child_reads_a_workbook_as_the_core_does(tmp_path: Path) -> None:
    path = tmp_path / "clients.xls"
    path.write_bytes((OLD_WORKBOOKS / "clients.xls").read_bytes())

    assert [(row.row_no, row.cells[0], row.flags) for row in rows(path)] == [
        (3, "Ana Núñez", ()),
        (4, "Luis", ("merged",)),
    ]
