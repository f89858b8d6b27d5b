"""Workbooks for tests: as openpyxl writes them, and by hand where no program would write such a one."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from phcs.core.reading import (
    ReadingChoices,
    ReadLimits,
    SourceRow,
    TableReading,
    inspect_table,
    read_rows,
)

OLD_WORKBOOKS = Path(__file__).parent / "exports" / "workbooks"
CLIENTS = (("name", "phone"), ("Ana", 34600111222), ("Luis", 34600111333))

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)
_CALC_EXTENSION = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"

Parts = Mapping[str, str | bytes]


def build_workbook(rows: Iterable[Sequence[Any]] = CLIENTS, *, title: str = "Clients") -> bytes:
    """One visible sheet with these rows."""
    book = Workbook()
    fill(book.active, rows).title = title
    return saved(book)


def fill(sheet: Any, rows: Iterable[Sequence[Any]]) -> Worksheet:
    """The sheet, these rows appended."""
    for row in rows:
        sheet.append(list(row))
    return sheet


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def build_package(parts: Parts, *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content, compression)
    return stream.getvalue()


def xlsx_parts_of(
    rows: str,
    *,
    before: str = "",
    after: str = "",
    strings: Sequence[str] = (),
    styles: str = "",
    is_1904: bool = False,
    is_strict: bool = False,
    **more: str,
) -> dict[str, str | bytes]:
    """The members of an XLSX whose one sheet is called `S`; `rows` is its XML inside `sheetData`."""
    main, relations = (STRICT_MAIN, _STRICT_RELATIONS) if is_strict else (MAIN, _RELATIONS)
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    links = {
        "rId1": ("worksheet", "worksheets/sheet1.xml"),
        "rId2": ("sharedStrings", "sharedStrings.xml"),
        "rId3": ("styles", "/xl/styles.xml"),
    }
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}"/></Types>'
        ),
        "_rels/.rels": _links(relations, {"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><workbookPr date1904="{int(is_1904)}"/>'
            '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _links(relations, links),
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{shared}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
        ),
        **more,
    }


def build_xlsx(rows: str, **told: Any) -> bytes:
    """An XLSX by hand: see `xlsx_parts_of`."""
    return build_package(xlsx_parts_of(rows, **told))


def text_cell(reference: str, text: str) -> str:
    """A cell with its text in itself."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


CLIENT_ROWS = (
    f'<row r="1">{text_cell("A1", "name")}{text_cell("B1", "phone")}</row>'
    f'<row r="2">{text_cell("A2", "Ana")}<c r="B2"><v>34600111222</v></c></row>'
)


def build_ods(tables: str, *, styles: str = "") -> bytes:
    """An OpenDocument workbook; `tables` is the XML of its sheets."""
    return build_package(
        {
            "mimetype": _ODS,
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": (
                f'<office:document-content {_ODS_NAMESPACES} xmlns:calcext="{_CALC_EXTENSION}">'
                f"<office:automatic-styles>{styles}</office:automatic-styles>"
                f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
                "</office:document-content>"
            ),
        }
    )


def ods_cell(text: str, *, attributes: str = 'office:value-type="string"') -> str:
    """A cell that shows this text."""
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def read_workbook(
    data: bytes,
    *,
    choices: ReadingChoices | None = None,
    limits: ReadLimits | None = None,
    name: str = "clients.xlsx",
) -> tuple[TableReading, list[SourceRow]]:
    """The reading as it comes back from storage, and all rows."""
    stream, limits = io.BytesIO(data), limits or ReadLimits()
    reading = inspect_table(stream, name=name, limits=limits, choices=choices or ReadingChoices())
    stored = TableReading.from_json(reading.as_json())
    return stored, list(read_rows(stream, stored, limits=limits))


def cells(data: bytes, *, choices: ReadingChoices | None = None) -> list[list[str]]:
    """The cells of all rows."""
    return [row.cells for row in read_workbook(data, choices=choices)[1]]


def flagged(data: bytes) -> dict[int, tuple[str, ...]]:
    """The flags of rows that have any, by row number."""
    return {row.row_no: row.flags for row in read_workbook(data)[1] if row.flags}


def _links(relations: str, targets: Mapping[str, tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{relations}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
