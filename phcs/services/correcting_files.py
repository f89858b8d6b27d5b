"""The file of an import that brings corrected rows: a CSV for each table, and the documents that its rows name."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from sqlalchemy.orm import Session

from phcs.core.documents import FilesOfUpload, UploadedFile, file_key
from phcs.core.history import DocumentFacts
from phcs.core.packing import PieceStream, blocks, packed_pieces
from phcs.core.reading.tables import SourceRow, TableReading
from phcs.core.records import RecordKind
from phcs.models.imports import Import, SourceTable
from phcs.services.limited_files import unpacked_files
from phcs.services.staging_order import check_order_of
from phcs.services.store import Readable
from phcs.services.upload_files import files_of
from phcs.services.working import Workshop

Rows = Mapping[int, Sequence[Sequence[str]]]
"""The cells of rows, by the number of their table."""


@dataclass(frozen=True, slots=True)
class CorrectedContent:
    """What a file of corrected rows is made of: a CSV for each table, by its number, and files of the former upload."""

    tables: Mapping[int, bytes]
    files: tuple[str, ...] = ()
    prefix: str = ""
    """Before the names of the tables, where a file is called like one of them."""

    @property
    def is_one_table(self) -> bool:
        """Whether it is a plain CSV."""
        return len(self.tables) == 1 and not self.files

    @property
    def members(self) -> list[str]:
        """The parts of the file that are tables, in order; '' for a plain CSV."""
        return [""] if self.is_one_table else [f"{self.prefix}{number:02d}.csv" for number in self.tables]

    @property
    def table_bytes(self) -> int:
        """How large the tables are together."""
        return sum(map(len, self.tables.values()))


def content_of(session: Session, former: Import, tables: Mapping[int, bytes], rows: Rows) -> CorrectedContent:
    """These tables with the documents that their rows name, as long as the former upload is kept."""
    files = () if former.file_purged_at is not None else _files_named(session, former, rows)
    taken = {file_key(one.name) for one in files_of(former)} if files else set()
    prefix = ""
    while any(file_key(f"{prefix}{number:02d}.csv") in taken for number in tables):
        prefix += "rows-"
    return CorrectedContent(tables, files, prefix)


@contextmanager
def packed(content: CorrectedContent, former: Import, workshop: Workshop) -> Iterator[Readable]:
    """The bytes of the new file, a piece at a time; the documents come out of the limited child.

    Raises UnreadableFileError when the former upload cannot be read any more.
    """
    if content.is_one_table:
        yield io.BytesIO(next(iter(content.tables.values())))
        return
    tables = [(name, [data]) for name, data in zip(content.members, content.tables.values(), strict=True)]
    if not content.files:
        yield PieceStream(packed_pieces(tables))
        return
    with (
        workshop.store.fetched(former.stored_name, sha256=former.file_sha256) as path,
        unpacked_files(
            path, content.files, name=former.file_name, limits=workshop.limits, child=workshop.child
        ) as streams,
    ):
        documents = ((stream.name, blocks(stream.read)) for stream in streams)
        yield PieceStream(packed_pieces(chain(tables, documents)))


def _files_named(session: Session, former: Import, rows: Rows) -> tuple[str, ...]:
    """The files that rows of documents name, each with all that are called like it.

    So a name that several files have says as little in the new file as it did in the former.
    """
    wanted: set[str] = set()
    known: Sequence[UploadedFile] = ()
    for table_no, cells in rows.items():
        table = session.get_one(SourceTable, (former.id, table_no))
        if table.kind == RecordKind.DOCUMENT.value:
            order = check_order_of(former, table, TableReading.from_json(table.reading))
            known = order.files or ()
            found = FilesOfUpload(known)
            check = order.checker().check
            for one in cells:
                facts = check(SourceRow(0, list(one), ())).record.history
                file = found.find(facts.file_name) if isinstance(facts, DocumentFacts) else None
                wanted |= {file_key(file.name)} if file else set()
    return tuple(one.name for one in known if file_key(one.name) in wanted)
