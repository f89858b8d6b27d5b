"""Where uploaded files lie: a folder all workers reach, under names of our own."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from phcs.core.errors import UnreadableFileError

PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is safely on disk."""

    name: str
    size: int
    sha256: str


class FolderStore:
    """Keeps uploads in one folder; a name never comes from outside."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def save(self, stream: BinaryIO, *, file_id: UUID, max_bytes: int) -> StoredFile:
        """Copy the stream to disk and flush it there before returning.

        Raises UnreadableFileError, and keeps nothing, when it is empty or larger than `max_bytes`.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / file_id.hex
        digest, size = hashlib.sha256(), 0
        try:
            with path.open("xb") as file:
                for piece in _pieces(stream):
                    size += len(piece)
                    if size > max_bytes:
                        raise _too_large(max_bytes)
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            if size == 0:
                raise UnreadableFileError(
                    "file.empty", "The file is empty. Export it again and upload the new file."
                )
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return StoredFile(name=path.name, size=size, sha256=digest.hexdigest())

    def path(self, name: str) -> Path:
        """The place of a stored file."""
        return self.folder / Path(name).name

    def delete(self, name: str) -> None:
        """Forget a file; nothing happens when it is gone already."""
        self.path(name).unlink(missing_ok=True)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece


def _too_large(max_bytes: int) -> UnreadableFileError:
    sentence = (
        f"The file is larger than {max_bytes / 1_000_000:g} MB. Split the export, or ask for a larger limit."
    )
    return UnreadableFileError("file.too_large", sentence)
