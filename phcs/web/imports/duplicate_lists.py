"""All questions about duplicates and all answers, as lists; and one answer for all questions that are alike."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.matching.questions import Answer
from phcs.core.permissions import Permission
from phcs.core.row_places import RowPlace
from phcs.extensions import db
from phcs.queries.imports import ImportDetails
from phcs.queries.match_answers import alike_count, answer_lines, open_count, question_lines
from phcs.queries.match_questions import LinkedRow, linked_rows, match_question
from phcs.queries.paging import Page
from phcs.services.deciding import MOST_AT_ONCE, AlikeQuestion, decide_alike
from phcs.web.access import current_actor
from phcs.web.imports.duplicates import asked_answer, may_decide, of_import_named, question_address, said
from phcs.web.imports.looking import details_of

bp = Blueprint("duplicate_lists", __name__)

SHOWN = {
    "open": "Open questions",
    "answered": "All answers",
    Answer.SAME.value: "Answered: same person",
    Answer.DIFFERENT.value: "Answered: different people",
    Answer.BOTH.value: "Answered: keep both for now",
    "linked": "Linked to known owners",
}
COUNTED = {Answer.SAME: "the same person", Answer.DIFFERENT: "different people", Answer.BOTH: "kept both"}


@bp.get("/<uuid:import_id>/duplicates/list")
@requires(Permission.SEE_IMPORTS)
def index(import_id: UUID) -> str:
    """List questions or answers, a page at a time."""
    found, session = details_of(import_id), db.session()
    shown = request.args.get("show", "open")
    shown = shown if shown in SHOWN else "open"
    of_import = of_import_named(import_id)
    cursor = request.args.get("cursor")
    answer = Answer(shown) if shown in set(Answer) else None
    is_of_answers = answer is not None or shown == "answered"
    return render_template(
        "imports/duplicate_list.html",
        found=found,
        shown=shown,
        choices=SHOWN,
        questions=question_lines(session, cursor=cursor, **of_import) if shown == "open" else None,
        answers=answer_lines(session, answer=answer, cursor=cursor, **of_import) if is_of_answers else None,
        linked=_linked(found, cursor) if shown == "linked" else None,
        remaining=open_count(session, **of_import),
        may_decide=may_decide(found),
    )


def _linked(found: ImportDetails, cursor: str | None) -> Page[LinkedRow]:
    """The rows that were linked; a plan that links nobody is not searched for them."""
    owners = found.plan_counts.get("owner", {})
    if not any(owners.get(action) for action in ("link", "update", "unchanged")):
        return Page(())
    return linked_rows(db.session(), cursor=cursor, **of_import_named(found.row.id))


@bp.get("/<uuid:import_id>/duplicates/<row:place>/alike")
@requires(Permission.SEE_IMPORTS)
def alike(import_id: UUID, place: RowPlace) -> str:
    """Show every open question of the same kind, before they are answered at once."""
    found, session = details_of(import_id), db.session()
    of_import = of_import_named(import_id)
    number = alike_count(session, place=place, **of_import)
    return render_template(
        "imports/alike.html",
        found=found,
        place=place,
        question=match_question(session, place=place, **of_import),
        number=min(number, MOST_AT_ONCE),
        alike=number,
        lines=question_lines(session, alike=place, cursor=request.args.get("cursor"), **of_import),
        may_decide=may_decide(found),
    )


@bp.post("/<uuid:import_id>/duplicates/<row:place>/alike")
@requires(Permission.DECIDE_DUPLICATES)
def decide_all(import_id: UUID, place: RowPlace) -> ResponseReturnValue:
    """Give one answer to all the questions that the person has seen."""
    answer = asked_answer()
    try:
        number = int(request.form.get("number", ""))
    except ValueError as error:
        raise InvalidInputError("This form is not complete. Look at the alike rows again.") from error
    asked = AlikeQuestion(place, number, request.form.get("fingerprint", ""))
    return said(
        lambda: decide_alike(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, asked=asked, answer=answer
        ),
        f"{number:,} rows: {COUNTED[answer]}.",
        lambda: question_address(import_id, None),
    )
