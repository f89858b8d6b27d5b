"""Who calls: a program with a key, or a signed-in person's browser; every endpoint names its permission."""

import hashlib
import secrets
from datetime import UTC, datetime

from flask import abort, current_app, g, request
from flask_limiter.util import get_remote_address
from flask_login import current_user

from phcs.api.problems import NotSignedInError
from phcs.core.access_marks import PUBLIC
from phcs.core.actors import Actor
from phcs.core.permissions import Permission
from phcs.extensions import csrf, current_settings
from phcs.services.api_keys import actor_of_key

BEARER = "bearer "


def check_access() -> None:
    """Find out who calls and whether they may, before anything reads the request's body.

    Raises NotSignedInError, NotAllowedError, or CSRFError for a browser's request without its token.
    """
    mark = getattr(current_app.view_functions[str(request.endpoint)], "access", None)
    if mark == PUBLIC:
        return
    if not isinstance(mark, Permission):
        abort(403)
    has_key = request.headers.get("Authorization", "")[: len(BEARER)].lower() == BEARER
    g.api_actor = _program() if has_key else _person()
    g.api_actor.require(mark)
    if not has_key and current_app.config.get("WTF_CSRF_ENABLED", True):
        csrf.protect()


def calling_actor() -> Actor:
    """Whoever calls; only in endpoints that require a permission."""
    actor: Actor = g.api_actor
    return actor


def calls_allowed() -> str:
    """How many calls one program may make (`PHCS_API_LIMIT`)."""
    return current_settings().api_limit


def caller_to_limit() -> str:
    """Whose calls are counted together: those with one key, else those from one address."""
    secret = request.headers.get("Authorization", "")[len(BEARER) :].strip()
    if not secret:
        return f"api:{get_remote_address()}"
    return f"api:{hashlib.sha256(secret.encode()).hexdigest()[:32]}"


def _program() -> Actor:
    secret = request.headers["Authorization"][len(BEARER) :].strip()
    actor = actor_of_key(secret=secret, now=datetime.now(UTC), request_id=_request_id())
    if actor is None:
        raise NotSignedInError("This key is unknown, has ended or was revoked.")
    return actor


def _person() -> Actor:
    if not current_user.is_authenticated:
        raise NotSignedInError("Send an API key as “Authorization: Bearer phcs_…”, or sign in.")
    actor: Actor = current_user.actor(_request_id())
    return actor


def _request_id() -> str:
    """The name of this request, the same in the answer's header and in the audit trail."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)
