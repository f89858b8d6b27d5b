"""A later export of the same source: facts that were changed both there and here, and records that it names no more."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.history import fact_specs
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.conflicts import ConflictGroup, conflict_groups
from phcs.queries.gone_records import gone_records
from phcs.services.conflicts import GivenTake, decide_conflicts
from phcs.web.access import current_actor
from phcs.web.imports.duplicates import may_decide
from phcs.web.imports.looking import decided, details_of
from phcs.web.imports.words import KINDS

bp = Blueprint("coming_again", __name__)
OURS, THEIRS = "ours", "theirs"


@bp.get("/<uuid:import_id>/coming-again")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show both, with whose value holds for each fact."""
    found = details_of(import_id)
    groups = _groups(import_id)
    who = current_actor().organisation_id
    return render_template(
        "imports/coming_again.html",
        found=found,
        groups=groups,
        labels={group.name: _label(group) for group in groups},
        gone=gone_records(db.session(), organisation_id=who, import_id=import_id),
        kind_words=KINDS,
        may_decide=may_decide(found),
    )


@bp.post("/<uuid:import_id>/coming-again")
@requires(Permission.DECIDE_DUPLICATES)
def decide(import_id: UUID) -> ResponseReturnValue:
    """Keep what was chosen for each fact, and have the plan made anew."""
    return decided(
        import_id,
        lambda: decide_conflicts(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, takes=_sent(_groups(import_id))
        ),
        said="The plan is being made anew with what you decided.",
        back=url_for("imports.coming_again.show", import_id=import_id),
    )


def _groups(import_id: UUID) -> tuple[ConflictGroup, ...]:
    who = current_actor().organisation_id
    return conflict_groups(db.session(), organisation_id=who, import_id=import_id)


def _sent(groups: tuple[ConflictGroup, ...]) -> list[GivenTake]:
    """What the form changes; its two buttons answer for all facts at once."""
    every = request.form.get("all", "")
    takes = []
    for group in groups:
        word = every or request.form.get(f"take-{group.name}", "")
        if word not in {OURS, THEIRS, ""}:
            raise InvalidInputError("Choose ours or theirs.")
        if word and (word == THEIRS) is not group.takes_theirs:
            takes.append(GivenTake(group.kind, group.fact, word == THEIRS))
    return takes


def _label(group: ConflictGroup) -> str:
    """What people call the fact."""
    spec = fact_specs(group.kind.value).get(group.fact) if group.kind.is_history else None
    return spec.label if spec else group.fact.replace("_", " ")
