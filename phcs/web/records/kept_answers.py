"""What people answered about an owner for ever, taken back."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.services.kept_answers import take_back_kept_answer
from phcs.web.access import current_actor

bp = Blueprint("kept_answers", __name__, url_prefix="/owners/<uuid:owner_id>/answers")


@bp.post("/<string(length=32):person>/take-back")
@requires(Permission.DECIDE_DUPLICATES)
def take_back(owner_id: UUID, person: str) -> ResponseReturnValue:
    """Let later imports ask about these two again."""
    take_back_kept_answer(
        actor=current_actor(), now=datetime.now(UTC), owner_id=owner_id, person=person.replace("\x00", "")
    )
    flash("The answer is taken back; the next import asks again.", category="success")
    return redirect(url_for("records.owners.show", owner_id=owner_id))
