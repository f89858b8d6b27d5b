"""Keys for programs."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.people import api_keys_of
from phcs.services.api_keys import create_api_key, revoke_api_key
from phcs.web.access import current_actor, signed_in
from phcs.web.settings.forms import SCOPE_WORDS, ApiKeyForm

bp = Blueprint("api_keys", __name__, url_prefix="/api-keys")


@bp.get("")
@requires(Permission.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """List the keys."""
    keys = api_keys_of(db.session, organisation_id=signed_in().organisation_id)
    return render_template(
        "settings/api_keys.html", keys=keys, now=datetime.now(UTC), scope_words=SCOPE_WORDS
    )


@bp.get("/new")
@requires(Permission.MANAGE_SETTINGS)
def new() -> ResponseReturnValue:
    """Ask what the key is for."""
    return render_template("settings/api_key_new.html", form=ApiKeyForm())


@bp.post("/new")
@requires(Permission.MANAGE_SETTINGS)
def create() -> ResponseReturnValue:
    """Make a key and show it, once: it is stored nowhere, so there is no redirect."""
    form = ApiKeyForm()
    if form.validate_on_submit():
        now = datetime.now(UTC)
        try:
            key = create_api_key(
                actor=current_actor(),
                now=now,
                name=form.name.data,
                scopes=frozenset(form.scopes.data),
                expires_at=now + timedelta(days=form.days.data),
            )
        except InvalidInputError as problem:
            form.form_errors.append(problem.sentence)
        else:
            return render_template("settings/api_key_created.html", name=form.name.data, secret=key.secret)
    return render_template("settings/api_key_new.html", form=form), 422


@bp.post("/<uuid:key_id>/revoke")
@requires(Permission.MANAGE_SETTINGS)
def revoke(key_id: UUID) -> ResponseReturnValue:
    """End a key at once."""
    revoke_api_key(actor=current_actor(), now=datetime.now(UTC), key_id=key_id)
    flash("The key is revoked; no program can use it any more.", category="success")
    return redirect(url_for("settings.api_keys.index"))
