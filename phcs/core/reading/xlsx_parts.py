"""What a workbook's own parts tell beside its cells: where each sheet lies, and how numbers are shown.

Names of elements are taken without their namespace, so that strict workbooks (ISO 29500) read like usual ones.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from phcs.core.reading import refusals
from phcs.core.reading.fast_workbook import SheetName
from phcs.core.reading.zip_package import member_blocks

_ROOT_RELATIONS = "_rels/.rels"
_OFFICE_DOCUMENT = "/officeDocument"
_STYLES = "/styles"
_PERCENT = 9
_PERCENT_DECIMALS = 10
_FORMAT_NOISE = re.compile(r'"[^"]*"|\\.|\[[^]]*\]|_.')
_PADDED = re.compile(r"0{2,}")
_PERCENTAGE = re.compile(r"[0#?]*(?:\.([0#?]+))?%")
_MAX_STYLES = 100_000

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a number is shown where its value alone would mislead: with leading zeros, or as a percentage.

    `digits` is the least number of digits, `decimals` those after the point of a percentage, -1 for no percentage.
    """

    digits: int = 0
    decimals: int = -1


@dataclass(frozen=True, slots=True)
class XlsxParts:
    """The package's member for each sheet, by name in the workbook's order, and the telling styles by number."""

    members: dict[str, str]
    styles: dict[str, NumberStyle]
    hidden: frozenset[str] = frozenset()

    def sheet_names(self) -> list[SheetName]:
        """The sheets, in order."""
        return [SheetName(index, name, name in self.hidden) for index, name in enumerate(self.members)]


def xlsx_parts(package: zipfile.ZipFile) -> XlsxParts:
    """Read the workbook's lists; raises UnreadableFileError where the package holds no workbook."""
    book = next(iter(_related(package, "", _ROOT_RELATIONS, _OFFICE_DOCUMENT)), "xl/workbook.xml")
    folder, base = posixpath.split(book)
    relations = _relations(package, folder, f"{folder}/_rels/{base}.rels".lstrip("/"))
    sheets: dict[str, str] = {}
    hidden: set[str] = set()
    for attributes in elements(package, book, "sheet"):
        key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
        if "name" in attributes and key in relations:
            sheets[attributes["name"]] = relations[key][1]
            if attributes.get("state", "visible") != "visible":
                hidden.add(attributes["name"])
    styles = [target for kind, target in relations.values() if kind.endswith(_STYLES)]
    return XlsxParts(sheets, _number_styles(package, styles[0]) if styles else {}, frozenset(hidden))


def number_style(code: str) -> NumberStyle | None:
    """What this number format means for the value's text, None where the bare number says it all."""
    plain = _FORMAT_NOISE.sub("", code.split(";", maxsplit=1)[0]).strip()
    percentage = _PERCENTAGE.fullmatch(plain)
    if percentage:
        return NumberStyle(decimals=len(percentage[1] or ""))
    return NumberStyle(digits=len(plain)) if _PADDED.fullmatch(plain) else None


def elements(package: zipfile.ZipFile, member: str, *names: str) -> Sequence[Attributes]:
    """The attributes of every element of these names in a small member; none where the member is missing."""
    found: list[Attributes] = []

    def keep(name: str, attributes: Attributes) -> None:
        if name.rpartition(":")[2] in names and len(found) < _MAX_STYLES:
            found.append(attributes)

    if member in package.NameToInfo:
        parse_member(package, member, keep)
    return found


def parse_member(package: zipfile.ZipFile, member: str, on_start: Callable[[str, Attributes], None]) -> None:
    """Call `on_start` for every element; raises UnreadableFileError where the member is no whole XML."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = on_start
    try:
        for block in member_blocks(package, member):
            parser.Parse(block, False)  # noqa: FBT003
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise refusals.bad_workbook(f"its part “{member[:100]}” is damaged") from error


def _number_styles(package: zipfile.ZipFile, member: str) -> dict[str, NumberStyle]:
    codes = {str(_PERCENT): "0%", str(_PERCENT_DECIMALS): "0.00%"}
    formats: list[str] = []
    in_cells = False

    def keep(name: str, attributes: Attributes) -> None:
        nonlocal in_cells
        local = name.rpartition(":")[2]
        if local == "numFmt" and "formatCode" in attributes and len(codes) < _MAX_STYLES:
            codes[attributes.get("numFmtId", "")] = attributes["formatCode"]
        elif local in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            in_cells = local == "cellXfs"
        elif local == "xf" and in_cells and len(formats) < _MAX_STYLES:
            formats.append(attributes.get("numFmtId", ""))

    if member in package.NameToInfo:
        parse_member(package, member, keep)
    styles = ((str(index), number_style(codes.get(key, ""))) for index, key in enumerate(formats))
    return {index: style for index, style in styles if style}


def _relations(package: zipfile.ZipFile, folder: str, member: str) -> dict[str, tuple[str, str]]:
    """Each relation's kind and its target in the package, by id."""
    return {
        attributes.get("Id", ""): (
            attributes.get("Type", ""),
            _resolved(folder, attributes.get("Target", "")),
        )
        for attributes in elements(package, member, "Relationship")
        if attributes.get("TargetMode") != "External"
    }


def _related(package: zipfile.ZipFile, folder: str, member: str, kind: str) -> Sequence[str]:
    return [target for each, target in _relations(package, folder, member).values() if each.endswith(kind)]


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
