"""Files of an upload: which one a row means, what each is by its contents, and what an archive says of them."""

import io
import zipfile
from hashlib import sha256

import pytest

from phcs.core.documents import FilesOfUpload, UploadedFile, media_type_of, safe_file_name
from phcs.core.findings import FindingCode
from phcs.core.history import DocumentFacts
from phcs.core.mapping.document_rows import read_document_row
from phcs.core.mapping.mapped_row import MappedRow, MappedTable
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.reading.attachments import blocks_of_files, survey_files
from phcs.core.reading.tables import ReadLimits
from phcs.core.records import RecordKind, RowRecord

LUNA = UploadedFile("Attachments/luna.png", 9, "a" * 64, "image/png")
MAPPING = TableMapping(
    "okvet", RecordKind.DOCUMENT, "", (ColumnMapping(0, "archivo", "document.file_name", 100, ""),)
)


def archive(files: dict[str, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    stream.seek(0)
    return stream


@pytest.mark.parametrize(
    "named",
    [
        "Attachments/luna.png",
        "attachments\\LUNA.PNG",
        "./Attachments/luna.png",
        "luna.png",
        "C:/old/luna.png",
    ],
)
def test_a_file_is_found_by_its_path_or_by_its_own_name(named: str) -> None:
    assert FilesOfUpload([LUNA]).find(named) is LUNA


def test_a_name_that_two_different_files_have_means_neither() -> None:
    other = UploadedFile("Old/luna.png", 9, "b" * 64, "image/png")

    files = FilesOfUpload([LUNA, other])

    assert (files.find("luna.png"), files.find("Old/luna.png")) == (None, other)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ("Resultado: negativo, día 3".encode(), "text/plain"),
        (b"  <html><script>", "application/octet-stream"),
        (b"MZ\x90\x00\x03", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_what_a_file_is_is_told_by_its_contents_and_markup_is_never_shown(head: bytes, found: str) -> None:
    assert media_type_of(head) == found


def test_the_files_of_an_archive_are_measured_and_given_as_they_are() -> None:
    files = {"clientes.csv": b"id,nombre\n", "rx/luna.pdf": b"%PDF-" + b"x" * 3_000_000, "empty.txt": b""}

    found = {one.name: one for one in survey_files(archive(files), limits=ReadLimits())}
    blocks = b"".join(
        block for _, block in blocks_of_files(archive(files), ["rx/luna.pdf"], limits=ReadLimits())
    )

    assert set(found) == {"clientes.csv", "rx/luna.pdf"}
    assert found["rx/luna.pdf"].sha256 == sha256(files["rx/luna.pdf"]).hexdigest()
    assert (found["rx/luna.pdf"].size, found["rx/luna.pdf"].media_type) == (3_000_005, "application/pdf")
    assert blocks == files["rx/luna.pdf"]


def test_a_file_that_is_too_large_and_a_workbook_have_no_files() -> None:
    large = survey_files(archive({"a.bin": b"x" * 2_000}), limits=ReadLimits(file_bytes=1_000))
    workbook = survey_files(
        archive({"[Content_Types].xml": b"<x/>", "xl/a.xml": b"<x/>"}), limits=ReadLimits()
    )

    assert [*large, *workbook] == []


def read(facts: DocumentFacts) -> tuple[RowRecord, MappedRow]:
    table = MappedTable.of(mapping=MAPPING, headings=("archivo",))
    row = MappedRow({"document.file_name": facts.file_name}, {"document.file_name": 0}, table, None)
    record = read_document_row(row, read=lambda _row: RowRecord(history=facts), files=FilesOfUpload([LUNA]))
    return record, row


def test_a_document_gets_checksum_size_and_type_from_its_file() -> None:
    record, row = read(DocumentFacts(file_name="luna.png", media_type="virus/exe", sha256="f" * 64))

    assert record.history == DocumentFacts(
        file_name="luna.png", media_type="image/png", sha256="a" * 64, size="9"
    )
    assert row.findings == []


def test_a_file_that_is_not_there_is_a_finding_and_no_column_vouches_for_it() -> None:
    record, row = read(DocumentFacts(file_name="sol.png", sha256="f" * 64, size="7"))

    assert record.history == DocumentFacts(file_name="sol.png")
    assert [one.code for one in row.findings] == [FindingCode.FILE_NOT_THERE]


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("adjuntos/rx luna.png", "rx luna.png"),
        ("..\\..\\boot.ini", "boot.ini"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_b_Set-Cookie_ x.pdf"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("...", "document"),
        ("x" * 300 + ".pdf", "x" * 139 + ".pdf"),
    ],
)
def test_a_files_name_leads_neither_a_header_nor_a_person_astray(given: str, safe: str) -> None:
    assert safe_file_name(given) == safe
