"""Verification for programs: the report on a promoted import, made when it is first asked for."""

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from flask import Blueprint, Response, jsonify

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, Body, Field, described
from phcs.api.import_answers import details_of
from phcs.api.reading_requests import said, sent_fields
from phcs.api.verification_shapes import VERIFICATION, VerificationShape
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.permissions import Permission
from phcs.core.verifying.sampling import LARGEST_SAMPLE, USUAL_SAMPLE
from phcs.extensions import current_settings, db
from phcs.queries.verification_reports import ReportDetails, latest_report, open_report
from phcs.services.verification import INLINE_ROWS, request_by_itself, request_verification
from phcs.services.verification_working import make_verification
from phcs.services.working import workshop_from
from phcs.tasks import hint_verification

bp = Blueprint("api_verification", __name__, url_prefix="/api/v1/imports/<uuid:import_id>/verification")
problems.register(bp)

_ANSWER = Answer(
    "The newest report; while one is being made, how far it is.", 200, VerificationShape, VERIFICATION
)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("")
@requires(Permission.SEE_IMPORTS)
@described("Verification", _ANSWER, refusals=("import.not_promoted",))
def show(import_id: UUID) -> Response:
    """Look at the newest verification report of an import; the first is made when it is first asked for.

    For a large import a worker makes it: `state` says `requested` or `running` until it is `done`. Look again then.
    """
    found = details_of(import_id)
    if _latest(import_id) is None and request_by_itself(import_id=import_id, now=datetime.now(UTC)):
        _make(import_id, rows=found.row.rows)
    return _answer(import_id)


@bp.post("")
@requires(Permission.VERIFY)
@described(
    "Verification",
    Answer("The report, or how far it is.", 202, VerificationShape, VERIFICATION),
    body=Body(
        (
            Field("seed", "Draws the same sample again; else one is drawn.", example="4d2fe454"),
            Field("sample", "How many rows are compared side by side.", "integer", default=USUAL_SAMPLE),
        )
    ),
    refusals=("import.not_promoted",),
)
def ask(import_id: UUID) -> tuple[Response, int]:
    """Have an import verified anew: file and records are read again and everything is counted. Nothing is changed."""
    found = details_of(import_id)
    asked = request_verification(
        actor=calling_actor(),
        now=datetime.now(UTC),
        import_id=import_id,
        seed=said("seed"),
        sample_size=_sample_size(),
    )
    if asked:
        _make(import_id, rows=found.row.rows)
    return _answer(import_id, newest=True), 202


def _make(import_id: UUID, *, rows: int) -> None:
    """Make a small report at once; leave a large one to a worker."""
    if rows <= INLINE_ROWS:
        make_verification(import_id=import_id, workshop=workshop_from(current_settings()))
    else:
        hint_verification(import_id)


def _sample_size() -> int:
    wanted = sent_fields().get("sample", USUAL_SAMPLE)
    if isinstance(wanted, int) and not isinstance(wanted, bool):
        return wanted
    if not str(wanted).isdecimal():
        raise InvalidInputError(f"“sample” is a whole number from 0 to {LARGEST_SAMPLE}.")
    return int(wanted)


def _latest(import_id: UUID) -> ReportDetails | None:
    db.session.rollback()  # what was just made is to be seen
    organisation_id = calling_actor().organisation_id
    return latest_report(db.session(), organisation_id=organisation_id, import_id=import_id)


def _answer(import_id: UUID, *, newest: bool = False) -> Response:
    found = _latest(import_id)
    if newest:
        organisation_id = calling_actor().organisation_id
        found = open_report(db.session(), organisation_id=organisation_id, import_id=import_id) or found
    if found is None:
        raise NotFoundError("There is no verification of this import.")
    answer = {
        **found.as_json(),
        "state": found.state.value,
        "number": found.number,
        "result": found.result or None,
        "digest": found.digest or None,
        "failure": found.failure or None,
    }
    return jsonify(cast("VerificationShape", answer))
