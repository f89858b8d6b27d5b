"""The files of an archive as they are: measured, hashed, recognised by their contents, and given block by block.

Runs inside the limited child, as everything that unpacks an upload does.
"""

import stat
import zipfile
from collections.abc import Collection, Iterator
from hashlib import sha256
from typing import BinaryIO

from phcs.core.documents import SNIFFED_BYTES, UploadedFile, media_type_of
from phcs.core.errors import UnreadableFileError
from phcs.core.reading.archives import archive_members
from phcs.core.reading.tables import ReadLimits
from phcs.core.reading.zip_package import member_blocks, opened_package

_OF_WORKBOOKS = frozenset({"[Content_Types].xml", "mimetype"})
"""Members by which a package is a workbook: what else is in it are no files of anybody's."""


def survey_files(stream: BinaryIO, *, limits: ReadLimits) -> Iterator[UploadedFile]:
    """Every file of a ZIP archive that is not empty, not too large, no link and not damaged; none of any other file."""
    for name, archive, info in _files(stream, limits=limits):
        digest, size, head = sha256(), 0, b""
        try:
            for block in member_blocks(archive, info):
                head = head or block[:SNIFFED_BYTES]
                size += len(block)
                digest.update(block)
        except UnreadableFileError:
            continue
        if size:
            yield UploadedFile(name, size, digest.hexdigest(), media_type_of(head))


def blocks_of_files(
    stream: BinaryIO, names: Collection[str], *, limits: ReadLimits
) -> Iterator[tuple[str, bytes]]:
    """The contents of these files, one file after the other, in blocks with the file's name."""
    wanted = frozenset(names)
    for name, archive, info in _files(stream, limits=limits):
        if name in wanted:
            for block in member_blocks(archive, info):
                yield name, block


def _files(stream: BinaryIO, *, limits: ReadLimits) -> Iterator[tuple[str, zipfile.ZipFile, zipfile.ZipInfo]]:
    if stream.read(4)[:2] != b"PK":
        return
    stream.seek(0)
    archive = opened_package(stream)
    if _OF_WORKBOOKS.intersection(archive.namelist()):
        return
    for name, info in archive_members(archive).items():
        if not stat.S_ISLNK(info.external_attr >> 16) and info.file_size <= limits.file_bytes:
            yield name, archive, info
