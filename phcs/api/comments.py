"""What a review says besides the rows, for programs: comments, and what is unusual about the file."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, Body, Field, described
from phcs.api.import_answers import details_of
from phcs.api.reading_requests import said
from phcs.api.review_shapes import CommentShape, CommentsShape, GuardShape, GuardsShape
from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.row_numbers import stored_places
from phcs.extensions import db
from phcs.queries.reviews import CommentLine, GuardLine, comments_of, guards_of
from phcs.services.commenting import comment_on_import
from phcs.wording.guards import guard_sentence, guard_title

bp = Blueprint("api_comments", __name__, url_prefix="/api/v1/imports/<uuid:import_id>")
problems.register(bp)

_COMMENT: CommentShape = {
    "id": "0199a0b4-5f1c-7a3e-9d21-6b8f0c4e2a17",
    "text": "Please look at these two once more.",
    "sent_back": True,
    "rows": [4, 17],
    "by": "Rui Reviewer",
    "at": "2026-11-21T09:00:00+00:00",
}
_COMMENTS: CommentsShape = {"comments": [_COMMENT]}
_GUARDS: GuardsShape = {
    "guards": [
        {
            "guard": "fewer_rows",
            "title": "Far fewer rows than last time",
            "sentence": "The file has 120 rows; the last one had 540.",
            "confirmed_by": None,
            "confirmed_at": None,
            "reason": None,
        }
    ]
}


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("/comments")
@requires(Permission.SEE_IMPORTS)
@described("Decisions", Answer("What people wrote, oldest first.", 200, CommentsShape, _COMMENTS))
def comments(import_id: UUID) -> Response:
    """List the comments on an import, and why it was sent back."""
    return _answer(import_id)


@bp.post("/comments")
@requires(Permission.COMMENT)
@described(
    "Decisions",
    Answer("The comments with the new one.", 201, CommentsShape, _COMMENTS),
    body=Body(
        (Field("text", "Plain text of at most 2,000 characters.", example="Seen, thank you.", required=True),)
    ),
)
def comment(import_id: UUID) -> tuple[Response, int]:
    """Write a comment on an import."""
    text = said("text")
    comment_on_import(actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, text=text)
    return _answer(import_id), 201


@bp.get("/guards")
@requires(Permission.SEE_IMPORTS)
@described("Decisions", Answer("What is unusual, unconfirmed first.", 200, GuardsShape, _GUARDS))
def guards(import_id: UUID) -> Response:
    """List what is unusual about the file as a whole; an approval confirms it with reasons."""
    details_of(import_id)
    found = guards_of(db.session(), organisation_id=calling_actor().organisation_id, import_id=import_id)
    answer: GuardsShape = {"guards": [_guard(one) for one in found]}
    return jsonify(answer)


def _answer(import_id: UUID) -> Response:
    details_of(import_id)
    found = comments_of(db.session(), organisation_id=calling_actor().organisation_id, import_id=import_id)
    answer: CommentsShape = {"comments": [_comment(one) for one in found]}
    return jsonify(answer)


def _comment(one: CommentLine) -> CommentShape:
    return {
        "id": str(one.id),
        "text": one.text,
        "sent_back": one.sent_back,
        "rows": stored_places(one.rows),
        "by": one.by_name,
        "at": one.at.isoformat(),
    }


def _guard(one: GuardLine) -> GuardShape:
    return {
        "guard": one.guard,
        "title": guard_title(one.guard),
        "sentence": guard_sentence(one.guard, one.detail),
        "confirmed_by": one.confirmed_by_name or None,
        "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
        "reason": one.reason or None,
    }
