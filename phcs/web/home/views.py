"""The start page."""

from pathlib import Path

from flask import Blueprint, render_template

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.states import ImportState
from phcs.extensions import current_settings, db
from phcs.queries.home import imports_being_worked_on, imports_finished, live_totals
from phcs.queries.imports import ImportRow, imports_waiting_for_person
from phcs.queries.reversals import reversals_waiting
from phcs.web.access import current_actor, may

bp = Blueprint("home", __name__)

NEEDS = {
    ImportState.MAPPING: (Permission.MAP_COLUMNS,),
    ImportState.FAILED: (Permission.UPLOAD,),
    ImportState.REVIEW: (Permission.APPROVE, Permission.DECIDE_DUPLICATES),
}
"""What somebody must be allowed to, so that an import in this state waits for them."""


@bp.get("/")
@requires(Permission.SEE_IMPORTS)
def index() -> str:
    """Show what waits for this person, what is moving, and what is there."""
    organisation_id, session = current_actor().organisation_id, db.session()
    waiting = imports_waiting_for_person(session, organisation_id=organisation_id)
    return render_template(
        "home/index.html",
        mine=[one for one in waiting if waits_for_me(one)],
        others=[one for one in waiting if not waits_for_me(one)],
        reversals=reversals_waiting(session, organisation_id=organisation_id),
        moving=imports_being_worked_on(session, organisation_id=organisation_id),
        finished=imports_finished(session, organisation_id=organisation_id),
        totals=live_totals(session, organisation_id=organisation_id),
        has_sample=may(Permission.UPLOAD) and _sample().is_file(),
    )


def waits_for_me(one: ImportRow) -> bool:
    """Whether whoever looks at the page can move this import on."""
    return any(may(permission) for permission in NEEDS[one.state])


def _sample() -> Path:
    """Where the demo puts its sample export."""
    return Path(current_settings().instance) / "samples" / "waitwhile-sample.csv"
