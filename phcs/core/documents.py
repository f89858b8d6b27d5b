"""Documents: the files that an upload holds beside its tables, and which of them a row means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

SNIFFED_BYTES = 512
"""So many bytes from the start decide what a file is."""

UNKNOWN_TYPE = "application/octet-stream"
TEXT_TYPE = "text/plain"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"PK\x03\x04", "application/zip"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
)
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\"\\/:*?<>|]+")
NAME_CHARACTERS = 150
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<", re.DOTALL)


def media_type_of(head: bytes) -> str:
    """What a file is by its first bytes; its name is never believed. Markup counts as unknown, so nothing shows it."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[128:132] == b"DICM":
        return "application/dicom"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if not head or _CONTROL.search(head) or _MARKUP.match(head):
        return UNKNOWN_TYPE
    return TEXT_TYPE


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file inside an upload: its path there, its size in bytes, its checksum, and what it is by its contents."""

    name: str
    size: int
    sha256: str
    media_type: str

    def as_json(self) -> list[Any]:
        """Plain data; `UploadedFile(*data)` turns it back."""
        return [self.name, self.size, self.sha256, self.media_type]


class FilesOfUpload:
    """The files of an upload, found by what a row calls them."""

    def __init__(self, files: Iterable[UploadedFile]) -> None:
        self._by_path: dict[str, UploadedFile] = {}
        self._by_name: dict[str, UploadedFile | None] = {}
        for one in files:
            self._by_path.setdefault(_folded(one.name), one)
            name = file_key(one.name)
            known = self._by_name.get(name, one)
            self._by_name[name] = one if known is not None and known.sha256 == one.sha256 else None

    def find(self, named: str) -> UploadedFile | None:
        """The file that a row names by its path, or by its own name where no other file has that name.

        Capitals, `\\` for `/` and folders before a path that is there make no difference.
        """
        path = _folded(named)
        while path:
            if path in self._by_path:
                return self._by_path[path]
            folder, _, rest = path.partition("/")
            if not rest:
                return self._by_name.get(folder)
            path = rest
        return None


def file_key(path: str) -> str:
    """What a file is called without its folders; the same for files that differ in capitals only."""
    return _folded(path).rpartition("/")[2]


def _folded(path: str) -> str:
    parts = [part for part in path.strip().replace("\\", "/").split("/") if part not in {"", "."}]
    return "/".join(parts).casefold()


def safe_file_name(given: str) -> str:
    """The file's own name without its folders, and without what could lead a header or a person astray."""
    name = PurePosixPath(given.replace("\\", "/")).name
    name = _NOT_IN_NAMES.sub("_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > NAME_CHARACTERS:
        name = f"{stem[: NAME_CHARACTERS - 11]}{dot}{ending[:10]}" if stem else name[:NAME_CHARACTERS]
    return name or "document"
