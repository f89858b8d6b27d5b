"""What went wrong, as a page: one heading, one plain sentence, and a way on."""

import logging

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from phcs.core.errors import (
    InvalidInputError,
    LimitError,
    NoRoomError,
    NotAllowedError,
    NotFoundError,
    UseCaseError,
)
from phcs.services.resource_limits import LIMITED, limit_of
from phcs.web.htmx import into_messages
from phcs.web.security import request_id

logger = logging.getLogger(__name__)
API = "/api/"

STATUSES: tuple[tuple[type[UseCaseError], int], ...] = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (InvalidInputError, 422),
    (NoRoomError, 507),
    (LimitError, 503),
    (UseCaseError, 409),
)

WORDS = {
    400: (
        "This request is not complete",
        "Something is missing in what the browser sent. Go back and try again.",
    ),
    403: (
        "You may not do this",
        "Your role does not include this. An admin of your organisation can change that.",
    ),
    404: ("Page not found", "There is no such page, or it belongs to another organisation."),
    405: ("This address works differently", "Go back and use the buttons of the page."),
    409: ("This could not be done", "Nothing was changed."),
    413: ("This is too large", "What you sent is larger than this page accepts. Nothing was changed."),
    422: ("Please check what you entered", "Nothing was changed."),
    429: ("Too many attempts", "Wait a minute, then try again."),
    500: ("Something went wrong here", "Nothing was changed by this request. You can try again."),
    503: ("Not possible at this moment", "Nothing was changed. Go back and try again in a moment."),
    507: ("There is no room left", "Nothing was changed. Ask your operator, then try again."),
}

PROGRAM_WORDS = {
    404: ("Not found", "There is nothing at this address."),
    405: ("Not this method", "This address knows other methods; the header “Allow” names them."),
}
"""The same for programs, where the words of a page would mislead them."""

RETRY_AFTER_SECONDS = 10

STALE_FORM = (
    "This form is out of date",
    "You signed in or out since the page was opened. Go back, reload it and send the form again; nothing was changed.",
)


def status_of(problem: UseCaseError) -> int:
    """Give the HTTP status of a refusal."""
    return next(status for kind, status in STATUSES if isinstance(problem, kind))


def problem_page(*, status: int, title: str, sentence: str, code: str = "") -> ResponseReturnValue:
    """Answer with a problem: JSON for programs, a message for htmx, a page for everybody else."""
    if request.path.startswith(API):
        answer = jsonify(
            type="about:blank", title=title, status=status, detail=sentence, code=code or f"http.{status}"
        )
        answer.mimetype = "application/problem+json"
        return answer, status
    if request.headers.get("HX-Request") == "true":
        fragment = render_template("errors/_message.html", title=title, sentence=sentence)
        return into_messages(Response(fragment, status=status))
    return render_template("errors/problem.html", title=title, sentence=sentence, status=status), status


def refused(problem: UseCaseError) -> ResponseReturnValue:
    """Show a use case's own sentence."""
    status = status_of(problem)
    page = problem_page(status=status, title=WORDS[status][0], sentence=problem.sentence, code=problem.code)
    response = current_app.make_response(page)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def run_out(problem: Exception) -> ResponseReturnValue:
    """Show what has run out in the database or the system; anything else of theirs is a bug."""
    limit = limit_of(problem)
    if limit is None:
        raise problem
    logger.error("request %s ended with %s", request_id(), limit.code)
    return refused(limit)


def http_problem(problem: HTTPException) -> ResponseReturnValue:
    """Show our words for a status, keeping the headers that belong to it (Allow, Retry-After)."""
    status = problem.code or 500
    if status < 400:
        return problem
    words = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    if request.path.startswith(API):
        words = PROGRAM_WORDS.get(status, words)
    title, sentence = STALE_FORM if isinstance(problem, CSRFError) else words
    response = current_app.make_response(problem_page(status=status, title=title, sentence=sentence))
    for name, value in problem.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def unexpected(problem: InternalServerError) -> ResponseReturnValue:
    """Show the page of a bug, with the request's name under which the log has the rest."""
    logger.error("request %s failed with %s", request_id(), type(problem.original_exception).__name__)
    title, sentence = WORDS[500]
    return problem_page(status=500, title=title, sentence=sentence)


def register(app: Flask) -> None:
    """Answer every problem, the application's and the framework's."""
    app.register_error_handler(UseCaseError, refused)
    for kind in LIMITED:
        app.register_error_handler(kind, run_out)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(InternalServerError, unexpected)
