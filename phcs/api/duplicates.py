"""Questions about duplicates and their answers, for programs."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import PAGING, Answer, Body, Field, described
from phcs.api.duplicate_shapes import (
    DUPLICATES,
    KEPT,
    DuplicatesShape,
    GivenAnswerShape,
    KeptAnswersShape,
    QuestionShape,
)
from phcs.api.examples import OWNER_ID
from phcs.api.import_answers import details_of
from phcs.api.reading_requests import one_of, page_size, sent_fields, sent_list
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.matching.questions import Answer as Said
from phcs.core.permissions import Permission
from phcs.core.row_places import MOST_TABLES, RowPlace
from phcs.extensions import db
from phcs.queries.match_answers import AnswerLine, answer_lines, open_count, waiting_answers
from phcs.queries.match_questions import MatchQuestion, match_questions
from phcs.services.deciding import apply_answers, decide_matches, take_back_answers
from phcs.services.given_answers import GivenAnswer, Pair
from phcs.tasks import hint

bp = Blueprint("api_duplicates", __name__, url_prefix="/api/v1/imports/<uuid:import_id>")
problems.register(bp)

MOST_ANSWERS = 10_000
SHOWN = ("open", "answered")
TAKE_BACK = "take_back"
_ONE = {"row": 17, "owner": OWNER_ID, "answer": "same"}
ANSWERS = Field(
    "answers",
    "Objects with `table` (1 where it is left out), `row`, `owner` and `answer`: `same`, `different` (kept for ever), "
    "`both` (a new owner, asked again next time), or `take_back`. At most 10,000.",
    "array",
    example=[_ONE],
    required=True,
)
APPLY = Field(
    "apply", "Whether the plan is made anew at once; otherwise the answers wait.", "boolean", default=True
)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("/duplicates")
@requires(Permission.SEE_IMPORTS)
@described(
    "Duplicates",
    Answer("A page of open questions, or of answers.", 200, DuplicatesShape, DUPLICATES),
    query=(Field("show", "What to list.", choices=SHOWN, default="open"), *PAGING),
)
def duplicates(import_id: UUID) -> Response:
    """List the pairs to decide: the row beside the known owner, with what speaks for and against.

    With `show=answered` the answers that were given, with who gave them, when, and by which rules it was asked.
    """
    details_of(import_id)
    session, who = db.session(), calling_actor().organisation_id
    cursor, size = request.args.get("cursor"), page_size()
    is_of_answers = one_of("show", SHOWN) == "answered"
    answers = questions = None
    if is_of_answers:
        answers = answer_lines(session, organisation_id=who, import_id=import_id, cursor=cursor, size=size)
    else:
        questions = match_questions(
            session, organisation_id=who, import_id=import_id, cursor=cursor, size=size
        )
    page = answers or questions
    answer: DuplicatesShape = {
        "questions": [question_answer(one) for one in questions.rows] if questions else [],
        "answers": [given_answer(one) for one in answers.rows] if answers else [],
        "open": open_count(session, organisation_id=who, import_id=import_id),
        "waiting_answers": waiting_answers(session, organisation_id=who, import_id=import_id),
        "next": page.next if page else None,
    }
    return jsonify(answer)


@bp.post("/duplicates")
@requires(Permission.DECIDE_DUPLICATES)
@described(
    "Duplicates",
    Answer("How many answers were kept, and what is still open.", 202, KeptAnswersShape, KEPT),
    body=Body((ANSWERS, APPLY)),
    refusals=("import.wrong_state",),
)
def decide(import_id: UUID) -> tuple[Response, int]:
    """Answer questions, all of them or none. The plan is made anew with the answers, unless `apply` is false.

    Take answers back in a request of their own. While answers wait for a new plan, nobody can approve the import.
    """
    actor, now = calling_actor(), datetime.now(UTC)
    given, taken_back, applied = _sent()
    if given:
        decide_matches(actor=actor, now=now, import_id=import_id, decisions=given)
    if taken_back:
        take_back_answers(actor=actor, now=now, import_id=import_id, pairs=taken_back)
    if applied:
        apply_answers(actor=actor, now=now, import_id=import_id)
        hint(import_id)
    session, who = db.session(), actor.organisation_id
    answer: KeptAnswersShape = {
        "kept": len(given) + len(taken_back),
        "open": open_count(session, organisation_id=who, import_id=import_id),
        "waiting_answers": waiting_answers(session, organisation_id=who, import_id=import_id),
        "state": details_of(import_id).row.state.value,
    }
    return jsonify(answer), 202


def question_answer(question: MatchQuestion) -> QuestionShape:
    """One open question."""
    match = question.row.match
    return {
        "table": question.row.table_no,
        "row": question.row.row_no,
        "owner": str(question.candidate.id),
        "known_is_live": question.candidate.is_live,
        "explanation": match.explanation,
        "rules": match.rules,
        "points": [{"kind": kind, "bits": bits, "phrase": phrase} for kind, bits, phrase in match.points],
        "compared": [
            {"fact": one.name, "incoming": one.incoming, "known": one.known, "verdict": one.verdict}
            for one in question.compared
        ],
        "pets": list(question.pets),
        "known_pets": list(question.candidate.pets),
    }


def given_answer(line: AnswerLine) -> GivenAnswerShape:
    """One answer that was given."""
    return {
        "table": line.table_no,
        "row": line.row_no,
        "owner": str(line.owner_id),
        "answer": line.answer.value,
        "by": line.by,
        "at": line.at.isoformat(),
        "rules": line.rules,
        "in_plan": line.is_planned,
        "taken_back": line.is_taken_back,
    }


def _sent() -> tuple[list[GivenAnswer], list[Pair], bool]:
    """The answers, those to take back, and whether to plan anew. Raises InvalidInputError."""
    sent, applied = sent_list("answers", most=MOST_ANSWERS), sent_fields().get("apply", True)
    if not isinstance(applied, bool):
        raise InvalidInputError("“apply” is true or false.")
    read = [_one(one) for one in sent]
    given = [
        GivenAnswer(place.row_no, owner, Said(word), place.table_no)
        for place, owner, word in read
        if word != TAKE_BACK
    ]
    taken_back = [(place, owner) for place, owner, word in read if word == TAKE_BACK]
    if given and taken_back:
        raise InvalidInputError("Take answers back in a request of their own.")
    return given, taken_back, applied


def _one(sent: Any) -> tuple[RowPlace, UUID, str]:
    try:
        row_no, owner, word = sent["row"], UUID(sent["owner"]), sent["answer"]
        table_no = sent.get("table", 1)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise InvalidInputError(
            "Each answer is an object with “row”, “owner” (an id) and “answer”."
        ) from error
    if type(row_no) is not int or not 0 <= row_no < 2**31 or word not in {*Said, TAKE_BACK}:
        raise InvalidInputError("“row” is a whole number, and “answer” same, different, both or take_back.")
    if type(table_no) is not int or not 1 <= table_no <= MOST_TABLES:
        raise InvalidInputError("“table” is the number of a table, 1 for the first.")
    return RowPlace(table_no, row_no), owner, word
