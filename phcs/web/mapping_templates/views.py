"""Saved mappings: the list, naming anew, deleting, downloading, taking one in."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.template_file import LARGEST
from phcs.core.permissions import Permission
from phcs.core.sources import source_label
from phcs.extensions import db
from phcs.queries.mapping_templates import known_template, saved_templates, template_file
from phcs.services.mapping_templates import delete_template, rename_template, take_in_template
from phcs.web.access import current_actor

bp = Blueprint("mapping_templates", __name__, url_prefix="/templates")


@bp.get("")
@requires(Permission.SEE_IMPORTS)
def index() -> str:
    """List the saved mappings."""
    return _page()


@bp.get("/<uuid:template_id>/download")
@requires(Permission.SEE_IMPORTS)
def download(template_id: UUID) -> Response:
    """Give a saved mapping as a file that another installation takes in."""
    saved = known_template(
        db.session(), organisation_id=current_actor().organisation_id, template_id=template_id
    )
    answer = Response(
        orjson.dumps(template_file(saved).as_json(), option=orjson.OPT_INDENT_2), mimetype="application/json"
    )
    answer.headers.set("Content-Disposition", "attachment", filename=f"{_file_name(saved.name)}.json")
    return answer


@bp.post("/take-in")
@requires(Permission.MAP_COLUMNS)
def take_in() -> ResponseReturnValue:
    """Save a mapping out of a file."""
    sent, name = request.files.get("file"), request.form.get("name", "")
    content = sent.stream.read(LARGEST + 1) if sent and sent.filename else b""
    if not content:
        return _page(problem="Choose the file of a saved mapping first."), 422
    try:
        version = take_in_template(actor=current_actor(), now=datetime.now(UTC), content=content, name=name)
    except InvalidInputError as problem:
        return _page(problem=problem.sentence), 422
    flash(
        "The mapping is saved." if version == 1 else f"It is saved as version {version}.", category="success"
    )
    return redirect(url_for("mapping_templates.index"))


@bp.post("/<uuid:template_id>/rename")
@requires(Permission.MAP_COLUMNS)
def rename(template_id: UUID) -> ResponseReturnValue:
    """Give a saved mapping another name."""
    try:
        rename_template(
            actor=current_actor(),
            now=datetime.now(UTC),
            template_id=template_id,
            name=request.form.get("name", ""),
        )
    except InvalidInputError as problem:
        return _page(problem=problem.sentence), 422
    flash("The mapping has its new name.", category="success")
    return redirect(url_for("mapping_templates.index"))


@bp.post("/<uuid:template_id>/delete")
@requires(Permission.MAP_COLUMNS)
def delete(template_id: UUID) -> ResponseReturnValue:
    """Delete a saved mapping in all its versions."""
    delete_template(actor=current_actor(), now=datetime.now(UTC), template_id=template_id)
    flash("The mapping is deleted. Imports that used it keep theirs.", category="success")
    return redirect(url_for("mapping_templates.index"))


def _page(*, problem: str = "") -> str:
    rows = saved_templates(db.session(), organisation_id=current_actor().organisation_id)
    return render_template(
        "mapping_templates/index.html", rows=rows, problem=problem, source_label=source_label
    )


def _file_name(name: str) -> str:
    """The name with what file systems do not take made a dash."""
    return "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in name).strip()
