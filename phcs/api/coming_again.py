"""A later export of a source: facts changed both there and here, and records that it names no more, for programs."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.coming_again_shapes import (
    COMING_AGAIN,
    ComingAgainShape,
    ConflictGroupShape,
    GoneShape,
)
from phcs.api.describing import Answer, Body, Field, described
from phcs.api.import_answers import details_of
from phcs.api.reading_requests import sent_list
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.queries.conflicts import ConflictGroup, conflict_groups
from phcs.queries.gone_records import GoneRecords, gone_records
from phcs.services.conflicts import GivenTake, decide_conflicts
from phcs.tasks import hint

bp = Blueprint("api_coming_again", __name__, url_prefix="/api/v1/imports/<uuid:import_id>")
problems.register(bp)

OURS, THEIRS = "ours", "theirs"
MOST_DECISIONS = 1_000
DECISIONS = Field(
    "decisions",
    "Objects with `kind` (of the record), `fact` (left out for every fact of the kind) and `take`: `ours` or `theirs`.",
    "array",
    example=[{"kind": "vaccination", "fact": "lot", "take": THEIRS}],
    required=True,
)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("/coming-again")
@requires(Permission.SEE_IMPORTS)
@described(
    "Coming again", Answer("Conflicts by fact, and records gone.", 200, ComingAgainShape, COMING_AGAIN)
)
def coming_again(import_id: UUID) -> Response:
    """List the facts that people and the source have both changed since the last import, and what is named no more.

    Of a fact that both have changed ours stays, unless a decision takes theirs. Nothing that is gone is deleted.
    """
    return jsonify(_answer(import_id))


@bp.post("/coming-again")
@requires(Permission.DECIDE_DUPLICATES)
@described(
    "Coming again",
    Answer("The conflicts as decided; the plan is being made anew.", 202, ComingAgainShape, COMING_AGAIN),
    body=Body((DECISIONS,)),
    refusals=("import.wrong_state",),
)
def decide(import_id: UUID) -> tuple[Response, int]:
    """Decide whose value holds, per fact or for all facts of a kind; all decisions or none. The plan is made anew."""
    decide_conflicts(actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, takes=_sent())
    hint(import_id)
    return jsonify(_answer(import_id)), 202


def _answer(import_id: UUID) -> ComingAgainShape:
    state = details_of(import_id).row.state.value
    session, who = db.session(), calling_actor().organisation_id
    conflicts = conflict_groups(session, organisation_id=who, import_id=import_id)
    gone = gone_records(session, organisation_id=who, import_id=import_id)
    return {
        "conflicts": [_conflict(one) for one in conflicts],
        "gone": [_gone(one) for one in gone],
        "state": state,
    }


def _conflict(group: ConflictGroup) -> ConflictGroupShape:
    return {
        "kind": group.kind.value,
        "fact": group.fact,
        "rows": group.rows,
        "take": THEIRS if group.takes_theirs else OURS,
        "by": group.decided_by_name,
        "first": [
            {"table": row.table_no, "row": row.row_no, "ours": row.ours, "theirs": row.theirs}
            for row in group.first
        ],
    }


def _gone(gone: GoneRecords) -> GoneShape:
    return {
        "kind": gone.kind.value,
        "source": gone.source,
        "number": gone.number,
        "first": [
            {"external_id": external_id, "record": str(record_id)} for external_id, record_id in gone.first
        ],
    }


def _sent() -> list[GivenTake]:
    return [_one(one) for one in sent_list("decisions", most=MOST_DECISIONS)]


def _one(sent: Any) -> GivenTake:
    try:
        kind, fact, take = RecordKind(sent["kind"]), str(sent.get("fact", "")), sent["take"]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise InvalidInputError(
            "Each decision is an object with “kind” (of a record), “fact” and “take”."
        ) from error
    if take not in {OURS, THEIRS}:
        raise InvalidInputError("“take” is ours or theirs.")
    return GivenTake(kind, fact, take == THEIRS)
