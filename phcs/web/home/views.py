"""The start page."""

from collections.abc import Collection, Sequence
from pathlib import Path
from uuid import UUID

from flask import Blueprint, render_template

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.states import ImportState
from phcs.extensions import current_settings, db
from phcs.queries.home import imports_being_worked_on, imports_finished, live_totals
from phcs.queries.imports import ImportRow, imports_waiting_for_person
from phcs.queries.preparers import own_ids, prepared_among
from phcs.queries.reversals import WaitingReversal, reversals_waiting
from phcs.web.access import current_actor, may, signed_in

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
    reversals = reversals_waiting(session, organisation_id=organisation_id)
    first_hand = needing_second_person(waiting, reversals)
    return render_template(
        "home/index.html",
        mine=[one for one in waiting if waits_for_me(one, first_hand)],
        others=[one for one in waiting if not waits_for_me(one, first_hand)],
        my_reversals=[one for one in reversals if may_approve(one, first_hand)],
        other_reversals=[one for one in reversals if not may_approve(one, first_hand)],
        first_hand=first_hand,
        moving=imports_being_worked_on(session, organisation_id=organisation_id),
        finished=imports_finished(session, organisation_id=organisation_id),
        totals=live_totals(session, organisation_id=organisation_id),
        has_sample=may(Permission.UPLOAD) and _sample().is_file(),
    )


def needing_second_person(
    waiting: Sequence[ImportRow], reversals: Sequence[WaitingReversal]
) -> frozenset[UUID]:
    """The imports that only a second person approves (or whose undo or redo) and whoever looks at the page is none.

    One that was sent back is not among them: it is theirs to put right.
    """
    person = signed_in()
    if not (person.four_eyes and person.may(Permission.APPROVE)):
        return frozenset()
    session, organisation_id = db.session(), person.organisation_id
    own = own_ids(session, organisation_id=organisation_id, person_id=person.id)
    ids = [one.id for one in waiting if one.state is ImportState.REVIEW and not one.sent_back]
    prepared = prepared_among(session, organisation_id=organisation_id, import_ids=ids, own=own)
    return prepared | {one.import_id for one in reversals if one.requested_by in own}


def waits_for_me(one: ImportRow, first_hand: Collection[UUID]) -> bool:
    """Whether whoever looks at the page can move this import on."""
    return one.id not in first_hand and any(may(permission) for permission in NEEDS[one.state])


def may_approve(one: WaitingReversal, first_hand: Collection[UUID]) -> bool:
    """Whether whoever looks at the page can approve this undo or redo."""
    return one.import_id not in first_hand and may(Permission.APPROVE)


def _sample() -> Path:
    """Where the demo puts its sample export."""
    return Path(current_settings().instance) / "samples" / "waitwhile-sample.csv"
