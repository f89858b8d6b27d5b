"""What is decided about an import, for programs: approve, send back, abort."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify

from phcs.api import examples, problems
from phcs.api.access import calling_actor, check_access
from phcs.api.confirmations import CONFIRMATIONS, sent_confirmations
from phcs.api.describing import Answer, Body, Field, described
from phcs.api.import_answers import details_of, import_answer
from phcs.api.reading_requests import said
from phcs.api.shapes import ImportShape
from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.row_numbers import read_row_places
from phcs.services.approval import abort_import, approve_import, send_back_import
from phcs.tasks import hint

bp = Blueprint("api_decisions", __name__, url_prefix="/api/v1/imports/<uuid:import_id>")
problems.register(bp)

FINGERPRINT = Field(
    "fingerprint",
    "`plan.fingerprint` of the import as you looked at it.",
    example=examples.FINGERPRINT,
    required=True,
)
REASON = Field("reason", "Why, for whoever uploaded it.", example="Wrong month.")
_DECIDED = ("import.already_decided", "import.wrong_state")
_ANSWER = Answer("The import as it is now.", 202, ImportShape, examples.IMPORT)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.post("/approve")
@requires(Permission.APPROVE)
@described(
    "Decisions",
    _ANSWER,
    body=Body((FINGERPRINT, CONFIRMATIONS)),
    refusals=("plan.stale", "import.has_errors", "import.four_eyes", "confirmation_needed", *_DECIDED),
)
def approve(import_id: UUID) -> tuple[Response, int]:
    """Approve exactly the plan with this fingerprint; a worker then makes it live, all of it or nothing.

    Refused with `plan.stale` when the plan is another by now, and with `import.four_eyes` when the organisation
    wants a second person. `confirmation_needed` names what is unusual about the file: approve again with a reason
    for each in `confirmations`.
    """
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


@bp.post("/send-back")
@requires(Permission.APPROVE)
@described(
    "Decisions",
    _ANSWER,
    body=Body(
        (
            Field("reason", "What has to be changed.", example="Wrong month.", required=True),
            Field("rows", "Because of these rows, as the file counts them: 4, 17-20.", example="4, 17-20"),
        )
    ),
    refusals=_DECIDED,
)
def send_back(import_id: UUID) -> tuple[Response, int]:
    """Send an import back with a reason, pinned to rows if you name some; it stays in review."""
    return _decided(
        import_id,
        lambda: send_back_import(
            actor=calling_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            reason=said("reason"),
            rows=read_row_places([said("rows")]),
        ),
    )


@bp.post("/abort")
@requires(Permission.ABORT)
@described("Decisions", _ANSWER, body=Body((REASON,)), refusals=_DECIDED)
def abort(import_id: UUID) -> tuple[Response, int]:
    """Decline an import; nothing live changes and its staged rows are dropped."""
    return _decided(
        import_id,
        lambda: abort_import(
            actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, reason=said("reason")
        ),
    )


def _decided(import_id: UUID, use_case: Callable[[], None]) -> tuple[Response, int]:
    use_case()
    hint(import_id)
    return jsonify(import_answer(details_of(import_id))), 202
