"""Tables of text as XLSX, row after row in constant memory.

Every cell is text: no number is rounded, no date is turned, no formula is run, in any spreadsheet program.
Sources: ECMA-376 part 1, 18.3.1 (sheets) and 22.4.2.4 (`_xHHHH_` for characters that XML cannot hold).
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO
from xml.sax.saxutils import escape

from phcs.core.reading.cells import column_letters

CELL_CHARACTERS = 32_767
"""The most that a spreadsheet keeps in a cell; a longer text is refused by Excel and cut by others."""

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FILES = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_NAMESPACE}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="49" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
_TEXT_STYLE, _HEADING_STYLE = 0, 1


def write_workbook(
    file: IO[bytes], rows: Iterable[Sequence[str]], *, title: str, widths: Sequence[int] = ()
) -> int:
    """Write one sheet whose first row is headings, and give the number of rows below them.

    `widths` are the first columns', in characters; the others get 20. Texts are stored exactly, but cut at
    CELL_CHARACTERS. Every cell has the format "Text", also the empty ones, so that what is typed there stays as typed.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in _FILES.items():
            package.writestr(name, _HEAD + content)
        package.writestr("xl/workbook.xml", _HEAD + _workbook(title))
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write((_HEAD + _sheet_start(widths)).encode())
            number = 0
            for number, row in enumerate(rows, start=1):
                sheet.write(_row(number, row, _HEADING_STYLE if number == 1 else _TEXT_STYLE))
            sheet.write(b"</sheetData></worksheet>")
    return max(0, number - 1)


def _workbook(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip() or "Sheet"
    return (
        f'<workbook xmlns="{_NAMESPACE}" xmlns:r="{_RELATIONS}"><sheets>'
        f'<sheet name="{_attribute(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet_start(widths: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" style="0" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    rest = f'<col min="{len(widths) + 1}" max="16384" width="20" style="0" customWidth="1"/>'
    return (
        f'<worksheet xmlns="{_NAMESPACE}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}{rest}</cols><sheetData>"
    )


def _row(number: int, row: Sequence[str], style: int) -> bytes:
    cells = "".join(
        f'<c r="{column_letters(position)}{number}" s="{style}" t="inlineStr">'
        f'<is><t xml:space="preserve">{_text(value)}</t></is></c>'
        if value
        else f'<c r="{column_letters(position)}{number}" s="{style}"/>'
        for position, value in enumerate(row)
    )
    return f'<row r="{number}">{cells}</row>'.encode()


def _text(value: str) -> str:
    return escape(_UNWRITABLE.sub(_in_digits, value[:CELL_CHARACTERS]))


def _in_digits(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _attribute(value: str) -> str:
    return escape(_UNWRITABLE.sub(" ", value), {'"': "&quot;"})
