"""Merging two owners, the list of merges, and taking one back."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.merging.fields import GROUPS, Take
from phcs.core.permissions import Permission
from phcs.core.undoing import undo_until
from phcs.extensions import current_settings, db
from phcs.queries.live_duplicates import pair_line
from phcs.queries.merges import merge_lines, merge_page
from phcs.services.merge_undoing import undo_merge
from phcs.services.merging import MergeChoices, OwnerAt, merge_owners
from phcs.web.access import current_actor
from phcs.web.records.lists import chosen_filters, chosen_id

bp = Blueprint("merges", __name__, url_prefix="/owners")
TORN = "This form is not complete. Open the pair and merge it again."


@bp.post("/duplicates/<uuid:pair_id>/merge")
@requires(Permission.MERGE_RECORDS)
def merge(pair_id: UUID) -> ResponseReturnValue:
    """Merge the two owners of a pair as the form says."""
    actor = current_actor()
    pair = pair_line(db.session(), organisation_id=actor.organisation_id, pair_id=pair_id)
    keep = next((side for side in (pair.one, pair.other) if str(side.id) == request.form.get("keep")), None)
    if keep is None:
        raise InvalidInputError(TORN)
    other = pair.other if keep is pair.one else pair.one
    merge_id = merge_owners(
        actor=actor,
        now=datetime.now(UTC),
        keep=OwnerAt(keep.id, _version("keep_version")),
        other=OwnerAt(other.id, _version("other_version")),
        choices=_choices(),
    )
    flash(f"{other.full_name} is merged into {keep.full_name}. The merge can be undone below.", "success")
    return redirect(url_for("records.merges.show", merge_id=merge_id, after=pair_id))


@bp.get("/merges")
@requires(Permission.SEE_RECORDS)
def index() -> str:
    """List merges, the newest first."""
    found = merge_lines(
        db.session(), organisation_id=current_actor().organisation_id, cursor=request.args.get("cursor")
    )
    return render_template("records/merges.html", found=found)


@bp.get("/merges/<uuid:merge_id>")
@requires(Permission.SEE_RECORDS)
def show(merge_id: UUID) -> str:
    """Show what a merge did and what undoing it would do now."""
    found = merge_page(db.session(), organisation_id=current_actor().organisation_id, merge_id=merge_id)
    until = undo_until(found.line.merged_at, undo_days=current_settings().undo_days)
    return render_template(
        "records/merge.html",
        found=found,
        until=until,
        is_too_late=datetime.now(UTC) >= until,
        after=chosen_id(chosen_filters("after"), "after"),
    )


@bp.post("/merges/<uuid:merge_id>/undo")
@requires(Permission.MERGE_RECORDS)
def undo(merge_id: UUID) -> ResponseReturnValue:
    """Take a merge back exactly as its page showed."""
    undo_merge(
        actor=current_actor(),
        now=datetime.now(UTC),
        merge_id=merge_id,
        fingerprint=request.form.get("fingerprint", ""),
        undo_days=current_settings().undo_days,
    )
    flash("The merge is undone: both owners are there again.", category="success")
    return redirect(url_for("records.merges.show", merge_id=merge_id))


def _version(name: str) -> int:
    try:
        return int(request.form.get(name, ""))
    except ValueError as error:
        raise InvalidInputError(TORN) from error


def _choices() -> MergeChoices:
    """What the form says; a field that it lacks takes its default."""
    try:
        fields = {
            name: Take(request.form[f"field-{name}"]) for name in GROUPS if f"field-{name}" in request.form
        }
        pets = {
            UUID(name.removeprefix("pet-")): UUID(value)
            for name, value in request.form.items()
            if name.startswith("pet-") and value
        }
    except ValueError as error:
        raise InvalidInputError(TORN) from error
    return MergeChoices(fields, pets)
