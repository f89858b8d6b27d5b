"""How the file is read, and how a person wants it to be read instead."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.import_tables import ImportTable
from phcs.queries.imports import ImportDetails
from phcs.queries.mapping_templates import saved_templates
from phcs.services.mapping_columns import OPEN
from phcs.services.rereading import may_be_reread, reread_import, reread_table
from phcs.web.access import current_actor, may
from phcs.web.imports.forms import RereadForm
from phcs.web.imports.looking import details_of, gone_on
from phcs.web.imports.tables import table_looked_at

bp = Blueprint("file", __name__)


@bp.get("/<uuid:import_id>/file")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show encoding, delimiter, header row, columns and first rows of a table, each with its other choices."""
    found = details_of(import_id)
    look = _look(found)
    return _page(found, look, _form(found, look))


@bp.post("/<uuid:import_id>/file/reread")
@requires(Permission.MAP_COLUMNS)
def reread(import_id: UUID) -> ResponseReturnValue:
    """Have a table, or the whole file, read in another way; every row is then checked anew."""
    found = details_of(import_id)
    look = _look(found)
    form = _form(found, look)
    if not form.validate_on_submit():
        return _page(found, look, form), 422
    actor, now = current_actor(), datetime.now(UTC)
    try:
        if look.part:
            asked = form.asked().usual
            reread_table(actor=actor, now=now, import_id=import_id, part=look.part, asked=asked)
        else:
            reread_import(actor=actor, now=now, import_id=import_id, asked=form.asked())
    except InvalidInputError as problem:
        form.form_errors.append(problem.sentence)
        return _page(found, look, form), 422
    return gone_on(import_id, said="The file is being read in the way that you chose.")


@dataclass(frozen=True, slots=True)
class _Look:
    """What of the file is looked at: a table, or a part that could not be read as one.

    `part` names it where the file has several tables, of which one is then read anew; '' for a file of one.
    """

    table: ImportTable | None
    part: str


def _look(found: ImportDetails) -> _Look:
    """The part that `part` names, else the table that `table` names, else the first."""
    several = found.file_tables.are_several and not found.asked.choices.part
    part = request.values.get("of_part", "")
    if part and part in {one.name for one in found.file_tables.parts}:
        table = next((one for one in found.file_tables.all if one.reading.part == part), None)
        return _Look(table, part)
    table = table_looked_at(found) if request.values.get("table") else next(iter(found.tables), None)
    return _Look(table, table.reading.part if table and several else "")


def _form(found: ImportDetails, look: _Look) -> RereadForm:
    rows = saved_templates(db.session(), organisation_id=current_actor().organisation_id)
    parts = () if look.part else found.file_tables.parts
    return RereadForm.of(found.asked.of(look.part), parts, [row.name for row in rows])


def _page(found: ImportDetails, look: _Look, form: RereadForm) -> str:
    return render_template(
        "imports/file.html",
        found=found,
        table=look.table,
        part=look.part,
        form=form,
        may_choose=may(Permission.MAP_COLUMNS) and found.row.state in OPEN,
        may_change=may(Permission.MAP_COLUMNS)
        and may_be_reread(found.row.state, found.failed_from)
        and not found.purged.file_at,
    )
