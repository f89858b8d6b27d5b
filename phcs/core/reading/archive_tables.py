"""Every table of a ZIP archive, among letters, pictures and whatever else lies in it."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import refusals
from phcs.core.reading.archives import archive_members, opened_info, read_from
from phcs.core.reading.choices import PART_SEPARATOR, FileChoices
from phcs.core.reading.signatures import HEAD_BYTES, file_kind
from phcs.core.reading.tables import MOST_TABLES, FileReading, Part, ReadLimits, TableReading
from phcs.core.reading.zip_package import member_blocks

TABLE_ENDINGS = (
    *(".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson"),
    *(".xlsx", ".xlsm", ".xls", ".ods", ".ics", ".vcf"),
)
"""A file with such a name wants to be a table; any other may be one, or a letter, a note, a picture."""

InspectorOfAll = Callable[[BinaryIO, str, FileChoices], FileReading]
"""How every table of a member is inspected: its bytes, its name, what was chosen for it."""


def inspect_members(
    archive: zipfile.ZipFile,
    *,
    name: str,
    limits: ReadLimits,
    asked: FileChoices,
    inspect: InspectorOfAll,
) -> FileReading:
    """Every table of every member; a member that is none, or cannot be read, is a part with the reason.

    Where some members are tables, others are not taken for one because each of their lines could be a row. Raises
    UnreadableFileError where nothing can be read.
    """
    members = archive_members(archive)
    found = _Found()
    for member in sorted(members, key=lambda one: not _wants_to_be_a_table(one, asked)):
        is_meant = _wants_to_be_a_table(member, asked)
        if found.is_full(is_meant=is_meant):
            found.parts[member] = [Part(member, is_other=not is_meant)]
            continue
        info = members[member]
        try:
            file_kind(next(member_blocks(archive, info, size=HEAD_BYTES), b""))
            reading = inspect(opened_info(archive, info, limits), member, asked.within(member))
        except UnreadableFileError as refusal:
            if len(members) == 1:
                raise refusals.not_text_inside(member, refusal) from None
            found.refuse(member, refusal, is_meant=is_meant)
        else:
            found.take(member, reading, is_meant=is_meant)
    return found.as_reading(name, list(members))


def _wants_to_be_a_table(member: str, asked: FileChoices) -> bool:
    return member.lower().endswith(TABLE_ENDINGS) or bool(asked.within(member).by_part)


@dataclass(slots=True)
class _Found:
    """What was found in the members so far; those that want to be tables come first."""

    tables: dict[str, list[TableReading]] = field(default_factory=dict)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    looked_at: int = 0
    """How many of the others were looked into."""

    def is_full(self, *, is_meant: bool) -> bool:
        """Whether no more of these members are looked into."""
        return (sum(map(len, self.tables.values())) if is_meant else self.looked_at) >= MOST_TABLES

    def refuse(self, member: str, refusal: UnreadableFileError, *, is_meant: bool) -> None:
        """Keep why a member is no table."""
        is_other = not is_meant and (bool(self.tables) or refusal.reason == refusals.NOT_TEXT)
        self.parts[member] = [Part(member, 0, note=refusal.sentence, is_other=is_other)]

    def take(self, member: str, found: FileReading, *, is_meant: bool) -> None:
        """Keep the tables of a member, unless it is a text of one column beside real tables."""
        self.looked_at += not is_meant
        is_text = not is_meant and max(len(table.columns) for table in found.tables) < 2
        if is_text and self.tables:
            self.parts[member] = [Part(member, found.tables[0].rows, is_other=True)]
            return
        self.tables[member] = [_as_table_of(member, table) for table in found.tables]
        self.parts[member] = _parts_of(member, found)

    def as_reading(self, name: str, members: list[str]) -> FileReading:
        """All of it in the order of the members. Raises UnreadableFileError where there is no table."""
        parts = [part for member in members for part in self.parts[member]]
        tables = [table for member in members for table in self.tables.get(member, ())]
        if not tables:
            raise refusals.no_part_readable([(part.name, part.note) for part in parts])
        if len(tables) == 1:
            notes = (read_from(tables[0].part, len(parts)), *tables[0].notes)
            tables = [replace(tables[0], name=name, notes=notes)]
        return FileReading(tuple(tables[:MOST_TABLES]), tuple(parts))


def _as_table_of(member: str, reading: TableReading) -> TableReading:
    part = f"{member}{PART_SEPARATOR}{reading.part}" if reading.part else member
    return replace(reading, name=part, member=member, part=part)


def _parts_of(member: str, found: FileReading) -> list[Part]:
    if not found.parts:
        return [Part(member, found.tables[0].rows)]
    return [replace(part, name=f"{member}{PART_SEPARATOR}{part.name}") for part in found.parts]
