"""What would happen to each row."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.row_numbers import read_row_places
from phcs.core.row_places import RowPlace
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
def show(import_id: UUID) -> ResponseReturnValue:
    """Show the plan row by row; for htmx only the rows.

    Numbers that name no rows are refused on the page itself, with what was written; for htmx among its messages.
    """
    chosen = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    organisation_id = current_actor().organisation_id
    found = details_of(import_id)
    places, problem = _places(chosen.get("rows", ""))
    if problem and asks_for_fragment():
        raise InvalidInputError(problem)
    page = preview_rows(
        db.session(),
        organisation_id=organisation_id,
        import_id=import_id,
        wanted=_wanted(chosen, found, places),
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
    shown = render_template(
        template,
        found=found,
        page_of_rows=page,
        chosen=chosen,
        rows_problem=problem,
        behind=behind,
        guards=guards,
        known=known,
    )
    return shown, 422 if problem else 200


def _places(text: str) -> tuple[tuple[RowPlace, ...], str]:
    """The rows that were named, and what is wrong with how; one of the two is empty."""
    try:
        return tuple(read_row_places([text])), ""
    except InvalidInputError as problem:
        return (), problem.sentence


def _wanted(chosen: dict[str, str], found: ImportDetails, places: tuple[RowPlace, ...]) -> PreviewFilter:
    return PreviewFilter(
        status=chosen.get("status", ""),
        outcome=chosen.get("outcome", "").replace("\x00", ""),
        code=chosen.get("code", "").replace("\x00", ""),
        undecided="undecided" in chosen,
        stale="stale" in chosen,
        places=places,
        table_no=asked_table(found),
    )
