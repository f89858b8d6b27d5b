"""Undo and redo for programs: ask, look, approve or withdraw."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify

from phcs.api import examples, problems
from phcs.api.access import calling_actor, check_access
from phcs.api.decisions import FINGERPRINT, REASON
from phcs.api.describing import Answer, Body, Field, described
from phcs.api.reading_requests import said
from phcs.api.shapes import ReversalShape, UndoShape
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.undoing import Direction
from phcs.extensions import current_settings, db
from phcs.queries.reversals import ReversalDetails, reversals_of, undo_offer
from phcs.services.undoing import approve_reversal, request_redo, request_undo, withdraw_reversal
from phcs.tasks import hint

bp = Blueprint("api_undo", __name__, url_prefix="/api/v1/imports/<uuid:import_id>/undo")
problems.register(bp)

_USE_CASES = {Direction.UNDO: request_undo, Direction.REDO: request_redo}
_DIRECTIONS = tuple(direction.value for direction in Direction)
_ANSWER = Answer("What is offered, and every undo and redo so far.", 202, UndoShape, examples.UNDO)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("")
@requires(Permission.SEE_IMPORTS)
@described("Undo", Answer("What is offered, and every undo and redo.", 200, UndoShape, examples.UNDO))
def show(import_id: UUID) -> Response:
    """Look at the undos and redos of an import, and at what can be asked for now."""
    return _answer(import_id)


@bp.post("")
@requires(Permission.UNDO)
@described(
    "Undo",
    _ANSWER,
    body=Body((Field("direction", "Which way.", choices=_DIRECTIONS, default=Direction.UNDO.value),)),
    refusals=("import.wrong_state",),
)
def ask(import_id: UUID) -> tuple[Response, int]:
    """Ask to take a promoted import back, or its undo; a worker works out what would happen, nothing changes yet."""
    direction = said("direction") or Direction.UNDO.value
    if direction not in _DIRECTIONS:
        raise InvalidInputError("“direction” is undo or redo.")
    return _decided(
        import_id,
        lambda: _USE_CASES[Direction(direction)](
            actor=calling_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            undo_days=current_settings().undo_days,
        ),
    )


@bp.post("/approve")
@requires(Permission.APPROVE)
@described(
    "Undo",
    _ANSWER,
    body=Body((FINGERPRINT,)),
    refusals=("plan.stale", "import.four_eyes", "import.already_decided", "import.wrong_state"),
)
def approve(import_id: UUID) -> tuple[Response, int]:
    """Approve exactly the undo or redo with this fingerprint; a worker then carries it out."""
    return _decided(
        import_id,
        lambda: approve_reversal(
            actor=calling_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            fingerprint=said("fingerprint"),
        ),
    )


@bp.post("/withdraw")
@requires(Permission.SEE_IMPORTS)
@described(
    "Undo",
    _ANSWER,
    body=Body((REASON,)),
    refusals=("import.already_decided", "import.wrong_state"),
)
def withdraw(import_id: UUID) -> tuple[Response, int]:
    """Drop an undo or redo that nobody approved yet; needs the right to undo or to approve."""
    return _decided(
        import_id,
        lambda: withdraw_reversal(
            actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, reason=said("reason")
        ),
    )


def _decided(import_id: UUID, use_case: Callable[[], object]) -> tuple[Response, int]:
    use_case()
    hint(import_id)
    return _answer(import_id), 202


def _answer(import_id: UUID) -> Response:
    db.session.rollback()  # what was just decided is to be seen
    organisation_id = calling_actor().organisation_id
    offer = undo_offer(
        db.session(),
        organisation_id=organisation_id,
        import_id=import_id,
        now=datetime.now(UTC),
        undo_days=current_settings().undo_days,
    )
    reversals = reversals_of(db.session(), organisation_id=organisation_id, import_id=import_id)
    answer: UndoShape = {
        "offered": offer.direction.value if offer.direction else None,
        "until": offer.until.isoformat() if offer.until else None,
        "refusal": offer.refusal,
        "reversals": [_reversal(one) for one in reversals],
    }
    return jsonify(answer)


def _reversal(found: ReversalDetails) -> ReversalShape:
    return {
        "number": found.number,
        "direction": found.direction.value,
        "state": found.state.value,
        "fingerprint": found.fingerprint,
        "records": {bucket.value: number for bucket, number in found.counts.items()},
        "requested_by": found.requested_by_name,
        "requested_at": found.requested_at.isoformat(),
        "decided_by": found.decided_by_name or None,
        "decided_at": found.decided_at.isoformat() if found.decided_at else None,
        "finished_at": found.finished_at.isoformat() if found.finished_at else None,
    }
