"""A workbook that is unsafe, damaged or something else is refused as a whole, with a code and one sentence."""

import io
import struct
import zipfile

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadLimits, inspect_table
from phcs.core.reading.workbooks import inspect_workbook
from tests.workbook_builders import (
    CLIENT_ROWS,
    CLIENTS,
    build_ods,
    build_package,
    build_workbook,
    build_xlsx,
    ods_cell,
    read_workbook,
    text_cell,
    xlsx_parts_of,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEGABYTE = 1 << 20


def refusal(
    data: bytes, *, name: str = "clients.xlsx", limits: ReadLimits | None = None
) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as refused:
        inspect_table(io.BytesIO(data), name=name, limits=limits or ReadLimits())
    return refused.value


def with_strings(strings: bytes) -> bytes:
    parts = xlsx_parts_of(CLIENT_ROWS)
    return build_package({**parts, "xl/sharedStrings.xml": strings})


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (with_strings(b"x" * (201 * MEGABYTE)), "larger than the limit of 200,000,000 bytes"),
        (with_strings(b"x" * (20 * MEGABYTE)), "more than 250 times its size"),
        (build_xlsx(CLIENT_ROWS + "<row/>" * 2_000_000), "more than 250 times its size"),
        (build_package({f"xl/{number}.xml": "" for number in range(2_001)}), "more than 2,000 files"),
    ],
    ids=["size", "ratio", "empty rows", "members"],
)
def test_a_package_that_would_explode_is_not_unpacked(data: bytes, says: str) -> None:
    refused = refusal(data)

    assert refused.reason == "file.zip_bomb"
    assert says in refused.sentence


def test_members_that_share_their_bytes_are_not_unpacked() -> None:
    data = bytearray(build_xlsx(CLIENT_ROWS, **{"xl/a.xml": "x" * 900}))
    entry = data.rindex(b"xl/a.xml") - 46
    data[entry + 42 : entry + 46] = struct.pack("<L", 0)

    assert refusal(bytes(data)).sentence.startswith("The file is not unpacked: files in it overlap.")


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "xl\\..\\evil.xml", "C:evil.xml"])
def test_a_name_that_leads_out_of_the_package_is_refused(name: str) -> None:
    refused = refusal(build_xlsx(CLIENT_ROWS, **{name: "x"}))

    assert refused.reason == "file.bad_zip"
    assert "leads out of it" in refused.sentence


def test_an_encrypted_member_is_named_as_a_password() -> None:
    data = bytearray(build_xlsx(CLIENT_ROWS))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1

    assert refusal(bytes(data)).reason == "file.encrypted"


def test_a_way_of_packing_that_is_not_read_is_refused() -> None:
    assert refusal(build_package(xlsx_parts_of(CLIENT_ROWS), compression=zipfile.ZIP_BZIP2)).reason == (
        "file.bad_zip"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/never.xml"])
def test_a_document_type_is_refused_in_every_part_and_encoding(member: str, encoding: str) -> None:
    laugh = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    comment = f"<!--{'-=' * 5_000}-->"

    refused = refusal(build_xlsx(CLIENT_ROWS, **{member: (comment + laugh).encode(encoding)}))

    assert refused.reason == "file.document_type"
    assert member in refused.sentence


@pytest.mark.parametrize("stream", ["EncryptedPackage", "EncryptionInfo\0EncryptedPackage"])
def test_a_workbook_with_a_password_is_named_as_such(stream: str) -> None:
    refused = refusal(OLE + b"\0" * 3_000 + stream.encode("utf-16-le") + b"\0" * 3_000)

    assert refused.reason == "file.encrypted"
    assert "workbook is protected by a password" in refused.sentence


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "old Word document"),
        (OLE + b"\0" * 600 + "__substg1.0_001A".encode("utf-16-le"), "Outlook message"),
        (OLE + b"\0" * 600, "old office program"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<html><body><table><tr><td>name</td></tr></table></body></html>", "web page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
        (build_package({"xl/workbook.bin": b"\0", "[Content_Types].xml": "<Types/>"}), "XLSB"),
        (build_package({"word/document.xml": "<w/>"}), "Word"),
    ],
)
def test_something_else_saved_as_xlsx_is_named_for_what_it_is(data: bytes, named: str) -> None:
    refused = refusal(data)

    assert refused.reason == "file.not_text"
    assert named in refused.sentence


@pytest.mark.parametrize("cut", [40, 200, 700])
def test_a_workbook_that_breaks_off_is_refused(cut: int) -> None:
    assert refusal(build_workbook()[:-cut]).reason == "file.bad_zip"


def test_an_old_workbook_that_is_damaged_is_refused() -> None:
    assert refusal(OLE + b"\1" * 4_000 + "Workbook\0".encode("utf-16-le")).reason == "file.bad_workbook"


@pytest.mark.parametrize(
    "rows",
    [
        CLIENT_ROWS + "<row><c",
        CLIENT_ROWS + '<row r="3"><c r="A3" t="s"><v>99</v></c></row>',
        CLIENT_ROWS + '<row r="3"><c r="A3" t="s"><v>x</v></c></row>',
    ],
)
def test_a_sheet_that_no_reader_can_read_is_refused(rows: str) -> None:
    assert refusal(build_xlsx(rows)).reason == "file.bad_workbook"


def test_a_sheet_without_rows_has_no_rows() -> None:
    assert refusal(build_xlsx("")).reason == "file.no_rows"
    assert refusal(build_workbook([CLIENTS[0]])).reason == "file.no_rows"


def test_one_far_cell_does_not_stop_the_rest_from_being_read() -> None:
    far = f'<row r="60000">{text_cell("XFD60000", "solver")}</row>'

    reading, rows = read_workbook(build_xlsx(CLIENT_ROWS + far))

    assert len(reading.columns) == 2
    assert [(row.row_no, row.flags) for row in rows] == [(2, ()), (60_000, ("beyond",))]


def test_an_opendocument_sheet_that_repeats_a_cell_a_billion_times_is_refused() -> None:
    wide = ods_cell("x", attributes='office:value-type="string" table:number-columns-repeated="16384"')
    row = f'<table:table-row table:number-rows-repeated="1048576">{wide}</table:table-row>'

    refused = refusal(build_ods(f'<table:table table:name="S">{row}</table:table>'), name="clients.ods")

    assert refused.reason == "file.too_many_cells"


def test_an_encrypted_opendocument_workbook_is_named_as_such() -> None:
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": "<manifest:manifest><manifest:encryption-data/></manifest:manifest>",
        "content.xml": b"\x9f\x01",
    }

    assert refusal(build_package(parts), name="clients.ods").reason == "file.encrypted"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (ReadLimits(rows=1), "file.too_many_rows"),
        (ReadLimits(columns=1), "file.too_many_columns"),
        (ReadLimits(cell_characters=4), "file.cell_too_long"),
    ],
)
def test_limits_hold_for_workbooks_as_for_other_files(limits: ReadLimits, reason: str) -> None:
    assert refusal(build_workbook(), limits=limits).reason == reason


def test_a_cell_that_is_too_long_is_named_with_its_row_and_column() -> None:
    data = build_workbook([*CLIENTS, ("Eva", "x" * 50)])

    with pytest.raises(UnreadableFileError, match=r"Row 4 has more than the limit of 40 characters.*“B”"):
        inspect_workbook(io.BytesIO(data), name="clients.xlsx", limits=ReadLimits(cell_characters=40))
