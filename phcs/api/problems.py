"""Problem details (RFC 9457): every error as JSON with a stable code for programs and a sentence for people."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import HTTPException

from phcs.core.errors import (
    ConfirmationNeededError,
    InvalidInputError,
    LimitError,
    NoRoomError,
    NotAllowedError,
    NotFoundError,
    UnreadableFileError,
    UseCaseError,
)

STATUSES: tuple[tuple[type[UseCaseError], int], ...] = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (InvalidInputError, 422),
    (UnreadableFileError, 422),
    (NoRoomError, 507),
    (LimitError, 503),
    (UseCaseError, 409),
)

TITLES = {
    400: "The request is not complete",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Not this method",
    409: "Refused, nothing was changed",
    406: "Not in that form",
    413: "Too large",
    415: "Not in that form",
    422: "Cannot be accepted",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Not possible at this moment, try again",
    507: "There is no room left",
}

SENTENCES = {
    400: "The request cannot be read: its body is not what its Content-Type says.",
    413: "What you sent is larger than this address takes.",
    415: "Send JSON with “Content-Type: application/json”, or a form; a file as multipart/form-data.",
}
"""For what the framework says in words of its own."""

TOO_LARGE = "file.too_large"
NOTHING_MORE: Mapping[str, Any] = MappingProxyType({})


class NotSignedInError(UseCaseError):
    """Nobody is signed in, or the key is unknown, ended or revoked."""

    code = "not_signed_in"


def problem(*, status: int, code: str, detail: str, more: Mapping[str, Any] = NOTHING_MORE) -> Response:
    """One problem as the answer of a request; `more` are members of its own."""
    answer = jsonify(
        type="about:blank",
        title=TITLES.get(status, TITLES[400]),
        status=status,
        detail=detail,
        code=code,
        **more,
    )
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="phcs"'
    return answer


def refused(refusal: UseCaseError) -> Response:
    """A use case's own sentence."""
    more = {"guards": refusal.guards} if isinstance(refusal, ConfirmationNeededError) else {}
    return problem(status=status_of(refusal), code=refusal.code, detail=refusal.sentence, more=more)


def http_problem(raised: HTTPException) -> Response:
    """A problem of the request itself, keeping the headers that belong to it (Allow, Retry-After)."""
    status = raised.code or 500
    is_own = status != 415 and raised.description != type(raised).description
    detail = (raised.description if is_own else SENTENCES.get(status, raised.description)) or ""
    answer = problem(status=status, code=f"http.{status}", detail=detail)
    for name, value in raised.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


def status_of(refusal: UseCaseError) -> int:
    """The HTTP status of a refusal."""
    if isinstance(refusal, NotSignedInError):
        return 401
    if refusal.code == TOO_LARGE:
        return 413
    return next(status for kind, status in STATUSES if isinstance(refusal, kind))


def register(bp: Blueprint) -> None:
    """Answer every problem of these endpoints in this way."""
    bp.register_error_handler(UseCaseError, refused)
    bp.register_error_handler(HTTPException, http_problem)
