"""Every table of an archive or a workbook is read for itself; what cannot be read is named and stops nothing."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from openpyxl import Workbook

from phcs.core.errors import InvalidInputError, UnreadableFileError
from phcs.core.packing import NamedFile, PackedFiles
from phcs.core.reading import FileChoices, FileReading, ReadingChoices, ReadLimits, inspect_tables, read_rows
from phcs.core.reading.choices import PART_SEPARATOR
from phcs.core.reading.tables import MOST_TABLES, Part
from tests.workbook_builders import fill, saved

LIMITS = ReadLimits()
CLIENTS = b"id,name\n1,Ana\n2,Eva\n3,Luz\n"
PETS = b"id,id_client,name\n1,3,Rex\n"


def packed(members: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return archive.getvalue()


def workbook(**sheets: list[list[str]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        fill(book.create_sheet(title.removesuffix("_hidden")), rows)
        if title.endswith("_hidden"):
            book[title.removesuffix("_hidden")].sheet_state = "hidden"
    return saved(book)


def found_in(
    data: bytes, asked: FileChoices | None = None, *, name: str = "export.zip", limits: ReadLimits = LIMITS
) -> FileReading:
    return inspect_tables(io.BytesIO(data), name=name, limits=limits, asked=asked or FileChoices())


SHEETS = {
    "Clients": [["id", "name"], ["1", "Ana"], ["2", "Eva"]],
    "Empty": [],
    "Only headings": [["id", "name"]],
    "Pets": [["id", "name"], ["1", "Rex"]],
    "Old_hidden": [["id", "name"], ["9", "Bea"]],
}


def test_every_member_with_rows_is_a_table_of_its_own() -> None:
    data = packed({"lists/clients.csv": CLIENTS, "pets.csv": PETS, "photo.jpg": b"\xff\xd8\xff" + b"0" * 50})

    found = found_in(data)

    assert [(one.name, one.part, one.member, one.rows) for one in found.tables] == [
        ("lists/clients.csv",) * 3 + (3,),
        ("pets.csv",) * 3 + (1,),
    ]
    assert [(part.name, part.rows, part.is_other) for part in found.parts] == [
        ("lists/clients.csv", 3, False),
        ("pets.csv", 1, False),
        ("photo.jpg", 0, True),
    ]
    rows = [[row.cells for row in read_rows(io.BytesIO(data), one, limits=LIMITS)] for one in found.tables]
    assert rows == [[["1", "Ana"], ["2", "Eva"], ["3", "Luz"]], [["1", "3", "Rex"]]]


def test_every_visible_sheet_with_rows_is_a_table_of_its_own() -> None:
    found = found_in(workbook(**SHEETS), name="clinic.xlsx")

    assert [(one.name, one.rows) for one in found.tables] == [("Clients", 2), ("Pets", 1)]
    assert found.parts == (
        Part("Clients", 2),
        Part("Empty", 0),
        Part("Only headings", 0),
        Part("Pets", 1),
        Part("Old", 1, hidden=True),
    )


def test_a_hidden_sheet_is_read_when_somebody_says_how() -> None:
    found = found_in(workbook(**SHEETS), FileChoices(by_part={"Old": ReadingChoices(header_row=1)}))

    assert [one.name for one in found.tables] == ["Clients", "Pets", "Old"]


def test_sheets_of_a_workbook_in_an_archive_are_tables_beside_its_files() -> None:
    book = f"clinic.xlsx{PART_SEPARATOR}"
    asked = FileChoices(by_part={f"{book}Pets": ReadingChoices(header_row=0)})

    found = found_in(packed({"clinic.xlsx": workbook(**SHEETS), "more.csv": CLIENTS}), asked)

    assert [(one.name, one.rows) for one in found.tables] == [
        (f"{book}Clients", 2),
        (f"{book}Pets", 2),
        ("more.csv", 3),
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.zip", packed({"clients.csv": CLIENTS, "x.pdf": b"%PDF-1.4"})),
        ("x.xlsx", workbook(Clients=SHEETS["Clients"], Empty=[])),
        ("x.csv", CLIENTS),
    ],
)
def test_a_file_with_one_table_is_called_by_its_own_name(name: str, data: bytes) -> None:
    assert [one.name for one in found_in(data, name=name).tables] == [name]


BOMB = packed({"zeros.csv": b"0" * 60_000_000})


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("inner.zip", packed({"a.csv": CLIENTS}), "archive inside an archive"),
        ("bomb.zip", BOMB, "more than 250 times"),
        ("torn.csv", b'id,name\n1,"Ana\n', "never closed"),
        ("torn.xlsx", workbook(**SHEETS)[:900], "breaks off"),
        ("saved.xls", b"<html><table><tr><td>id</td></tr></table>", "web page"),
        ("empty.csv", b"", "empty"),
        ("headings.csv", b"id,name\n", "no rows"),
        ("long.csv", b"id\n" + b"x" * 40_000 + b"\n", "characters"),
    ],
)
def test_one_part_that_cannot_be_read_is_named_and_the_others_are_read(
    name: str, data: bytes, told: str
) -> None:
    found = found_in(packed({"clients.csv": CLIENTS, name: data, "pets.csv": PETS}))

    assert [one.name for one in found.tables] == ["clients.csv", "pets.csv"]
    note = next(part.note for part in found.parts if part.name == name)
    assert told in note


def test_of_very_many_members_no_more_are_read_than_an_import_may_hold() -> None:
    letters = {f"letter {number}.pdf": b"%PDF-1.4" for number in range(200)}
    found = found_in(packed({**letters, **{f"{number:03}.csv": CLIENTS for number in range(200)}}))

    assert len(found.tables) == MOST_TABLES
    assert sum(part.is_other for part in found.parts) == 200
    assert [part.rows for part in found.parts[200:]] == [3] * MOST_TABLES + [-1] * (200 - MOST_TABLES)


def test_letters_beside_tables_are_no_tables_however_many_there_are() -> None:
    letters = {f"a/letter {number:03}.txt": b'Dear Ana,\n"Rex" is well.\nYours\n' for number in range(150)}
    more = {"a/empty.txt": b"", "a/one line.txt": b"Rex", "a/list.txt": b"id;name\n1;Luz\n"}

    found = found_in(packed({**letters, **more, "clients.csv": CLIENTS}))
    alone = found_in(packed({"a.txt": b"Dear Ana,\nRex is well.\n", "b.txt": b"Rex"}))

    assert [one.name for one in found.tables] == ["a/list.txt", "clients.csv"]
    assert {part.name for part in found.parts if not part.is_other} == {"a/list.txt", "clients.csv"}
    assert [one.part for one in alone.tables] == ["a.txt"]


def test_an_archive_without_a_table_is_refused_with_the_reason() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        found_in(packed({"a.pdf": b"%PDF-1.4", "b.csv": b""}))

    assert refused.value.reason == "file.no_part_readable"


def test_a_part_that_was_chosen_is_the_only_table() -> None:
    found = found_in(
        packed({"clients.csv": CLIENTS, "pets.csv": PETS}), FileChoices(ReadingChoices(part="pets.csv"))
    )

    assert [one.part for one in found.tables] == ["pets.csv"]


def test_files_that_are_packed_by_us_are_the_same_bytes_whatever_their_order() -> None:
    files = [("pets.csv", PETS), ("clients.csv", CLIENTS * 9_000), ("ñandú.csv", CLIENTS)]

    one, other = (
        PackedFiles([NamedFile(name, io.BytesIO(data)) for name, data in order])
        for order in (files, files[::-1])
    )
    slowly = b"".join(iter(lambda: other.read(65_537), b""))

    assert one.read() == slowly
    assert one.name == "clients.csv and 2 more"
    assert [(part.name, part.note) for part in found_in(slowly).parts] == [
        (name, "") for name, _ in sorted(files)
    ]


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"Two files are called “a\.csv”"):
        PackedFiles([NamedFile("a.csv", io.BytesIO(CLIENTS)), NamedFile("a.csv", io.BytesIO(PETS))])
