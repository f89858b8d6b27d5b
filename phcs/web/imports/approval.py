"""Deciding about an import: approve exactly one plan, confirm what is unusual, send it back, abort it."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.row_numbers import read_row_places
from phcs.extensions import db
from phcs.queries.reviews import comments_of, known_records, replaced_counts, replaced_values
from phcs.services.approval import abort_import, approve_import, send_back_import
from phcs.services.commenting import comment_on_import
from phcs.services.guarding import confirm_guard
from phcs.web.access import current_actor, signed_in
from phcs.web.imports.looking import decided, details_of
from phcs.web.imports.rehearsal import rehearsal_of
from phcs.web.imports.standing import button_of, standing_of

bp = Blueprint("approval", __name__, url_prefix="/<uuid:import_id>")
FIRST_REPLACED = 10


@bp.get("/approval")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show what approving would do, by consequence."""
    return _page(import_id, rows=", ".join(request.args.getlist("row")))


def _page(import_id: UUID, *, rows: str, reason: str = "", problem: str = "") -> str:
    """The page with what somebody has written so far into the form that sends back."""
    found, actor = details_of(import_id), current_actor()
    session, organisation_id = db.session(), actor.organisation_id
    replaced = replaced_counts(session, organisation_id=organisation_id, import_id=import_id)
    known = known_records(session, organisation_id=organisation_id, import_id=import_id)
    return render_template(
        "imports/approval.html",
        found=found,
        standing=standing_of(found, actor, four_eyes=signed_in().four_eyes),
        button=button_of(found, known),
        known=known,
        replaced=replaced,
        first_replaced=replaced_values(
            session, organisation_id=organisation_id, import_id=import_id, size=FIRST_REPLACED
        )
        if any(one.replaced or one.erased for one in replaced)
        else None,
        comments=comments_of(session, organisation_id=organisation_id, import_id=import_id),
        pinned=rows,
        reason=reason,
        problem=problem,
        rehearsal=rehearsal_of(import_id),
    )


@bp.get("/replaced-values")
@requires(Permission.SEE_IMPORTS)
def show_replaced(import_id: UUID) -> str:
    """Show every stored value that the plan would replace or erase."""
    return render_template(
        "imports/replaced.html",
        found=details_of(import_id),
        page_of_values=replaced_values(
            db.session(),
            organisation_id=current_actor().organisation_id,
            import_id=import_id,
            cursor=request.args.get("cursor"),
        ),
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


@bp.post("/confirm-guard")
@requires(Permission.APPROVE)
def confirm(import_id: UUID) -> ResponseReturnValue:
    """Say why something unusual about the file is right."""
    guard, reason = request.form.get("guard", ""), request.form.get("reason", "")
    return decided(
        import_id,
        lambda: confirm_guard(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, guard=guard, reason=reason
        ),
        said="Confirmed. Your name and your reason are kept with the import.",
        back=_address(import_id),
        after=_address(import_id),
    )


@bp.post("/send-back")
@requires(Permission.APPROVE)
def send_back(import_id: UUID) -> ResponseReturnValue:
    """Return the import with a reason, pinned to rows where some are named."""
    reason, rows = request.form.get("reason", ""), request.form.getlist("rows")

    def send() -> None:
        places = read_row_places(rows)
        send_back_import(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, reason=reason, rows=places
        )

    return decided(
        import_id,
        send,
        said="The import is sent back with your reason. Nothing was changed in PHCS.",
        back=_address(import_id),
        again=lambda sentence: _page(import_id, rows=", ".join(rows), reason=reason, problem=sentence),
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


@bp.post("/comments")
@requires(Permission.COMMENT)
def comment(import_id: UUID) -> ResponseReturnValue:
    """Write something about the import, for whoever looks at it."""
    text = request.form.get("text", "")

    def say() -> None:
        comment_on_import(actor=current_actor(), now=datetime.now(UTC), import_id=import_id, text=text)

    back = f"{url_for('imports.overview.show', import_id=import_id)}#comments"
    return decided(import_id, say, said="Your comment is kept with the import.", back=back, after=back)


def _address(import_id: UUID) -> str:
    return url_for("imports.approval.show", import_id=import_id)
