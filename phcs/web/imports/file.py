"""How the file is read, and how a person wants it to be read instead."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.imports import ImportDetails
from phcs.queries.mapping_templates import saved_templates
from phcs.services.rereading import may_be_reread, reread_import
from phcs.web.access import current_actor, may
from phcs.web.imports.forms import RereadForm
from phcs.web.imports.looking import details_of, gone_on

bp = Blueprint("file", __name__)


@bp.get("/<uuid:import_id>/file")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show encoding, delimiter, header row, columns and first rows, each with its other choices."""
    found = details_of(import_id)
    return _page(found, _form(found))


@bp.post("/<uuid:import_id>/file/reread")
@requires(Permission.MAP_COLUMNS)
def reread(import_id: UUID) -> ResponseReturnValue:
    """Have the file read in another way; every row is then checked anew."""
    found = details_of(import_id)
    form = _form(found)
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        reread_import(actor=current_actor(), now=datetime.now(UTC), import_id=import_id, asked=form.asked())
    except InvalidInputError as problem:
        form.form_errors.append(problem.sentence)
        return _page(found, form), 422
    return gone_on(import_id, said="The file is being read in the way that you chose.")


def _form(found: ImportDetails) -> RereadForm:
    rows = saved_templates(db.session(), organisation_id=current_actor().organisation_id)
    parts = found.tables[0].reading.parts if found.tables else ()
    return RereadForm.of(found.asked, parts, [row.name for row in rows])


def _page(found: ImportDetails, form: RereadForm) -> str:
    return render_template(
        "imports/file.html",
        found=found,
        form=form,
        may_change=may(Permission.MAP_COLUMNS)
        and may_be_reread(found.row.state, found.failed_from)
        and not found.purged.file_at,
    )
