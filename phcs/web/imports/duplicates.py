"""Rows whose owner may be somebody PHCS knows: a person decides, one question at a time, side by side."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError, UseCaseError
from phcs.core.matching.questions import Answer
from phcs.core.permissions import Permission
from phcs.core.row_places import RowPlace, parse_row_place
from phcs.core.sample_files import BYTE_ORDER_MARK
from phcs.core.spreadsheet_text import safe_cell
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.queries.imports import ImportDetails
from phcs.queries.match_answers import AnswerLine, alike_count, answer_lines, open_count, open_row
from phcs.queries.match_questions import MatchQuestion, match_question
from phcs.queries.matches import MATCH_COLUMNS, Match, matches
from phcs.services.deciding import apply_answers, decide_matches, take_back_answers
from phcs.services.given_answers import GivenAnswer
from phcs.web.access import current_actor, may
from phcs.web.imports.looking import decided, details_of
from phcs.web.row_addresses import row_words

bp = Blueprint("duplicates", __name__)
LINES_AT_ONCE = 500

SAID = {
    Answer.SAME: "Row {}: the same person.",
    Answer.DIFFERENT: "Row {}: different people. Nobody is asked about these two again.",
    Answer.BOTH: "Row {}: both are kept for now.",
}


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question with what stands around it; None where there is none."""

    question: MatchQuestion | None
    given: AnswerLine | None
    alike: int
    remaining: int
    before: RowPlace | None
    after: RowPlace | None


@bp.get("/<uuid:import_id>/duplicates")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show one question: the first open one, or that of the row in the address."""
    found = details_of(import_id)
    return render_template(
        "imports/duplicates.html",
        found=found,
        shown=_shown(import_id, parse_row_place(request.args.get("row", ""))),
        may_decide=may_decide(found),
    )


@bp.post("/<uuid:import_id>/duplicates/<row:place>/decide")
@requires(Permission.DECIDE_DUPLICATES)
def decide(import_id: UUID, place: RowPlace) -> ResponseReturnValue:
    """Keep the answer for one row and go on to the next question."""
    answer, owner_id = asked_answer(), _owner(request.form.get("owner", ""))
    return said(
        lambda: decide_matches(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            decisions=[GivenAnswer(place.row_no, owner_id, answer, place.table_no)],
        ),
        SAID[answer].format(row_words(place, details_of(import_id))),
        lambda: question_address(import_id, _next(import_id, place)),
    )


@bp.post("/<uuid:import_id>/duplicates/<row:place>/take-back")
@requires(Permission.DECIDE_DUPLICATES)
def take_back(import_id: UUID, place: RowPlace) -> ResponseReturnValue:
    """Take the answer for one row back."""
    owner_id = _owner(request.form.get("owner", ""))
    return said(
        lambda: take_back_answers(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, pairs=[(place, owner_id)]
        ),
        f"Row {row_words(place, details_of(import_id))}: the answer is taken back.",
        lambda: question_address(import_id, place),
    )


@bp.post("/<uuid:import_id>/duplicates/apply")
@requires(Permission.DECIDE_DUPLICATES)
def apply(import_id: UUID) -> ResponseReturnValue:
    """Have the plan made anew with all the answers."""
    return decided(
        import_id,
        lambda: apply_answers(actor=current_actor(), now=datetime.now(UTC), import_id=import_id),
        said="The plan is being made anew with the answers.",
        back=url_for("imports.duplicates.show", import_id=import_id),
    )


@bp.get("/<uuid:import_id>/matches.csv")
@requires(Permission.SEE_IMPORTS)
def download(import_id: UUID) -> Response:
    """Download every match with its answer and the reason."""
    found = details_of(import_id)
    lines = matches(db.session(), organisation_id=current_actor().organisation_id, import_id=found.row.id)
    name = f"matches-{found.row.id}.csv"
    return Response(
        stream_with_context(_as_csv(lines)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def may_decide(found: ImportDetails) -> bool:
    """Whether this person may answer now."""
    return found.row.state is ImportState.REVIEW and may(Permission.DECIDE_DUPLICATES)


class OfImport(TypedDict):
    """What every question about an import names."""

    organisation_id: UUID
    import_id: UUID


def of_import_named(import_id: UUID) -> OfImport:
    """Name the import and the organisation of who looks."""
    return {"organisation_id": current_actor().organisation_id, "import_id": import_id}


def asked_answer() -> Answer:
    """The answer that a form sends; raises InvalidInputError for none."""
    text = request.form.get("answer", "")
    if text not in set(Answer):
        raise InvalidInputError("Say whether they are the same person.")
    return Answer(text)


def question_address(import_id: UUID, place: RowPlace | None) -> str:
    """The page of a question, where it says how many remain."""
    return url_for(
        "imports.duplicates.show", import_id=import_id, row=place and f"{place}", _anchor="standing"
    )


def said(use_case: Callable[[], object], sentence: str, address: Callable[[], str]) -> ResponseReturnValue:
    """Carry an answer out, say so or why not, and go on to the address, which is asked for afterwards."""
    try:
        use_case()
    except (NotFoundError, NotAllowedError):
        raise
    except UseCaseError as problem:
        flash(problem.sentence, category="danger")
    else:
        flash(sentence, category="success")
    return redirect(address())


def _shown(import_id: UUID, place: RowPlace | None) -> QuestionPage:
    session, of_import = db.session(), of_import_named(import_id)
    place = place if place is not None else open_row(session, **of_import)
    remaining = open_count(session, **of_import)
    if place is None:
        return QuestionPage(None, None, 0, remaining, None, None)
    answers = answer_lines(session, place=place, **of_import).rows
    return QuestionPage(
        question=match_question(session, place=place, **of_import),
        given=answers[0] if answers else None,
        alike=alike_count(session, place=place, **of_import),
        remaining=remaining,
        before=open_row(session, before=place, **of_import),
        after=open_row(session, after=place, **of_import),
    )


def _next(import_id: UUID, place: RowPlace) -> RowPlace | None:
    """The next open question; after the last one the first, None when all are answered."""
    session, of_import = db.session(), of_import_named(import_id)
    after = open_row(session, after=place, **of_import)
    return after if after is not None else open_row(session, **of_import)


def _as_csv(found: Iterable[Match]) -> Iterator[str]:
    """The download, some hundred lines at a time, with the mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(MATCH_COLUMNS)
    for number, match in enumerate(found, start=1):
        writer.writerow(map(safe_cell, match.cells()))
        if number % LINES_AT_ONCE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _owner(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError("This form names no owner. Open the list again.") from error
