"""What would happen to each row."""

from uuid import UUID

from flask import Blueprint, render_template, request

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.row_numbers import read_row_places
from phcs.extensions import db
from phcs.queries.imports import ImportDetails
from phcs.queries.preview import PreviewFilter, preview_rows
from phcs.queries.reviews import guards_of, known_records
from phcs.queries.stale_rows import changes_behind
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment
from phcs.web.imports.looking import details_of
from phcs.web.row_addresses import asked_table

bp = Blueprint("preview", __name__)
FILTERS = ("status", "outcome", "code", "undecided", "stale", "rows", "table")


@bp.get("/<uuid:import_id>/preview")
@bp.get("/<uuid:import_id>/rows", endpoint="rows")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the plan row by row; for htmx only the rows."""
    chosen = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    organisation_id = current_actor().organisation_id
    found = details_of(import_id)
    page = preview_rows(
        db.session(),
        organisation_id=organisation_id,
        import_id=import_id,
        wanted=_wanted(chosen, found),
        cursor=request.args.get("cursor"),
    )
    behind = changes_behind(
        db.session(),
        organisation_id=organisation_id,
        import_id=import_id,
        since=found.row.created_at,
        rows=page.rows,
    )
    template = "imports/_rows.html" if asks_for_fragment() else "imports/preview.html"
    guards = guards_of(db.session(), organisation_id=organisation_id, import_id=import_id)
    known = known_records(db.session(), organisation_id=organisation_id, import_id=import_id)
    return render_template(
        template,
        found=found,
        page_of_rows=page,
        chosen=chosen,
        behind=behind,
        guards=guards,
        known=known,
    )


def _wanted(chosen: dict[str, str], found: ImportDetails) -> PreviewFilter:
    return PreviewFilter(
        status=chosen.get("status", ""),
        outcome=chosen.get("outcome", "").replace("\x00", ""),
        code=chosen.get("code", "").replace("\x00", ""),
        undecided="undecided" in chosen,
        stale="stale" in chosen,
        places=tuple(read_row_places([chosen.get("rows", "")])),
        table_no=asked_table(found),
    )
