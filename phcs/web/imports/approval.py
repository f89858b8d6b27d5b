"""Deciding about an import: approve exactly one plan, send it back, abort it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.actors import Actor
from phcs.core.options import OnError
from phcs.core.permissions import Permission
from phcs.core.planning import Action
from phcs.core.states import ImportState
from phcs.queries.imports import ImportDetails
from phcs.services.approval import abort_import, approve_import, send_back_import
from phcs.web.access import current_actor, signed_in
from phcs.web.imports.looking import decided, details_of
from phcs.web.imports.words import counted, kind_counts, listed

bp = Blueprint("approval", __name__, url_prefix="/<uuid:import_id>")
VERBS = {Action.CREATE: "create", Action.UPDATE: "update", Action.LINK: "link"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the person before the page may do, and why not; the use case decides again."""

    why_not: str
    is_own: bool


@bp.get("/approval")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show what approving would do, by consequence."""
    found = details_of(import_id)
    return render_template(
        "imports/approval.html", found=found, standing=_standing(found), button=_button(found)
    )


@bp.post("/approve")
@requires(Permission.APPROVE)
def approve(import_id: UUID) -> ResponseReturnValue:
    """Accept the plan that the page has shown."""
    fingerprint = request.form.get("fingerprint", "")
    return decided(
        import_id,
        lambda: approve_import(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, fingerprint=fingerprint
        ),
        said="Approved. The plan is carried out now, all of it or nothing.",
        back=_address(import_id),
    )


@bp.post("/send-back")
@requires(Permission.APPROVE)
def send_back(import_id: UUID) -> ResponseReturnValue:
    """Return the import with a reason."""
    reason = request.form.get("reason", "")
    return decided(
        import_id,
        lambda: send_back_import(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, reason=reason
        ),
        said="The import is sent back with your reason. Nothing was changed in PHCS.",
        back=_address(import_id),
    )


@bp.post("/abort")
@requires(Permission.ABORT)
def abort(import_id: UUID) -> ResponseReturnValue:
    """End the import; nothing live changes."""
    reason = request.form.get("reason", "")
    return decided(
        import_id,
        lambda: abort_import(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, reason=reason
        ),
        said="The import is aborted. Nothing was changed in PHCS.",
        back=_address(import_id),
    )


def _address(import_id: UUID) -> str:
    return url_for("imports.approval.show", import_id=import_id)


def _standing(found: ImportDetails) -> Standing:
    actor = current_actor()
    is_own = found.uploaded_by is not None and found.uploaded_by == actor.id
    return Standing(_why_not(found, actor, four_eyes=signed_in().four_eyes), is_own)


def _why_not(found: ImportDetails, actor: Actor, *, four_eyes: bool) -> str:
    """Why this person cannot approve now; '' when they can."""
    prepared = {str(found.uploaded_by), *found.edited_by}
    if found.row.state is not ImportState.REVIEW:
        return "This import does not wait for an approval now."
    if not actor.may(Permission.APPROVE):
        return "Your role does not include approving. A reviewer or an admin can do it."
    if four_eyes and str(actor.id) in prepared:
        return "Your organisation asks for a second person, and you uploaded or edited this import yourself."
    if found.options.on_error == OnError.STOP.value and found.row.error:
        return (
            f"{counted(found.row.error, 'row')} with errors, and this import was uploaded to stop at errors. "
            "Correct the file and upload it again."
        )
    return ""


def _button(found: ImportDetails) -> str:
    """What the button says: the numbers that will change."""
    parts = [
        f"{verb} {listed(counts)}"
        for action, verb in VERBS.items()
        if (counts := kind_counts(found.plan_counts, action.value))
    ]
    return f"Approve: {'; '.join(parts)}" if parts else "Approve: nothing will change"
