"""What an upload holds beside its tables: measured once, before the rows of its documents are checked."""

from collections.abc import Iterable

import sqlalchemy as sa

from phcs.core.documents import UploadedFile
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.models.documents import ImportFile
from phcs.models.imports import Import, SourceTable
from phcs.services import bulk, leasing
from phcs.services.leasing import Claim
from phcs.services.limited_files import survey_upload
from phcs.services.stopwatch import Stopwatch
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

COLUMNS = ("import_id", "file_no", "organisation_id", "name", "size", "sha256", "media_type")
NAME_CHARACTERS = 1_000


def measure_files(*, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> None:
    """Have the files of the upload measured, if a table of documents is taken and nobody has done it yet.

    Raises UnreadableFileError, with a sentence, when the upload cannot be read.
    """
    if not _takes_documents(found) or _is_measured(found):
        return
    with watch.timing("read"), workshop.store.fetched(found.stored_name, sha256=found.file_sha256) as path:
        surveyed = survey_upload(path, name=found.file_name, limits=workshop.limits, child=workshop.child)
        files = list(surveyed)
    with transaction() as session:
        leasing.renew(session, claim, now=workshop.clock())
        session.execute(
            sa.delete(ImportFile).where(
                ImportFile.organisation_id == found.organisation_id, ImportFile.import_id == found.id
            )
        )
        bulk.insert_rows(session, ImportFile, COLUMNS, list(_rows(found, files)))


def files_of(found: Import) -> tuple[UploadedFile, ...]:
    """The measured files of an upload, in the order in which they lie there."""
    rows = db.session.execute(
        sa.select(ImportFile.name, ImportFile.size, ImportFile.sha256, ImportFile.media_type)
        .where(ImportFile.organisation_id == found.organisation_id, ImportFile.import_id == found.id)
        .order_by(ImportFile.file_no)
    )
    return tuple(UploadedFile(*row) for row in rows)


def _takes_documents(found: Import) -> bool:
    """Whether one of the tables that are not left out is of documents."""
    asked = sa.exists().where(
        SourceTable.organisation_id == found.organisation_id,
        SourceTable.import_id == found.id,
        SourceTable.kind == RecordKind.DOCUMENT.value,
        SourceTable.left_out == "",
    )
    return bool(db.session.scalar(sa.select(asked)))


def _is_measured(found: Import) -> bool:
    asked = sa.exists().where(
        ImportFile.organisation_id == found.organisation_id, ImportFile.import_id == found.id
    )
    return bool(db.session.scalar(sa.select(asked)))


def _rows(found: Import, files: Iterable[UploadedFile]) -> Iterable[tuple[object, ...]]:
    ids = (found.id, found.organisation_id)
    for number, one in enumerate(files, start=1):
        if len(one.name) <= NAME_CHARACTERS:
            yield (ids[0], number, ids[1], one.name, one.size, one.sha256, one.media_type)
