"""ZIP archives: what is inside is listed, one part is read as what it is, and nothing unsafe is unpacked."""

import io
import stat
import zipfile

import pytest
from openpyxl import Workbook

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import (
    Part,
    ReadingChoices,
    ReadLimits,
    SourceRow,
    TableReading,
    inspect_table,
    opened_table,
    read_rows,
)
from phcs.core.reading.choices import PART_SEPARATOR

LIMITS = ReadLimits()
CLIENTS = b"id,name\n1,Ana\n2,Eva\n3,Luz\n"
VISITS = b'[{"id": "1"}, {"id": "2"}]'
CALENDAR = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Spay\nEND:VEVENT\nEND:VCALENDAR\n"
CARDS = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nEND:VCARD\n"


def packed(members: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return archive.getvalue()


def read(
    data: bytes, choices: ReadingChoices | None = None, *, limits: ReadLimits = LIMITS
) -> tuple[TableReading, list[SourceRow]]:
    stream = io.BytesIO(data)
    reading = inspect_table(stream, name="export.zip", limits=limits, choices=choices or ReadingChoices())
    stored = TableReading.from_json(reading.as_json())
    assert stored == reading
    return reading, list(read_rows(stream, stored, limits=limits))


def refusal(data: bytes, choices: ReadingChoices | None = None) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as refused:
        read(data, choices)
    return refused.value


def test_the_parts_are_listed_and_the_one_with_most_rows_is_read() -> None:
    reading, rows = read(
        packed(
            {
                "visits.json": VISITS,
                "lists/clients.csv": CLIENTS,
                "clinic.ics": CALENDAR,
                "letter.pdf": b"%PDF-1.4",
                "readme.txt": b"One\n" * 3 + b"line\n" * 9,
                "__MACOSX/._clients.csv": b"\0\0",
                "lists/": b"",
            }
        )
    )

    assert (reading.name, reading.part, reading.member) == ("export.zip",) + ("lists/clients.csv",) * 2
    assert [(part.name, part.rows) for part in reading.parts] == [
        ("visits.json", 2),
        ("lists/clients.csv", 3),
        ("clinic.ics", 1),
        ("letter.pdf", 0),
        ("readme.txt", 9),
    ]
    assert reading.parts[3].note.startswith("This is a PDF")
    assert [row.cells for row in rows] == [["1", "Ana"], ["2", "Eva"], ["3", "Luz"]]
    assert reading.notes == ("Read from “lists/clients.csv” in the archive; it holds 4 more.",)


@pytest.mark.parametrize(
    ("part", "file_format", "cells"),
    [
        ("visits.json", "json", ["1"]),
        ("clients.csv", "delimited", ["1", "Ana"]),
        ("clinic.ics", "calendar", ["Spay"]),
        ("people.vcf", "cards", ["Ana"]),
    ],
)
def test_a_chosen_part_is_read_as_what_it_is(part: str, file_format: str, cells: list[str]) -> None:
    data = packed(
        {"visits.json": VISITS, "clients.csv": CLIENTS, "clinic.ics": CALENDAR, "people.vcf": CARDS}
    )

    reading, rows = read(data, ReadingChoices(part=part))

    assert (reading.part, reading.format, rows[0].cells) == (part, file_format, cells)


def workbook() -> bytes:
    book = Workbook(write_only=True)
    for title, names in (("Clients", ["Ana", "Eva", "Luz"]), ("Staff", ["Bea"])):
        sheet = book.create_sheet(title)
        for cells in (["id", "name"], *([str(number), name] for number, name in enumerate(names, 1))):
            sheet.append(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("choices", "part", "names"),
    [
        (ReadingChoices(), f"lists/people.xlsx{PART_SEPARATOR}Clients", ["Ana", "Eva", "Luz"]),
        (
            ReadingChoices(part=f"lists/people.xlsx{PART_SEPARATOR}Staff"),
            f"lists/people.xlsx{PART_SEPARATOR}Staff",
            ["Bea"],
        ),
        (
            ReadingChoices(part="lists/people.xlsx"),
            f"lists/people.xlsx{PART_SEPARATOR}Clients",
            ["Ana", "Eva", "Luz"],
        ),
    ],
)
def test_a_workbook_in_an_archive_is_read_sheet_by_sheet(
    choices: ReadingChoices, part: str, names: list[str]
) -> None:
    reading, rows = read(packed({"visits.json": VISITS, "lists/people.xlsx": workbook()}), choices)

    assert reading.part == part
    assert [(each.name, each.rows) for each in reading.parts] == [
        ("visits.json", 2),
        (f"lists/people.xlsx{PART_SEPARATOR}Clients", 3),
        (f"lists/people.xlsx{PART_SEPARATOR}Staff", 1),
    ]
    assert [row.cells[1] for row in rows] == names


def test_choices_are_for_the_part_that_is_read() -> None:
    data = packed({"clients.csv": CLIENTS, "visits.json": VISITS})

    chosen, _ = read(data, ReadingChoices(part="clients.csv", header_row=0))
    best, _ = read(data, ReadingChoices(header_row=0))

    assert (chosen.rows, chosen.choices.part) == (4, "clients.csv")
    assert (best.rows, best.part) == (4, "clients.csv")


def test_a_member_in_parts_is_read_range_by_range() -> None:
    stream = io.BytesIO(packed({"clients.csv": CLIENTS}))
    reading = inspect_table(stream, name="export.zip", limits=LIMITS, split_rows=1)

    rows_of = opened_table(stream, reading, limits=LIMITS)

    assert [[row[0] for row in rows_of(part)] for part in reading.ranges()] == [[2], [3], [4]]


def test_members_of_one_name_are_told_apart() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", CLIENTS)
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("a.csv", b"id,name\n9,Bea\n")

    reading, rows = read(archive.getvalue(), ReadingChoices(part="a.csv (2)"))

    assert reading.parts == (Part("a.csv", 3), Part("a.csv (2)", 1))
    assert rows[0].cells == ["9", "Bea"]


def test_of_very_many_members_the_first_are_counted_and_any_may_be_chosen() -> None:
    data = packed({f"{number}.csv": CLIENTS for number in range(60)})

    reading, _ = read(data, ReadingChoices(part="59.csv"))

    assert reading.part == "59.csv"
    assert [part.rows for part in reading.parts] == [3] * 50 + [-1] * 9 + [3]


def linked() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        member = zipfile.ZipInfo("clients.csv")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(member, "/etc/passwd")
    return archive.getvalue()


def encrypted() -> bytes:
    data = bytearray(packed({"clients.csv": CLIENTS}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason", "told"),
    [
        (packed({}), "file.empty", "holds no files"),
        (
            packed({"inner.zip": packed({"a.csv": CLIENTS})}),
            "file.nested_archive",
            "archive inside an archive",
        ),
        (packed({"../a.csv": CLIENTS}), "file.bad_zip", "leads out of it"),
        (packed({"/etc/a.csv": CLIENTS}), "file.bad_zip", "leads out of it"),
        (packed({"C:\\a.csv": CLIENTS}), "file.bad_zip", "leads out of it"),
        (linked(), "file.link", "link to another file"),
        (encrypted(), "file.encrypted", "password"),
        (packed({"a.csv": CLIENTS})[:-30], "file.bad_zip", "breaks off"),
        (packed({"a.pdf": b"%PDF-1.4"}), "file.not_text", "“a.pdf”, alone in the archive: This is a PDF"),
        (packed({"a.pdf": b"%PDF-1.4", "b.png": b"\x89PNG"}), "file.no_part_readable", "None of the 2 files"),
        (packed({"word/document.xml": b"<w/>"}), "file.not_text", "Word document"),
        (
            packed({"mimetype": b"application/vnd.oasis.opendocument.text"}),
            "file.not_text",
            "OpenDocument text",
        ),
        (packed({"Index/Document.iwa": b"x"}), "file.not_text", "Apple Numbers"),
        (packed({"a.csv": b"x" * 400}), "file.no_rows", "no rows of data"),
    ],
)
def test_an_archive_that_is_not_read_says_why(data: bytes, reason: str, told: str) -> None:
    refused = refusal(data)

    assert (refused.reason, told in refused.sentence) == (reason, True)


def test_a_part_that_is_not_there_is_refused_with_those_that_are() -> None:
    refused = refusal(packed({"clients.csv": CLIENTS}), ReadingChoices(part="clients"))

    assert refused.reason == "file.no_such_part"
    assert "It has: clients.csv." in refused.sentence


def test_a_member_may_be_no_larger_than_a_file() -> None:
    data = packed({"large.csv": b"id\n" + b"1\n" * 5_000, "clients.csv": CLIENTS})

    reading, _ = read(data, limits=ReadLimits(file_bytes=5_000))

    assert reading.part == "clients.csv"
    assert "larger than the limit of 5,000 bytes" in reading.parts[0].note


def test_a_damaged_member_is_named_and_the_others_are_read() -> None:
    data = bytearray(packed({"a.csv": CLIENTS * 20, "clients.csv": CLIENTS}))
    data[40] ^= 0xFF

    reading, _ = read(bytes(data))

    assert reading.part == "clients.csv"
    assert reading.parts[0].note != ""
