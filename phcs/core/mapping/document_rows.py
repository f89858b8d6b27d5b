"""Rows of a table of documents: each names a file of the upload, whose contents tell size, checksum and type."""

from collections.abc import Callable
from dataclasses import replace

from phcs.core.documents import FilesOfUpload
from phcs.core.findings import FindingCode, Severity
from phcs.core.history import DocumentFacts
from phcs.core.mapping.mapped_row import MappedRow
from phcs.core.records import RowRecord

NAMED_BY = "document.file_name"


def read_document_row(
    row: MappedRow, *, read: Callable[[MappedRow], RowRecord], files: FilesOfUpload
) -> RowRecord:
    """Return what the row states, with what the named file itself tells; one that is not there is a finding.

    Checksum and size are never taken from a column: they stand for contents that somebody has seen.
    """
    record = read(row)
    facts = record.history
    if not isinstance(facts, DocumentFacts):
        return record
    found = files.find(facts.file_name) if facts.file_name else None
    if found is not None:
        told = replace(facts, size=str(found.size), sha256=found.sha256, media_type=found.media_type)
        return replace(record, history=told)
    if facts.file_name:
        row.add(FindingCode.FILE_NOT_THERE, Severity.WARNING, NAMED_BY)
    return replace(record, history=replace(facts, size="", sha256=""))
