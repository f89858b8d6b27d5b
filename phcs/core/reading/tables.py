"""What reading a file yields: one `TableReading` per source table, then its `SourceRow`s."""

from dataclasses import dataclass, replace
from typing import Any

from phcs.core.reading.choices import READER_DECIDES, ReadingChoices
from phcs.core.reading.column_facts import NOTHING_KNOWN, ColumnFacts

MOST_TABLES = 64
"""So many tables of one file are looked into, and one import holds no more."""


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Product limits on a file; exceeding one refuses the whole file with a sentence, up front."""

    file_bytes: int = 50_000_000
    columns: int = 1_000
    rows: int = 1_000_000
    cell_characters: int = 32_767
    nesting: int = 32


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row exactly as read.

    `row_no` is the row's number as a spreadsheet program shows it (the first line is 1, blank rows
    count, a quoted line break does not start a new row); in JSON it is the element's number, from 1.
    `cells` has exactly one text per column of the table. `flags` name what reading had to mend:
    `wide` (filled cells beyond the last heading), `narrow` (fewer cells than headings),
    `character` (a NUL or lone surrogate was replaced by U+FFFD).
    """

    row_no: int
    cells: list[str]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowRange:
    """Some of a table's rows: from `offset` (bytes), where the row numbered `first_row` begins, on.

    It ends with the row numbered `through_row`, or with the file; rows up to `after_row` are passed over.
    """

    offset: int = 0
    first_row: int = 1
    through_row: int | None = None
    after_row: int = 0


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """One column: its position from 0, its heading as the file spells it, how full it is, samples.

    `heading` is unique within the table (the second `X` reads `X (2)`); `heading_given` is not.
    `facts` are what the whole column tells.
    """

    position: int
    heading: str
    heading_given: str
    filled: int
    samples: tuple[str, ...]
    facts: ColumnFacts = NOTHING_KNOWN

    def as_json(self) -> list[Any]:
        """Return plain data that `from_json` turns back; facts only where something is known."""
        told = [self.position, self.heading, self.heading_given, self.filled, list(self.samples)]
        return [*told, facts] if (facts := self.facts.as_json()) else told

    @classmethod
    def from_json(cls, data: list[Any]) -> "ColumnReading":
        """Return the column that `as_json` described, or an older version of it."""
        position, heading, given, filled, samples, *facts = data
        told = ColumnFacts.from_json(facts[0]) if facts else NOTHING_KNOWN
        return cls(position, heading, given, filled, tuple(samples), told)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the tables that a file holds: a sheet, or an archive's member, or a sheet of a member.

    `rows` is -1 where they were not counted; `note` is why it cannot be read, a sentence, or ''.
    """

    name: str
    rows: int = -1
    hidden: bool = False
    note: str = ""
    is_other: bool = False
    """Whether it is no table and does not call itself one: a document, a picture."""

    def as_json(self) -> list[Any]:
        """Return plain data; `Part(*data)` turns it back."""
        told = [self.name, self.rows, self.hidden, self.note]
        return [*told, True] if self.is_other else told


@dataclass(frozen=True, slots=True)
class TableReading:
    """How a table was read, complete enough to read it again in the same way.

    `format` is `delimited`, `json`, `jsonl`, `calendar`, `cards` or a workbook's; `header_row` is 0 where there is
    none. `part` is the one of `parts` that this is the reading of, '' where the file is one table; `member` is the
    archive's member that the table is in, '' where the file is no archive. `choices` are those that the file was
    read with; `bad_bytes` counts bytes that the encoding does not know, read as U+FFFD. `doubts` are those of the
    `notes` that a person should have seen before the rows are approved.
    `rows` counts data rows: neither blank rows nor repeated header rows, which are counted apart.
    `splits` are places at which reading may begin: the number of a row and the byte at which it begins.
    """

    name: str
    format: str
    encoding: str
    delimiter: str
    header_row: int
    columns: tuple[ColumnReading, ...]
    rows: int
    blank_rows: int
    repeated_headers: int
    first_rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    splits: tuple[tuple[int, int], ...] = ()
    part: str = ""
    parts: tuple[Part, ...] = ()
    choices: ReadingChoices = READER_DECIDES
    bad_bytes: int = 0
    member: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[ColumnFacts, ...]:
        """What each whole column tells, by position."""
        return tuple(column.facts for column in self.columns)

    def ranges(self) -> tuple[RowRange, ...]:
        """The parts that may be read independently of each other: one, or one more than there are splits."""
        starts = ((1, 0), *self.splits)
        ends = [first_row - 1 for first_row, _ in self.splits]
        return tuple(
            RowRange(offset=offset, first_row=first_row, through_row=end)
            for (first_row, offset), end in zip(starts, [*ends, None], strict=True)
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` turns back into an equal reading."""
        return {
            "name": self.name,
            "format": self.format,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header_row": self.header_row,
            "columns": [column.as_json() for column in self.columns],
            "rows": self.rows,
            "blank_rows": self.blank_rows,
            "repeated_headers": self.repeated_headers,
            "first_rows": [list(row) for row in self.first_rows],
            "notes": list(self.notes),
            **({"splits": [list(split) for split in self.splits]} if self.splits else {}),
            **({"part": self.part} if self.part else {}),
            **({"parts": [part.as_json() for part in self.parts]} if self.parts else {}),
            **({"choices": chosen} if (chosen := self.choices.as_json()) else {}),
            **({"bad_bytes": self.bad_bytes} if self.bad_bytes else {}),
            **({"member": self.member} if self.member else {}),
            **({"doubts": list(self.doubts)} if self.doubts else {}),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "TableReading":
        """Return the reading that `as_json` described."""
        return cls(
            name=data["name"],
            format=data["format"],
            encoding=data["encoding"],
            delimiter=data["delimiter"],
            header_row=data["header_row"],
            columns=tuple(ColumnReading.from_json(column) for column in data["columns"]),
            rows=data["rows"],
            blank_rows=data["blank_rows"],
            repeated_headers=data["repeated_headers"],
            first_rows=tuple(tuple(row) for row in data["first_rows"]),
            notes=tuple(data["notes"]),
            splits=tuple((first_row, offset) for first_row, offset in data.get("splits", ())),
            part=data.get("part", ""),
            parts=tuple(Part(*part) for part in data.get("parts", ())),
            choices=ReadingChoices.from_json(data.get("choices", {})),
            bad_bytes=data.get("bad_bytes", 0),
            member=data.get("member", ""),
            doubts=tuple(data.get("doubts", ())),
        )


@dataclass(frozen=True, slots=True)
class FileReading:
    """Every table of a file in the file's order, and all the parts that it has, read or not.

    The `name` of a table is that of its part, and the file's own where it is the only one with rows.
    """

    tables: tuple[TableReading, ...]
    parts: tuple[Part, ...] = ()


def alone(reading: TableReading) -> FileReading:
    """A file that is read as one table."""
    return FileReading((replace(reading, parts=()),), reading.parts)
