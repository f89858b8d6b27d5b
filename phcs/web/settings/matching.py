"""By which rules imports recognise owners, unless somebody chooses others."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from phcs.core.access_marks import requires
from phcs.core.matching.presets import MatchPreset, MatchRules
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.matching_settings import usual_match_rules
from phcs.services.match_rules import change_usual_match_rules
from phcs.web.access import current_actor, signed_in
from phcs.wording.matching import NEW_PET_WORDS, PRESET_HELP, PRESET_WORDS

bp = Blueprint("matching", __name__, url_prefix="/matching")


class MatchRulesForm(FlaskForm):
    """Which rules, and the one option of one of them."""

    preset = RadioField(
        "How owners are recognised",
        description="Whatever you choose: what a person answered, and the other system's own id, come first.",
        choices=[
            SelectChoice(preset.value, f"{PRESET_WORDS[preset]}. {PRESET_HELP[preset]}")
            for preset in MatchPreset
        ],
        validators=[InputRequired("Choose how owners are recognised.")],
    )
    new_pet_is_new_owner = BooleanField("Another pet is another owner", description=NEW_PET_WORDS)

    def rules(self) -> MatchRules:
        """The rules that were chosen; the option belongs to one preset alone."""
        preset = MatchPreset(self.preset.data)
        literal = bool(self.new_pet_is_new_owner.data) and preset is MatchPreset.PHONE_NAME_PET
        return MatchRules(preset=preset, new_pet_is_new_owner=literal)


@bp.get("")
@requires(Permission.MANAGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the rules that are usual here."""
    usual = usual_match_rules(db.session(), organisation_id=signed_in().organisation_id)
    form = MatchRulesForm(preset=usual.preset.value, new_pet_is_new_owner=usual.new_pet_is_new_owner)
    return render_template("settings/matching.html", form=form)


@bp.post("")
@requires(Permission.MANAGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Choose the rules for every import that is uploaded from now on."""
    form = MatchRulesForm()
    if not form.validate_on_submit():
        return render_template("settings/matching.html", form=form), 422
    changed = change_usual_match_rules(actor=current_actor(), now=datetime.now(UTC), rules=form.rules())
    flash("The rules are changed." if changed else "Nothing was different.", category="success")
    return redirect(url_for("settings.matching.show"))
