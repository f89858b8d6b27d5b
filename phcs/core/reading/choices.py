"""What a person may decide about how a file is read, where the reader would decide otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phcs.core.errors import UnreadableFileError

NO_HEADER_ROW = 0
PART_SEPARATOR = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
"""Stands between an archive's member and the sheet in it."""

ENCODINGS: tuple[tuple[str, str], ...] = (
    ("utf-8", "UTF-8"),
    ("windows-1252", "Windows-1252 (Western Europe)"),
    ("iso-8859-15", "ISO 8859-15 (Western Europe)"),
    ("mac-roman", "Mac Roman (old Macintosh)"),
    ("cp850", "CP850 (old DOS)"),
    ("windows-1250", "Windows-1250 (Central Europe)"),
    ("windows-1251", "Windows-1251 (Cyrillic)"),
    ("utf-16", "UTF-16 (Excel's “Unicode text”)"),
    ("utf-16-le", "UTF-16, little-endian, without a mark"),
    ("utf-16-be", "UTF-16, big-endian, without a mark"),
)
"""The encodings that may be chosen, each with the name that people read."""

DELIMITERS: tuple[tuple[str, str], ...] = (
    (",", "Comma"),
    (";", "Semicolon"),
    ("\t", "Tab"),
    ("|", "Vertical bar"),
)
"""The delimiters that may be chosen, each with the name that people read."""


@dataclass(frozen=True, slots=True)
class ReadingChoices:
    """Each choice left at its default is the reader's to make.

    `header_row` is a row's number from 1, or 0 where the table has no headings (columns are then called
    `Column A`, `Column B`, …). `part` is a sheet, or an archive's member, or a sheet of a member (see
    PART_SEPARATOR), by its name in `TableReading.parts`. A choice that the file's format does not know, such
    as the delimiter of a workbook, is passed over.
    """

    encoding: str = ""
    delimiter: str = ""
    header_row: int | None = None
    part: str = ""

    def as_json(self) -> dict[str, Any]:
        """Only what was chosen; `{}` where nothing was."""
        chosen: dict[str, Any] = {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header_row": self.header_row,
            "part": self.part,
        }
        return {name: value for name, value in chosen.items() if value not in {"", None}}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ReadingChoices":
        """Return the choices that `as_json` described."""
        return cls(
            encoding=data.get("encoding", ""),
            delimiter=data.get("delimiter", ""),
            header_row=data.get("header_row"),
            part=data.get("part", ""),
        )


READER_DECIDES = ReadingChoices()


@dataclass(frozen=True, slots=True)
class FileChoices:
    """What was chosen for a file of several tables: `by_part` where a part has choices of its own, else `usual`."""

    usual: ReadingChoices = READER_DECIDES
    by_part: Mapping[str, ReadingChoices] = field(default_factory=dict)

    def of(self, part: str) -> ReadingChoices:
        """What was chosen for this part, '' for a file that is one table."""
        return self.by_part.get(part, self.usual)

    def within(self, member: str) -> "FileChoices":
        """The same for an archive's member as a file of its own."""
        start = f"{member}{PART_SEPARATOR}"
        inside = {
            name.removeprefix(start): one for name, one in self.by_part.items() if name.startswith(start)
        }
        own = {"": self.by_part[member]} if member in self.by_part else {}
        return FileChoices(self.usual, inside | own)

    def as_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` turns back."""
        return {
            "usual": self.usual.as_json(),
            "by_part": {name: one.as_json() for name, one in self.by_part.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "FileChoices":
        """Return the choices that `as_json` described."""
        return cls(
            ReadingChoices.from_json(data["usual"]),
            {name: ReadingChoices.from_json(one) for name, one in data["by_part"].items()},
        )


EVERY_TABLE = FileChoices()
"""Every table of a file, each as the reader decides."""


def encoding_name(encoding: str) -> str:
    """What people call this encoding, without the explanation: `UTF-8`, `Windows-1252`."""
    label = dict(ENCODINGS).get(encoding.removesuffix("-sig"), encoding.upper())
    return label.partition(" (")[0].partition(", ")[0]


def check_choices(choices: ReadingChoices) -> None:
    """Raise UnreadableFileError (`file.bad_choice`) for an encoding, delimiter or row that is not on offer."""
    if choices.encoding and choices.encoding not in dict(ENCODINGS):
        raise _bad_choice("encoding", [name for name, _ in ENCODINGS])
    if choices.delimiter and choices.delimiter not in dict(DELIMITERS):
        raise _bad_choice("delimiter", [label.lower() for _, label in DELIMITERS])
    if choices.header_row is not None and choices.header_row < NO_HEADER_ROW:
        raise UnreadableFileError(
            "file.bad_choice", "Rows are counted from 1. Choose the row with the headings, or 0 for none."
        )


def _bad_choice(what: str, offered: list[str]) -> UnreadableFileError:
    return UnreadableFileError(
        "file.bad_choice", f"That {what} is not on offer. Choose one of: {', '.join(offered)}."
    )
