"""The organisation's settings."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.people import organisation_settings
from phcs.services.organisations import change_settings
from phcs.web.access import current_actor, signed_in
from phcs.web.settings.forms import OrganisationForm

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("")
@requires(Permission.MANAGE_SETTINGS)
def organisation() -> ResponseReturnValue:
    """Show what the organisation has chosen."""
    chosen = organisation_settings(db.session, organisation_id=signed_in().organisation_id)
    return render_template("settings/organisation.html", form=OrganisationForm(obj=chosen))


@bp.post("")
@requires(Permission.MANAGE_SETTINGS)
def change_organisation() -> ResponseReturnValue:
    """Change the settings."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            changed = change_settings(
                actor=current_actor(),
                now=datetime.now(UTC),
                name=form.name.data,
                four_eyes=form.four_eyes.data,
                region=form.region.data,
                time_zone=form.time_zone.data,
                keep_invalid_optional=form.keep_invalid_optional.data,
            )
        except InvalidInputError as problem:
            form.form_errors.append(problem.sentence)
        else:
            flash("The settings are changed." if changed else "Nothing was different.", category="success")
            return redirect(url_for("settings.organisation"))
    return render_template("settings/organisation.html", form=form), 422
