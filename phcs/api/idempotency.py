"""`Idempotency-Key`: every POST that carries one is done once, and answered alike each time."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Flask, Response, g, make_response, request
from werkzeug.exceptions import HTTPException

from phcs.api.access import calling_actor
from phcs.core.access_marks import PUBLIC
from phcs.core.errors import UseCaseError
from phcs.services.answered_requests import GivenAnswer, claim_request, drop_claim, keep_answer

HEADER = "Idempotency-Key"
PIECE_BYTES = 1 << 20
_SEPARATOR = b"\x00"


def register(app: Flask) -> None:
    """Make every POST of the REST interface answer to the header."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and "POST" in (rule.methods or ()):
            view = app.view_functions[rule.endpoint]
            if getattr(view, "access", PUBLIC) != PUBLIC:
                app.view_functions[rule.endpoint] = _once(view)


def id_to_make() -> UUID | None:
    """The id that whatever this request makes has to have; None where the caller did not ask for once."""
    return getattr(g, "id_to_make", None)


def _once(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def asked_once(**given: Any) -> Response:
        key = request.headers.get(HEADER)
        if request.method != "POST" or key is None:
            return make_response(view(**given))
        actor = calling_actor()
        claim = claim_request(actor=actor, now=datetime.now(UTC), key=key, digest=_digest())
        if isinstance(claim, GivenAnswer):
            return _again(claim)
        g.id_to_make = claim.subject_id
        try:
            answer = make_response(view(**given))
        except (UseCaseError, HTTPException):  # nothing was done; after any other error nobody knows
            drop_claim(actor=actor, claim=claim)
            raise
        kept = GivenAnswer(
            status=answer.status_code,
            media_type=answer.mimetype or "",
            location=answer.headers.get("Location", ""),
            body=answer.get_data(as_text=True),
        )
        keep_answer(actor=actor, claim=claim, answer=kept)
        return answer

    return asked_once


def _again(given: GivenAnswer) -> Response:
    answer = Response(given.body, given.status, mimetype=given.media_type or None)
    if given.location:
        answer.headers["Location"] = given.location
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _digest() -> str:
    """What stands for the whole request: a form by its fields and files, since its boundaries differ each time."""
    made = hashlib.sha256()
    made.update(f"{request.method} {request.full_path}".encode())
    if request.mimetype in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        for name, value in sorted(request.form.items(multi=True)):
            made.update(_SEPARATOR + name.encode() + _SEPARATOR + value.encode())
        for name, file in sorted(request.files.items(multi=True), key=lambda one: one[0]):
            made.update(_SEPARATOR + name.encode() + _SEPARATOR + (file.filename or "").encode() + _SEPARATOR)
            while piece := file.stream.read(PIECE_BYTES):
                made.update(piece)
            file.stream.seek(0)
    else:
        made.update(_SEPARATOR + request.mimetype.encode() + _SEPARATOR + request.get_data())
    return made.hexdigest()
