"""Rows whose owner, pet or invoice is not there: a person decides once for all alike."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.planning import OrphanChoice
from phcs.extensions import db
from phcs.queries.orphans import OrphanGroup, orphan_groups
from phcs.queries.owners import OwnerLine, owner_lines
from phcs.queries.searching import RecordFilter
from phcs.services.orphans import GivenDecision, decide_orphans
from phcs.web.access import current_actor
from phcs.web.imports.duplicates import may_decide
from phcs.web.imports.looking import decided, details_of
from phcs.wording.orphans import ORPHAN_CHOICES

bp = Blueprint("orphans", __name__)
OWNERS_SHOWN = 20


@bp.get("/<uuid:import_id>/orphans")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the groups with their first rows, and the owners that a search has found to give them to."""
    found = details_of(import_id)
    searched = request.args.get("q", "").strip()
    return render_template(
        "imports/orphans.html",
        found=found,
        groups=_groups(import_id),
        searched=searched,
        owners=_owners(searched) if searched else (),
        may_decide=may_decide(found),
        choice_words=ORPHAN_CHOICES,
    )


@bp.post("/<uuid:import_id>/orphans")
@requires(Permission.DECIDE_DUPLICATES)
def decide(import_id: UUID) -> ResponseReturnValue:
    """Keep what was chosen for each group, and have the plan made anew."""
    page = url_for("imports.orphans.show", import_id=import_id)
    return decided(
        import_id,
        lambda: decide_orphans(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            decisions=_sent(_groups(import_id)),
        ),
        said="The plan is being made anew with what you decided.",
        back=page,
    )


def _groups(import_id: UUID) -> tuple[OrphanGroup, ...]:
    who = current_actor().organisation_id
    return orphan_groups(db.session(), organisation_id=who, import_id=import_id)


def _owners(searched: str) -> tuple[OwnerLine, ...]:
    page = owner_lines(
        db.session(),
        organisation_id=current_actor().organisation_id,
        wanted=RecordFilter(text=searched),
        size=OWNERS_SHOWN,
    )
    return tuple(page.rows)


def _sent(groups: tuple[OrphanGroup, ...]) -> list[GivenDecision]:
    """What the form changes, group by group; what it leaves as it is does not count."""
    given = [_decision(group, request.form.get(f"choice-{group.name}", "")) for group in groups]
    return [one for one in given if one is not None]


def _decision(group: OrphanGroup, word: str) -> GivenDecision | None:
    if not group.is_for_a_person or not word:
        return None
    if word not in set(OrphanChoice):
        raise InvalidInputError("Choose what becomes of the rows.")
    choice = OrphanChoice(word)
    owner_id = _owner(request.form.get(f"owner-{group.name}", "")) if choice is OrphanChoice.OWNER else None
    if choice is group.choice and owner_id == group.owner_id:
        return None
    if choice is OrphanChoice.HOLD:
        return None if group.choice is None else GivenDecision(group.table_no, group.code, None)
    return GivenDecision(group.table_no, group.code, choice, owner_id)


def _owner(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError(
            "Search for the owner first, then choose one of those that were found."
        ) from error
