"""The mission's own names for the same endpoints, for a signed-in person and for a program with a key."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, url_for

from phcs.api import examples, problems
from phcs.api.access import calling_actor, check_access
from phcs.api.confirmations import CONFIRMATIONS, sent_confirmations
from phcs.api.decisions import FINGERPRINT, REASON
from phcs.api.describing import MULTIPART, Answer, Body, described
from phcs.api.import_answers import details_of, import_answer
from phcs.api.imports import HISTORY_FILTERS, STATES, UPLOAD_FIELDS
from phcs.api.reading_requests import moment, one_of, page_size, plain, said
from phcs.api.shapes import AdminHistoryShape, ImportShape
from phcs.api.uploads import allow_a_file, take_file
from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.import_report import history_entry_as_json
from phcs.queries.imports import HistoryFilter, recent_imports
from phcs.services.approval import abort_import, approve_import
from phcs.tasks import hint

bp = Blueprint("api_admin", __name__, url_prefix="/api/admin/import")
problems.register(bp)

_SECTION = "Under the mission's names"
_ANSWER = Answer("The import as it is now.", 202, ImportShape, examples.IMPORT)
_FORM_FIELDS = tuple(field for field in UPLOAD_FIELDS if field.name != "wait")


@bp.before_request
def admit() -> None:
    """Let a known caller in; an upload may then be as large as a file may be."""
    check_access()
    if request.endpoint == "api_admin.upload":
        allow_a_file()


@bp.post("")
@requires(Permission.UPLOAD)
@described(_SECTION, _ANSWER, body=Body(_FORM_FIELDS, MULTIPART), refusals=("import.external_id_taken",))
def upload() -> tuple[Response, int]:
    """Upload one file; it is read by a worker, so the answer says where to look."""
    return _answer(take_file()), 202


@bp.get("/history")
@requires(Permission.SEE_IMPORTS)
@described(
    _SECTION,
    Answer("A page of imports, newest first.", 200, AdminHistoryShape, examples.ADMIN_HISTORY),
    query=HISTORY_FILTERS,
)
def history() -> Response:
    """List imports, newest first; `next` is the cursor of the following page."""
    page = recent_imports(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        wanted=HistoryFilter(
            state=one_of("state", STATES),
            source=plain("source"),
            text=plain("text"),
            external_id=plain("external_id"),
            since=moment("since"),
            until=moment("until"),
        ),
        cursor=request.args.get("cursor"),
        size=page_size(),
    )
    return jsonify(imports=[history_entry_as_json(row) for row in page.rows], next=page.next)


@bp.get("/<uuid:import_id>")
@requires(Permission.SEE_IMPORTS)
@described(_SECTION, Answer("The import as it is now.", 200, ImportShape, examples.IMPORT))
def show(import_id: UUID) -> Response:
    """Look at one import: state, progress, counts and plan."""
    return _answer(import_id)


@bp.post("/<uuid:import_id>/approve")
@requires(Permission.APPROVE)
@described(
    _SECTION,
    _ANSWER,
    body=Body((FINGERPRINT, CONFIRMATIONS)),
    refusals=(
        "plan.stale",
        "import.has_errors",
        "import.four_eyes",
        "confirmation_needed",
        "import.already_decided",
    ),
)
def approve(import_id: UUID) -> tuple[Response, int]:
    """Approve the plan with this fingerprint; promotion follows."""
    return _decided(
        import_id,
        lambda: approve_import(
            actor=calling_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            fingerprint=said("fingerprint"),
            confirmations=sent_confirmations(),
        ),
    )


@bp.post("/<uuid:import_id>/abort")
@requires(Permission.ABORT)
@described(_SECTION, _ANSWER, body=Body((REASON,)), refusals=("import.already_decided",))
def abort(import_id: UUID) -> tuple[Response, int]:
    """Decline the import; nothing live changes."""
    return _decided(
        import_id,
        lambda: abort_import(
            actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, reason=said("reason")
        ),
    )


def _decided(import_id: UUID, use_case: Callable[[], None]) -> tuple[Response, int]:
    use_case()
    hint(import_id)
    return _answer(import_id), 202


def _answer(import_id: UUID) -> Response:
    details = details_of(import_id)
    answer = import_answer(details, self_endpoint="api_admin.show")
    if details.row.state == "review":
        answer["links"]["approve"] = url_for("api_admin.approve", import_id=import_id)
        answer["links"]["abort"] = url_for("api_admin.abort", import_id=import_id)
    return jsonify(answer)
