"""The contents of documents for programs."""

from uuid import UUID

from flask import Blueprint, Response

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, described
from phcs.core.access_marks import requires
from phcs.core.documents import UNKNOWN_TYPE
from phcs.core.permissions import Permission
from phcs.extensions import current_settings
from phcs.services.document_reading import fetch_document
from phcs.services.store import open_store

bp = Blueprint("api_documents", __name__, url_prefix="/api/v1/documents")
problems.register(bp)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("/<uuid:document_id>/file")
@requires(Permission.SEE_RECORDS)
@described(
    "Records",
    Answer("The file, under its own name.", 200, None, "%PDF-1.7 …", (UNKNOWN_TYPE,)),
    refusals=("not_found", "file.missing"),
)
def file(document_id: UUID) -> Response:
    """Fetch the file of a document, as bytes of no type; what it is, its record tells by its contents. Never run it."""
    store = open_store(current_settings().upload_store)
    found = fetch_document(actor=calling_actor(), document_id=document_id, store=store)
    answer = Response(found.pieces, mimetype=UNKNOWN_TYPE)
    answer.content_length = found.size
    answer.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    return answer
