"""Handing out the contents of a document."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from phcs.core.actors import Actor
from phcs.core.documents import UNKNOWN_TYPE, safe_file_name
from phcs.core.errors import NotFoundError
from phcs.core.permissions import Permission
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.models.documents import DocumentFile
from phcs.models.history import HISTORY_TABLES
from phcs.services.store import UploadStore, pieces

_DOCUMENTS = HISTORY_TABLES[RecordKind.DOCUMENT].__table__


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """A document's contents on their way to whoever asked; the name is safe in a header and in a folder."""

    file_name: str
    media_type: str
    size: int
    pieces: Iterator[bytes]


def fetch_document(*, actor: Actor, document_id: UUID, store: UploadStore) -> FetchedDocument:
    """The contents of a document, in pieces.

    Raises NotAllowedError, NotFoundError when the organisation has no such document or its file never came,
    UnreadableFileError when the store has lost it.
    """
    actor.require(Permission.SEE_RECORDS)
    row = db.session.execute(
        sa.select(_DOCUMENTS.c.file_name, DocumentFile.stored_name, DocumentFile.sha256, DocumentFile.size)
        .add_columns(DocumentFile.media_type)
        .join(
            DocumentFile,
            sa.and_(
                DocumentFile.organisation_id == actor.organisation_id,
                DocumentFile.sha256 == _DOCUMENTS.c.sha256,
            ),
        )
        .where(_DOCUMENTS.c.organisation_id == actor.organisation_id, _DOCUMENTS.c.id == document_id)
    ).one_or_none()
    db.session.rollback()
    if row is None:
        raise NotFoundError("There is no such document, or its file did not come with the import.")
    with ExitStack() as opening:
        path = opening.enter_context(store.fetched(row.stored_name, sha256=row.sha256))
        file = opening.enter_context(path.open("rb"))
        open_file = opening.pop_all()

    def sent() -> Iterator[bytes]:
        with open_file:
            yield from pieces(file)

    return FetchedDocument(safe_file_name(row.file_name), row.media_type or UNKNOWN_TYPE, row.size, sent())
