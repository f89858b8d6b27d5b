"""Several files as one ZIP archive, written while it is read: nothing of it is ever kept whole."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from phcs.core.errors import InvalidInputError

MOST_FILES = 500
"""So many files may be uploaded at once."""

_PIECE_BYTES = 1 << 20
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX, _OWNER_READS = 3, 0o600 << 16


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file on its way in: its plain name, and its bytes from where the stream stands."""

    name: str
    stream: IO[bytes]


class PieceStream:
    """Pieces as they come, read like a file."""

    def __init__(self, made: Iterator[bytes]) -> None:
        self._made = made
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Give up to so many bytes more, all of them without a size, none at the end."""
        if size < 0:
            given, self._rest = self._rest + b"".join(self._made), b""
            return given
        while not self._rest:
            piece = next(self._made, None)
            if piece is None:
                return b""
            self._rest = piece
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


class PackedFiles(PieceStream):
    """The bytes of a ZIP of these files, to be read once from start to end.

    The members are not compressed, stand in the order of their names and have no dates of their own: the same files
    give the same bytes, whatever their order. Raises InvalidInputError for two files of one name and for too many.
    """

    def __init__(self, files: Sequence[NamedFile]) -> None:
        if len(files) > MOST_FILES:
            raise InvalidInputError(
                f"At most {MOST_FILES} files are taken at once. Pack them as a ZIP, and upload that."
            )
        self._files = sorted(files, key=lambda one: one.name)
        for one, following in zip(self._files, self._files[1:], strict=False):
            if one.name == following.name:
                raise InvalidInputError(f"Two files are called “{one.name}”. Give one another name.")
        pieces = ((one.name, blocks(one.stream.read)) for one in self._files)
        super().__init__(packed_pieces(pieces, compression=zipfile.ZIP_STORED))

    @property
    def name(self) -> str:
        """What people call them: `clients.csv and 6 more`."""
        others = len(self._files) - 1
        ending = f" and {others} more" if others else ""
        return self._files[0].name[: 255 - len(ending)] + ending


def packed_pieces(
    files: Iterable[tuple[str, Iterable[bytes]]], *, compression: int = zipfile.ZIP_DEFLATED
) -> Iterator[bytes]:
    """A ZIP of these files, each given by its name and the pieces of its bytes, a piece at a time."""
    drain = _Drain()
    with zipfile.ZipFile(drain, "w", compression) as archive:  # type: ignore[arg-type,call-overload]
        for name, pieces in files:
            member = zipfile.ZipInfo(name, _FIRST_DAY)
            member.compress_type = compression
            member.create_system, member.external_attr = _UNIX, _OWNER_READS
            with archive.open(member, "w") as into:
                for piece in pieces:
                    into.write(piece)
                    yield drain.emptied()
    yield drain.emptied()


def blocks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """What a file's `read` gives from where it stands, a piece at a time."""
    while block := read(_PIECE_BYTES):
        yield block


class _Drain:
    """Takes what zipfile writes, until it is taken away; it cannot go back, and zipfile then does without."""

    def __init__(self) -> None:
        self._taken = bytearray()

    def write(self, data: bytes, /) -> int:
        self._taken += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def emptied(self) -> bytes:
        data, self._taken = bytes(self._taken), bytearray()
        return data
