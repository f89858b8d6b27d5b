"""How the file is read."""

from uuid import UUID

from flask import Blueprint, render_template

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.web.imports.looking import details_of

bp = Blueprint("file", __name__)


@bp.get("/<uuid:import_id>/file")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show encoding, delimiter, header row, columns and first rows."""
    return render_template("imports/file.html", found=details_of(import_id))
