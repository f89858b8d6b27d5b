"""Rehearsing an import from its approval page: asked for here, carried out by a worker, told when it is over."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import NotAllowedError, NotFoundError, UseCaseError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.rehearsals import RehearsalDetails, latest_rehearsal
from phcs.services.rehearsing import request_rehearsal
from phcs.tasks import hint_rehearsal
from phcs.web.access import current_actor
from phcs.web.imports.looking import details_of

bp = Blueprint("rehearsal", __name__, url_prefix="/<uuid:import_id>/rehearsal")
ASKED = "The rehearsal is asked for. A worker carries it out and takes it back; this page tells how it went."


@bp.post("")
@requires(Permission.REHEARSE)
def ask(import_id: UUID) -> ResponseReturnValue:
    """Ask for a rehearsal; the approval page shows how it goes."""
    try:
        made = request_rehearsal(actor=current_actor(), now=datetime.now(UTC), import_id=import_id)
    except (NotFoundError, NotAllowedError):
        raise
    except UseCaseError as problem:
        flash(problem.sentence, category="danger")
        return redirect(url_for("imports.approval.show", import_id=import_id))
    hint_rehearsal(made)
    flash(ASKED, category="success")
    return redirect(f"{url_for('imports.approval.show', import_id=import_id)}#rehearsal")


@bp.get("")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show how the rehearsal goes, for the page that asks again until it is over."""
    return render_template(
        "imports/_rehearsal.html", found=details_of(import_id), rehearsal=rehearsal_of(import_id)
    )


def rehearsal_of(import_id: UUID) -> RehearsalDetails | None:
    """The rehearsal of an import that was asked for last."""
    organisation_id = current_actor().organisation_id
    return latest_rehearsal(db.session(), organisation_id=organisation_id, import_id=import_id)
