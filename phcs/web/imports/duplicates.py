"""Rows whose owner may be somebody PHCS knows: a person decides, side by side."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.queries.match_questions import linked_rows, match_questions
from phcs.services.deciding import decide_match
from phcs.web.access import current_actor, may
from phcs.web.imports.looking import decided, details_of

bp = Blueprint("duplicates", __name__)
ANSWERS = {"same": True, "different": False}


@bp.get("/<uuid:import_id>/duplicates")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the open questions, and examples of rows that were linked without one."""
    found, session = details_of(import_id), db.session()
    organisation_id = current_actor().organisation_id
    return render_template(
        "imports/duplicates.html",
        found=found,
        questions=match_questions(
            session, organisation_id=organisation_id, import_id=import_id, cursor=request.args.get("cursor")
        ),
        linked=linked_rows(session, organisation_id=organisation_id, import_id=import_id),
        may_decide=found.row.state is ImportState.REVIEW and may(Permission.DECIDE_DUPLICATES),
    )


@bp.post("/<uuid:import_id>/duplicates/<int:row_no>/decide")
@requires(Permission.DECIDE_DUPLICATES)
def decide(import_id: UUID, row_no: int) -> ResponseReturnValue:
    """Keep the answer for one row; the plan is then made anew."""
    same, owner_id = _answer(request.form.get("answer", "")), _owner(request.form.get("owner", ""))
    return decided(
        import_id,
        lambda: decide_match(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            row_no=row_no,
            owner_id=owner_id,
            same=same,
        ),
        said=f"Your answer for row {row_no} is kept. The plan is being made anew.",
        back=url_for("imports.duplicates.show", import_id=import_id),
    )


def _answer(text: str) -> bool:
    if text not in ANSWERS:
        raise InvalidInputError("Say whether they are the same person.")
    return ANSWERS[text]


def _owner(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError("This form names no owner. Open the list again.") from error
