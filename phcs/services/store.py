"""Where uploaded files lie, under names of our own: a folder or an object store that all workers reach."""

import hashlib
import importlib
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from phcs.core.errors import UnreadableFileError

PIECE_BYTES = 1 << 20
OWN_NAME = re.compile(r"[0-9a-f]{32}(\.\w+)?\Z")
"""What we call files: nothing else in the folder is ours to delete."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is safely on disk."""

    name: str
    size: int
    sha256: str


class Readable(Protocol):
    """Something that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Give up to so many bytes, none at the end."""
        ...


class UploadStore(Protocol):
    """What every store promises; names never come from outside."""

    def save(self, stream: Readable, *, file_id: UUID, max_bytes: int) -> StoredFile:
        """Keep the stream safely before returning, with little memory.

        Raises UnreadableFileError, and keeps nothing, when it is empty or larger than `max_bytes`.
        """
        ...

    def fetched(self, name: str, *, sha256: str) -> AbstractContextManager[Path]:
        """The file as a path on this machine while the block lasts, unchanged since it was saved.

        Raises UnreadableFileError when it is gone (`file.missing`) or another by now (`file.changed`).
        """
        ...

    def names_before(self, moment: datetime) -> Iterator[str]:
        """The names of our own that were last written before a moment."""
        ...

    def delete(self, name: str) -> None:
        """Forget a file; nothing happens when it is gone already.

        Raises OSError when the store cannot do it now.
        """
        ...


def open_store(where: str) -> UploadStore:
    """The store at a folder's path, or at `s3://BUCKET/PREFIX?endpoint=URL&region=NAME`.

    The library for object stores takes nearly half a second to load, so it is loaded only where one is used.
    """
    if where.startswith("s3://"):
        store: UploadStore = importlib.import_module("phcs.services.object_store").object_store(where)
        return store
    return FolderStore(where)


class FolderStore:
    """Keeps uploads in one folder; a name never comes from outside."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def save(self, stream: Readable, *, file_id: UUID, max_bytes: int) -> StoredFile:
        """Copy the stream to disk and flush it there before returning.

        Raises UnreadableFileError, and keeps nothing, when it is empty or larger than `max_bytes`.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / file_id.hex
        measured = MeasuredStream(stream, max_bytes=max_bytes)
        try:
            with path.open("xb") as file:
                for piece in pieces(measured):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            stored = measured.as_stored(path.name)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return stored

    @contextmanager
    def fetched(self, name: str, *, sha256: str) -> Iterator[Path]:
        """The file where it lies; see UploadStore."""
        path = self.path(name)
        digest = hashlib.sha256()
        try:
            with path.open("rb") as file:
                for piece in pieces(file):
                    digest.update(piece)
        except FileNotFoundError as problem:
            raise missing_file() from problem
        if digest.hexdigest() != sha256:
            raise changed_file()
        yield path

    def path(self, name: str) -> Path:
        """The place of a stored file."""
        return self.folder / Path(name).name

    def names_before(self, moment: datetime) -> Iterator[str]:
        """The names of our own that were last written before a moment; of half-written files too."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if OWN_NAME.match(path.name) and path.lstat().st_mtime < moment.timestamp():
                yield path.name

    def delete(self, name: str) -> None:
        """Forget a file; see UploadStore."""
        self.path(name).unlink(missing_ok=True)


class MeasuredStream:
    """An upload on its way into a store: counted, hashed, and refused when it is too large."""

    def __init__(self, stream: Readable, *, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self._size = 0

    def read(self, size: int = -1, /) -> bytes:
        """Give exactly so many bytes more (all without a size), fewer only at the end.

        Streams from the network give fewer now and then; whoever sends parts takes that for the end. Raises
        UnreadableFileError when there are too many.
        """
        filled = bytearray()
        wanted = self._max_bytes + 1 if size < 0 else size
        while len(filled) < wanted and (piece := self._stream.read(min(PIECE_BYTES, wanted - len(filled)))):
            self._size += len(piece)
            if self._size > self._max_bytes:
                raise _too_large(self._max_bytes)
            filled += piece
        self._digest.update(filled)
        return bytes(filled)

    def as_stored(self, name: str) -> StoredFile:
        """What was read in all; raises UnreadableFileError when that was nothing."""
        if not self._size:
            raise UnreadableFileError(
                "file.empty", "The file is empty. Export it again and upload the new file."
            )
        return StoredFile(name=name, size=self._size, sha256=self._digest.hexdigest())


def missing_file() -> UnreadableFileError:
    """The stored file cannot be found."""
    return UnreadableFileError("file.missing", "The uploaded file is no longer there. Upload it again.")


def changed_file() -> UnreadableFileError:
    """The stored file is not what was uploaded."""
    return UnreadableFileError(
        "file.changed", "The stored file is not the one that was uploaded any more. Upload it again."
    )


def pieces(stream: Readable) -> Iterator[bytes]:
    """The stream in pieces of bearable size."""
    while piece := stream.read(PIECE_BYTES):
        yield piece


def _too_large(max_bytes: int) -> UnreadableFileError:
    sentence = (
        f"The file is larger than {max_bytes / 1_000_000:g} MB. Split the export, or ask for a larger limit."
    )
    return UnreadableFileError("file.too_large", sentence)
