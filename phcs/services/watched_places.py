"""Watched folders: files that other programs put below an organisation's own part of a folder or an object store."""

import importlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from phcs.core.errors import InvalidInputError

SETTLED_AFTER = timedelta(seconds=30)
"""A file that was changed more recently may still be being written."""
MOST_FILES = 1_000
"""So many files of one folder are looked at in one run, by name."""
_FOLDER_NAME = re.compile(r"[\w-][\w. -]{0,99}(/[\w-][\w. -]{0,99}){0,5}\Z")
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", "~")


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A file as it lies there."""

    name: str
    size: int
    modified: datetime

    @property
    def seen_as(self) -> str:
        """What tells it from another file, and from itself before a change, without reading it."""
        return f"{self.name[-300:]}|{self.size}|{self.modified.isoformat()}"


class WatchedPlace(Protocol):
    """What folders and object stores promise alike."""

    def files(self) -> Iterator[WatchedFile]:
        """The files directly in it, by name. Raises NotFoundError-like OSError where it is not there."""
        ...

    def copy(self, name: str, into: BinaryIO, *, max_bytes: int) -> None:
        """Write one of its files into another file, no more than `max_bytes` of it and one."""
        ...


def require_folder_name(name: str) -> None:
    """Raise InvalidInputError unless this names a folder below the organisation's own."""
    if not _FOLDER_NAME.match(name):
        raise InvalidInputError(
            "Name a folder by letters, digits, spaces, - and _, e.g. nightly or nightly/visits."
        )


def open_watched(root: str, *, organisation_id: UUID, name: str) -> WatchedPlace:
    """Return an organisation's watched folder. Raises InvalidInputError where the installation watches nothing."""
    require_folder_name(name)
    if not root:
        raise InvalidInputError(
            "This installation watches no folders. Ask whoever runs it to set PHCS_WATCH_ROOT."
        )
    if root.startswith("s3://"):
        place: WatchedPlace = importlib.import_module("phcs.services.object_store").watched_prefix(
            root, f"{organisation_id}/{name}"
        )
        return place
    return WatchedFolder(Path(root), f"{organisation_id}/{name}")


class WatchedFolder:
    """A folder on this machine; links are not followed, so nothing outside of it is read."""

    def __init__(self, root: Path, below: str) -> None:
        self._folder = root / below

    def files(self) -> Iterator[WatchedFile]:
        """The files directly in it, by name."""
        with os.scandir(self._folder) as entries:
            found = sorted(
                (entry for entry in entries if entry.is_file(follow_symlinks=False)), key=lambda one: one.name
            )
        for entry in found[:MOST_FILES]:
            facts = entry.stat(follow_symlinks=False)
            yield WatchedFile(entry.name, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))

    def copy(self, name: str, into: BinaryIO, *, max_bytes: int) -> None:
        """Write one of its files into another file."""
        handle = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as source:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError("It is no file.")
            into.write(source.read(max_bytes + 1))


def is_ready(file: WatchedFile, *, now: datetime) -> bool:
    """Say whether a file is complete, as far as its name and age tell."""
    name = file.name.lower()
    hidden = name.startswith((".", "~$")) or name.endswith(_UNFINISHED)
    return not hidden and file.size > 0 and now - file.modified >= SETTLED_AFTER
