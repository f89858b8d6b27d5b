"""What other rules would link, ask about and create, before anybody chooses them for an import."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.matching.presets import MatchPreset, MatchRules
from phcs.core.permissions import Permission
from phcs.core.row_places import RowPlace
from phcs.extensions import db
from phcs.queries.match_answers import incoming_names
from phcs.services.match_rules import change_match_rules
from phcs.services.matching_preview import MatchingPreview, matching_preview
from phcs.web.access import current_actor
from phcs.web.imports.duplicates import may_decide
from phcs.web.imports.looking import decided, details_of
from phcs.wording.matching import NEW_PET_WORDS, PRESET_HELP, PRESET_WORDS

bp = Blueprint("match_rules", __name__)
SECONDS = 4.0
"""A page may take so long; what was answered by then is shown as a part of the rows."""

ANSWERS = {"link": "linked", "review": "asked about", "new": "new", "": "not looked for"}


@bp.get("/<uuid:import_id>/duplicates/rules")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the rules of this import and, with others in the address, what they would change."""
    found = details_of(import_id)
    rules = _rules(request.args.get("preset", ""), request.args.get("new_pet_is_new_owner", ""))
    preview = None
    if rules is not None and not found.is_moving:
        preview = matching_preview(actor=current_actor(), import_id=import_id, rules=rules, seconds=SECONDS)
    return render_template(
        "imports/match_rules.html",
        found=found,
        usual=found.options.match_rules,
        rules=rules or found.options.match_rules,
        preview=preview,
        names=_names(import_id, preview),
        presets=MatchPreset,
        preset_words=PRESET_WORDS,
        preset_help=PRESET_HELP,
        new_pet_words=NEW_PET_WORDS,
        answers=ANSWERS,
        may_decide=may_decide(found),
    )


@bp.post("/<uuid:import_id>/duplicates/rules")
@requires(Permission.DECIDE_DUPLICATES)
def change(import_id: UUID) -> ResponseReturnValue:
    """Have the plan made anew by other rules."""
    rules = _rules(request.form.get("preset", ""), request.form.get("new_pet_is_new_owner", ""))
    if rules is None:
        raise InvalidInputError("Choose how owners are recognised.")
    return decided(
        import_id,
        lambda: change_match_rules(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, rules=rules
        ),
        said="The plan is being made anew by the rules that you chose.",
        back=url_for("imports.match_rules.show", import_id=import_id),
    )


def _rules(preset: str, literal: str) -> MatchRules | None:
    """The rules that a form or an address names, None for none."""
    if preset not in set(MatchPreset):
        return None
    chosen = MatchPreset(preset)
    return MatchRules(chosen, new_pet_is_new_owner=bool(literal) and chosen is MatchPreset.PHONE_NAME_PET)


def _names(import_id: UUID, preview: MatchingPreview | None) -> dict[RowPlace, str]:
    rows = [one.place for one in preview.first] if preview else []
    return incoming_names(db.session(), current_actor().organisation_id, import_id, rows)
