"""Rehearsals for programs: ask for one, look how it went."""

from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

from flask import Blueprint, Response, jsonify

from phcs.api import examples, problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, described
from phcs.core.access_marks import requires
from phcs.core.errors import NotFoundError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.rehearsals import RehearsalDetails, latest_rehearsal
from phcs.services.rehearsing import request_rehearsal
from phcs.tasks import hint_rehearsal

bp = Blueprint("api_rehearsal", __name__, url_prefix="/api/v1/imports/<uuid:import_id>/rehearsal")
problems.register(bp)


class RehearsalReport(TypedDict):
    """What was written and taken back: records by kind and action, entries of the trail, seconds by stage."""

    rows: int
    records: dict[str, dict[str, int]]
    events: int
    timings: dict[str, float]
    peak_memory_mb: int


class RehearsalShape(TypedDict):
    """One rehearsal: `waiting`, `running`, `fits`, `differs` or `failed`; `report` is null unless it fits."""

    id: str
    state: str
    fingerprint: str
    asked_by: str
    asked_at: str
    finished_at: str | None
    problem: str
    report: RehearsalReport | None


EXAMPLE: RehearsalShape = {
    "id": "0199a2c4-7f10-7a3e-9d6b-1c2d3e4f5a6b",
    "state": "fits",
    "fingerprint": examples.FINGERPRINT,
    "asked_by": "Ana Admin",
    "asked_at": "2026-11-21T09:00:00+00:00",
    "finished_at": "2026-11-21T09:00:04+00:00",
    "problem": "",
    "report": {
        "rows": 500,
        "records": {
            "owner": {"create": 310, "update": 12, "link": 160},
            "pet": {"create": 410, "update": 0, "link": 85},
        },
        "events": 977,
        "timings": {"promote": 0.61, "verify": 0.02},
        "peak_memory_mb": 140,
    },
}


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("")
@requires(Permission.SEE_IMPORTS)
@described("Imports", Answer("The rehearsal that was asked for last.", 200, RehearsalShape, EXAMPLE))
def show(import_id: UUID) -> Response:
    """Look at the rehearsal of an import that was asked for last. Nothing live is changed by a rehearsal."""
    return jsonify(_latest(import_id))


@bp.post("")
@requires(Permission.REHEARSE)
@described(
    "Imports",
    Answer("Asked for; look again until it is over.", 202, RehearsalShape, EXAMPLE | {"state": "waiting"}),
    refusals=("import.not_rehearsable",),
)
def ask(import_id: UUID) -> tuple[Response, int]:
    """Have a worker carry the plan out, count everything and take it all back, to see whether it fits."""
    hint_rehearsal(request_rehearsal(actor=calling_actor(), now=datetime.now(UTC), import_id=import_id))
    return jsonify(_latest(import_id)), 202


def _latest(import_id: UUID) -> RehearsalShape:
    db.session.rollback()  # what was just asked for is to be seen
    found = latest_rehearsal(
        db.session(), organisation_id=calling_actor().organisation_id, import_id=import_id
    )
    if found is None:
        raise NotFoundError("This import was not rehearsed.")
    return rehearsal_as_json(found)


def rehearsal_as_json(found: RehearsalDetails) -> RehearsalShape:
    """A rehearsal as programs see it."""
    return {
        "id": str(found.id),
        "state": found.state.value,
        "fingerprint": found.fingerprint,
        "asked_by": found.asked_by_name,
        "asked_at": found.asked_at.isoformat(),
        "finished_at": found.finished_at.isoformat() if found.finished_at else None,
        "problem": found.problem,
        "report": RehearsalReport(**found.report) if found.report else None,  # type: ignore[typeddict-item]
    }
