"""What is wrong with the rows, all of it at once."""

from uuid import UUID

from flask import Blueprint, render_template

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.import_report import finding_groups
from phcs.web.access import current_actor
from phcs.web.imports.looking import details_of

bp = Blueprint("check", __name__)


@bp.get("/<uuid:import_id>/check")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the findings by cause, each with the way to its rows."""
    found = details_of(import_id)
    groups = finding_groups(
        db.session(), organisation_id=current_actor().organisation_id, import_id=import_id
    )
    return render_template("imports/check.html", found=found, groups=groups)
