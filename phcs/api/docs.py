"""The REST interface tells of itself: the OpenAPI document, and a page to try it on."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, current_app, render_template

from phcs.api import problems
from phcs.api.access import check_access
from phcs.api.describing import Answer, described
from phcs.api.docs_page import Endpoint, sections_of
from phcs.api.openapi import document
from phcs.core.access_marks import public

bp = Blueprint("api_docs", __name__, url_prefix="/api/v1")
problems.register(bp)

_SECTION = "This document"


@dataclass(frozen=True, slots=True)
class Told:
    """The document as bytes, and as the page shows it."""

    content: bytes
    about: tuple[str, ...]
    sections: dict[str, list[Endpoint]]


@bp.before_request
def admit() -> None:
    """Let anybody in: nothing here is anybody's."""
    check_access()


@bp.get("/openapi.json")
@public
@described(_SECTION, Answer("The document.", 200, dict[str, Any], {"openapi": "3.1.0"}))
def openapi() -> Response:
    """Give this OpenAPI 3.1 document."""
    return Response(_told(_app()).content, mimetype="application/json")


@bp.get("/docs")
@public
@described(_SECTION, Answer("A page.", 200, None, "<!doctype html>…", ("text/html",)))
def page() -> str:
    """Show every endpoint with a form to try it, here and now."""
    told = _told(_app())
    return render_template("api/docs.html", about=told.about, sections=told.sections)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return app


@lru_cache(maxsize=2)
def _told(app: Flask) -> Told:
    """Made once for an app, since its routes do not change while it runs."""
    made = document(app)
    about = tuple(" ".join(part.split()) for part in made["info"]["description"].split("\n\n"))
    return Told(orjson.dumps(made), about, sections_of(made))
