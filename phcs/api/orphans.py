"""Rows whose owner, pet or invoice is not there, and what becomes of them, for programs."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, Body, Field, described
from phcs.api.examples import OWNER_ID
from phcs.api.import_answers import details_of
from phcs.api.orphan_shapes import ORPHANS, OrphanGroupShape, OrphansShape
from phcs.api.reading_requests import sent_list
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.planning import OrphanChoice
from phcs.core.row_places import MOST_TABLES
from phcs.extensions import db
from phcs.queries.orphans import OrphanGroup, orphan_groups
from phcs.services.orphans import GivenDecision, decide_orphans, orphan_code_named
from phcs.tasks import hint

bp = Blueprint("api_orphans", __name__, url_prefix="/api/v1/imports/<uuid:import_id>")
problems.register(bp)

TAKE_BACK = "take_back"
MOST_DECISIONS = 2 * MOST_TABLES
DECISIONS = Field(
    "decisions",
    "Objects with `table` (1 where it is left out), `code` (`parent.missing` or `parent.rejected`), `choice` (`hold`, "
    "`placeholder`, `owner`, or `take_back`) and, for `owner`, the id of a live owner. One for each group at most.",
    "array",
    example=[{"table": 2, "code": "parent.missing", "choice": "owner", "owner": OWNER_ID}],
    required=True,
)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("/orphans")
@requires(Permission.SEE_IMPORTS)
@described("Orphans", Answer("The groups of orphans.", 200, OrphansShape, ORPHANS))
def orphans(import_id: UUID) -> Response:
    """List the rows whose owner, pet or invoice is not there, in groups that one decision is for."""
    return jsonify(_answer(import_id))


@bp.post("/orphans")
@requires(Permission.DECIDE_DUPLICATES)
@described(
    "Orphans",
    Answer("The groups as they were decided about; the plan is being made anew.", 202, OrphansShape, ORPHANS),
    body=Body((DECISIONS,)),
    refusals=("import.wrong_state",),
)
def decide(import_id: UUID) -> tuple[Response, int]:
    """Decide what becomes of orphans, all decisions or none. The plan is made anew with them.

    `hold` leaves them out, `owner` gives them to a known owner, `placeholder` to one owner per import who stands for
    nobody. A row that names a known owner goes to that one whenever it is not left out.
    """
    decide_orphans(actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, decisions=_sent())
    hint(import_id)
    return jsonify(_answer(import_id)), 202


def _answer(import_id: UUID) -> OrphansShape:
    state = details_of(import_id).row.state.value
    who = calling_actor().organisation_id
    groups = orphan_groups(db.session(), organisation_id=who, import_id=import_id)
    return {"groups": [_group(one) for one in groups], "state": state}


def _group(group: OrphanGroup) -> OrphanGroupShape:
    return {
        "table": group.table_no,
        "name": group.table_name,
        "code": group.code.value,
        "rows": group.rows,
        "held_back": group.held_back,
        "choice": group.choice.value if group.choice else "",
        "owner": str(group.owner_id or ""),
        "by": group.decided_by_name,
        "at": group.decided_at.isoformat() if group.decided_at else None,
        "first": [{"row": row.row_no, "belongs_to": row.belongs_to, "why": row.why} for row in group.first],
    }


def _sent() -> list[GivenDecision]:
    return [_one(one) for one in sent_list("decisions", most=MOST_DECISIONS)]


def _one(sent: Any) -> GivenDecision:
    try:
        table_no, code, word = sent.get("table", 1), str(sent["code"]), sent["choice"]
        owner_id = UUID(sent["owner"]) if sent.get("owner") else None
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise InvalidInputError(
            "Each decision is an object with “table”, “code”, “choice” and, for owner, “owner” (an id)."
        ) from error
    if type(table_no) is not int or not 1 <= table_no <= MOST_TABLES:
        raise InvalidInputError("“table” is the number of a table, 1 for the first.")
    if word not in {*OrphanChoice, TAKE_BACK}:
        raise InvalidInputError("“choice” is hold, placeholder, owner or take_back.")
    choice = None if word == TAKE_BACK else OrphanChoice(word)
    return GivenDecision(table_no, orphan_code_named(code).value, choice, owner_id)
