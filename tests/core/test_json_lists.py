"""An object around lists is a file of several tables; an object with facts of its own stays one record."""

import io
import json
import zipfile
from typing import Any

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import (
    FileChoices,
    FileReading,
    ReadingChoices,
    ReadLimits,
    inspect_table,
    inspect_tables,
    read_rows,
)
from phcs.core.reading.choices import PART_SEPARATOR

LIMITS = ReadLimits()
OWNERS = [{"id": 1, "name": "Ana", "pets": [{"name": "Luna"}, {"name": "Toby"}]}, {"id": 2, "name": "Eva"}]
VISITS = [{"owner": 1, "day": "2026-03-01"}]


def found_in(data: bytes, *, name: str = "export.json") -> FileReading:
    return inspect_tables(io.BytesIO(data), name=name, limits=LIMITS, asked=FileChoices())


def cells_of(data: bytes, found: FileReading) -> dict[str, list[list[str]]]:
    return {
        one.name: [row.cells for row in read_rows(io.BytesIO(data), one, limits=LIMITS)]
        for one in found.tables
    }


def test_every_list_with_entries_is_a_table_of_its_own() -> None:
    data = json.dumps({"owners": OWNERS, "old": [], "clinic": {"visits": VISITS}}).encode()

    found = found_in(data)

    assert cells_of(data, found) == {
        "owners": [["1", "Ana", "Luna; Toby"], ["2", "Eva", ""]],
        "clinic.visits": [["1", "2026-03-01"]],
    }
    assert [(part.name, part.rows) for part in found.parts] == [
        ("owners", 2),
        ("old", 0),
        ("clinic.visits", 1),
    ]


@pytest.mark.parametrize(
    "wrapped",
    [
        {"customers": OWNERS},
        {"data": {"customers": OWNERS}},
        {"exported_at": "2026-11-21", "clinic": "San Roque", "customers": OWNERS, "next": None},
        {"meta": {"total": 2, "page": 1}, "data": OWNERS},
        {"type": "export", "data": {"results": OWNERS}},
    ],
)
def test_one_list_is_the_only_table_whatever_the_wrapper_says_of_itself(wrapped: dict[str, Any]) -> None:
    data = json.dumps(wrapped).encode()

    found = found_in(data)

    assert cells_of(data, found) == {"export.json": [["1", "Ana", "Luna; Toby"], ["2", "Eva", ""]]}


def test_what_stands_beside_the_lists_is_told() -> None:
    data = json.dumps({"version": 2, "owners": OWNERS, "visits": VISITS}).encode()

    notes = {note for table in found_in(data).tables for note in table.notes}

    assert notes == {"What stands beside the lists is about the file and not imported: “version”."}


@pytest.mark.parametrize(
    "record",
    [
        {"id": 7, "pets": [{"name": "Luna"}, {"name": "Toby"}]},
        {"contact": "Ana", "pets": [{"name": "Luna"}]},
        {"owner": {"name": "Ana", "pets": [{"name": "Luna"}]}},
        {"phones": ["612345678"], "pets": [{"name": "Luna"}]},
    ],
)
def test_an_object_with_facts_beside_its_list_is_one_record(record: dict[str, Any]) -> None:
    found = found_in(json.dumps(record).encode())

    assert [(one.rows, one.part) for one in found.tables] == [(1, "")]
    assert len(found.tables[0].columns) == 2


def test_lists_of_a_member_are_tables_and_one_may_be_chosen() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("all.json", json.dumps({"owners": OWNERS, "visits": VISITS}))
    data = packed.getvalue()

    found = found_in(data, name="export.zip")
    chosen = inspect_table(
        io.BytesIO(data),
        name="export.zip",
        limits=LIMITS,
        choices=ReadingChoices(part=f"all.json{PART_SEPARATOR}visits"),
    )

    assert [(one.part, one.rows) for one in found.tables] == [
        (f"all.json{PART_SEPARATOR}owners", 2),
        (f"all.json{PART_SEPARATOR}visits", 1),
    ]
    assert [row.cells for row in read_rows(io.BytesIO(data), chosen, limits=LIMITS)] == [["1", "2026-03-01"]]


def test_a_list_that_is_not_there_is_refused_with_those_that_are() -> None:
    data = json.dumps({"owners": OWNERS, "visits": VISITS}).encode()

    with pytest.raises(UnreadableFileError, match=r"no part called “pets”\. It has: owners, visits"):
        inspect_table(io.BytesIO(data), name="a.json", limits=LIMITS, choices=ReadingChoices(part="pets"))


def test_a_wrapper_that_breaks_off_is_refused_with_the_line() -> None:
    data = json.dumps({"owners": OWNERS, "visits": VISITS}, indent=1).encode()[:-5]

    with pytest.raises(UnreadableFileError, match="breaks off in line"):
        found_in(data)
