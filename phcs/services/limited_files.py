"""The files inside an untrusted archive, measured and unpacked in the limited child."""

import base64
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import orjson

from phcs.core.documents import UploadedFile
from phcs.core.reading.tables import ReadLimits
from phcs.services.limited_reading import ChildLimits, child_order, reading_child


def survey_upload(path: Path, *, name: str, limits: ReadLimits, child: ChildLimits) -> Iterator[UploadedFile]:
    """The files of an archive, each measured, hashed and recognised by its contents; none of any other file.

    Raises UnreadableFileError as `limited_reading.inspect_file` does.
    """
    order = replace(child_order(name=name, limits=limits, child=child), files="survey")
    with path.open("rb") as file, reading_child(file, order, child=child) as answer:
        for frame in answer.frames():
            if "file" in frame:
                yield UploadedFile(*frame["file"])


class FileBlocks:
    """The contents of one file on their way out of the child, as a stream."""

    def __init__(self, name: str, next_block: Callable[[str], bytes]) -> None:
        self.name = name
        self._next_block = next_block
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Give up to so many bytes (all without a size), none at the end."""
        while size < 0 or len(self._rest) < size:
            block = self._next_block(self.name)
            if not block:
                break
            self._rest += block
        cut = len(self._rest) if size < 0 else size
        given, self._rest = self._rest[:cut], self._rest[cut:]
        return given


@contextmanager
def unpacked_files(
    path: Path, names: Collection[str], *, name: str, limits: ReadLimits, child: ChildLimits
) -> Iterator[Iterator[FileBlocks]]:
    """The contents of these files of an archive, one stream after the other; what is not read of one is passed over.

    Raises UnreadableFileError as `limited_reading.inspect_file` does.
    """
    order = replace(child_order(name=name, limits=limits, child=child), files="blocks")
    with path.open("rb") as file, tempfile.TemporaryFile() as wanted:
        wanted.write(orjson.dumps(sorted(names)))
        wanted.seek(0)
        order = replace(order, reading_fd=wanted.fileno())
        with reading_child(file, order, child=child) as answer:
            yield _streams(answer.frames())


def _streams(frames: Iterator[dict[str, str]]) -> Iterator[FileBlocks]:
    waiting: list[dict[str, str]] = []

    def next_block(name: str) -> bytes:
        frame = waiting.pop() if waiting else next(frames, {})
        if frame.get("name") != name:
            if frame:
                waiting.append(frame)
            return b""
        return base64.b64decode(frame["block"])

    while True:
        frame = waiting.pop() if waiting else next(frames, {})
        if "name" not in frame:
            return
        waiting.append(frame)
        stream = FileBlocks(frame["name"], next_block)
        yield stream
        while stream.read(1 << 20):
            pass
