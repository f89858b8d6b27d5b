"""The contents of documents, as files to take away."""

from uuid import UUID

from flask import Blueprint, Response

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.extensions import current_settings
from phcs.services.document_reading import fetch_document
from phcs.services.store import open_store
from phcs.web.access import current_actor

bp = Blueprint("documents", __name__, url_prefix="/records/documents")


@bp.get("/<uuid:document_id>/file")
@requires(Permission.SEE_RECORDS)
def file(document_id: UUID) -> Response:
    """Give the file of a document; a browser saves it and never shows it as a page of ours (see `web.security`)."""
    store = open_store(current_settings().upload_store)
    found = fetch_document(actor=current_actor(), document_id=document_id, store=store)
    answer = Response(found.pieces, mimetype=found.media_type)
    answer.content_length = found.size
    answer.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    return answer
