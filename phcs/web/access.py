"""Who may open which page: every view carries a mark, and a view without one opens for nobody."""

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from phcs.core.access_marks import PUBLIC, public
from phcs.core.actors import Actor
from phcs.core.errors import NotAllowedError
from phcs.core.permissions import Permission
from phcs.web.htmx import go_to
from phcs.web.security import request_id
from phcs.web.signed_in import SignedIn, sign_in_address

OWN_DOORS = ("api",)
"""Blueprints (by the first word of their name) that prove their callers by themselves, with keys."""


def mark_of(app: Flask, endpoint: str) -> Permission | str | None:
    """Give the permission that this endpoint names, PUBLIC, or None when it was not marked."""
    mark: Permission | str | None = getattr(app.view_functions[endpoint], "access", None)
    return mark


def signed_in() -> SignedIn:
    """Give the signed-in person; only for views that `requires` a permission."""
    if not current_user.is_authenticated:
        raise NotAllowedError("Please sign in first.")
    person: SignedIn = current_user._get_current_object()  # noqa: SLF001 - the way Flask-Login documents
    return person


def current_actor() -> Actor:
    """Give the signed-in person as use cases name them."""
    return signed_in().actor(request_id())


def may(permission: Permission | str) -> bool:
    """Say whether whoever looks at this page may do this; templates ask it to choose links."""
    return bool(current_user.is_authenticated) and signed_in().may(Permission(permission))


def check_access() -> ResponseReturnValue | None:
    """Let the request through, send it to the sign-in page, or refuse it with 403."""
    if request.endpoint is None or (request.blueprint or "").split("_")[0].split(".")[0] in OWN_DOORS:
        return None
    mark = mark_of(current_app, request.endpoint)
    if mark == PUBLIC:
        return None
    if not isinstance(mark, Permission):
        abort(403)
    if not current_user.is_authenticated:
        return go_to(sign_in_address(request))
    current_actor().require(mark)
    return None


def register(app: Flask) -> None:
    """Check every request, and give templates `may`."""
    app.before_request(check_access)
    app.jinja_env.globals["may"] = may
    public(app.view_functions["static"])
