"""ZIP archives: their members are the parts, one of which is read, out of memory, as the format that it is.

A member is unpacked whole, because every format is read in several passes; it is no larger than any file may be.
"""

import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import refusals
from phcs.core.reading.cells import mended, unique_headings
from phcs.core.reading.choices import PART_SEPARATOR, ReadingChoices
from phcs.core.reading.tables import Part, ReadLimits, TableReading
from phcs.core.reading.zip_package import member_blocks

INSPECTED_MEMBERS = 50
"""Of an archive with more, the others are listed without their rows, and read when they are chosen."""

_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})

Inspector = Callable[[BinaryIO, str, ReadingChoices], TableReading]
"""How a member is inspected: its bytes, its name, what was chosen for it."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A member that was read, with the parts that it has itself (sheets)."""

    member: str
    reading: TableReading

    @property
    def weight(self) -> tuple[bool, int]:
        """Larger is likelier to be what the archive was made for; a text of one column is hardly a table."""
        return len(self.reading.columns) > 1, self.reading.rows

    def parts(self) -> list[Part]:
        """What it adds to the archive's parts."""
        if not self.reading.parts:
            return [Part(self.member, self.reading.rows)]
        return [
            replace(part, name=f"{self.member}{PART_SEPARATOR}{part.name}") for part in self.reading.parts
        ]


def inspect_archive(
    archive: zipfile.ZipFile,
    *,
    name: str,
    limits: ReadLimits,
    choices: ReadingChoices,
    inspect: Inspector,
) -> TableReading:
    """The reading of the part that was chosen, else of the visible one with the most rows.

    A part of one column is taken only where all are. Raises UnreadableFileError where nothing, or not what was
    chosen, can be read.
    """
    parts: list[Part] = []
    best: Inspected | None = None
    members = archive_members(archive)
    chosen = _chosen_member(members, choices.part) if choices.part else ""
    for count, member in enumerate(members):
        if count >= INSPECTED_MEMBERS and member != chosen:
            parts.append(Part(member))
            continue
        try:
            theirs = _for_member(choices, member) if member == chosen else ReadingChoices()
            found = Inspected(member, inspect(opened_info(archive, members[member], limits), member, theirs))
        except UnreadableFileError as refusal:
            if len(members) == 1:
                raise refusals.not_text_inside(member, refusal) from None
            if member == chosen:
                raise
            parts.append(Part(member, 0, note=refusal.sentence))
            continue
        parts += found.parts()
        if member == chosen or (not chosen and (best is None or found.weight > best.weight)):
            best = found
    if best is None:
        raise refusals.no_part_readable([(part.name, part.note) for part in parts])
    if not chosen and choices.as_json():
        stream = opened_info(archive, members[best.member], limits)
        best = replace(best, reading=inspect(stream, best.member, choices))
    return _as_archive_reading(best, name=name, parts=parts, choices=choices)


def opened_member(
    archive: zipfile.ZipFile, reading: TableReading, *, limits: ReadLimits
) -> tuple[BinaryIO, TableReading]:
    """The member that was inspected before, unpacked, and its reading as a file of its own."""
    members = archive_members(archive)
    if reading.member not in members:
        raise refusals.no_such_part(reading.member, list(members))
    sheet = reading.part.removeprefix(reading.member).removeprefix(PART_SEPARATOR)
    return opened_info(archive, members[reading.member], limits), replace(reading, member="", part=sheet)


def archive_members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The archive's files by name, each name once; folders and what systems leave behind are no files."""
    files = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    if not files:
        raise refusals.empty_archive()
    return dict(zip(unique_headings(mended(info.filename) for info in files), files, strict=True))


def _is_litter(name: str) -> bool:
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name.lower() in _LITTER


def _chosen_member(members: dict[str, zipfile.ZipInfo], part: str) -> str:
    if part in members:
        return part
    for member in sorted(members, key=len, reverse=True):
        if part.startswith(f"{member}{PART_SEPARATOR}"):
            return member
    raise refusals.no_such_part(part, list(members))


def _for_member(choices: ReadingChoices, member: str) -> ReadingChoices:
    return replace(choices, part=choices.part.removeprefix(member).removeprefix(PART_SEPARATOR))


def opened_info(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: ReadLimits) -> BinaryIO:
    """The member's bytes, unpacked; raises UnreadableFileError for what is not unpacked here."""
    if stat.S_ISLNK(member.external_attr >> 16):
        raise refusals.link_in_archive()
    if member.file_size > limits.file_bytes:
        raise refusals.too_large(limits.file_bytes)
    stream = io.BytesIO()
    for block in member_blocks(archive, member):
        stream.write(block)
    stream.seek(0)
    return stream


def _as_archive_reading(
    best: Inspected, *, name: str, parts: list[Part], choices: ReadingChoices
) -> TableReading:
    reading = best.reading
    part = f"{best.member}{PART_SEPARATOR}{reading.part}" if reading.part else best.member
    return replace(
        reading,
        name=name,
        member=best.member,
        part=part,
        parts=tuple(parts),
        notes=(read_from(part, len(parts)), *reading.notes),
        choices=choices,
    )


def read_from(part: str, parts: int) -> str:
    """The note that tells which part of an archive of so many parts was read."""
    others = parts - 1
    return f"Read from “{part}” in the archive" + (f"; it holds {others:,} more." if others else ".")
