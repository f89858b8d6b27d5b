"""The people of the organisation."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission, Role
from phcs.extensions import db
from phcs.queries.people import people_of, person
from phcs.services import people
from phcs.services.passwords import generate_password
from phcs.web.access import current_actor, signed_in
from phcs.web.settings.forms import PersonForm, RoleForm
from phcs.web.settings.outcomes import done

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("")
@requires(Permission.MANAGE_PEOPLE)
def index() -> ResponseReturnValue:
    """List everybody."""
    found = people_of(db.session, organisation_id=signed_in().organisation_id, now=datetime.now(UTC))
    return render_template("settings/people.html", people=found)


@bp.get("/new")
@requires(Permission.MANAGE_PEOPLE)
def new() -> ResponseReturnValue:
    """Ask who is to be added."""
    return render_template("settings/person_new.html", form=PersonForm())


@bp.post("/new")
@requires(Permission.MANAGE_PEOPLE)
def add() -> ResponseReturnValue:
    """Add somebody and show their first password, once: it is stored nowhere, so there is no redirect."""
    form = PersonForm()
    if form.validate_on_submit():
        password = generate_password()
        try:
            people.add_person(
                actor=current_actor(),
                now=datetime.now(UTC),
                name=form.name.data,
                email=form.email.data,
                role=Role(form.role.data),
                password=password,
            )
        except InvalidInputError as problem:
            form.form_errors.append(problem.sentence)
        else:
            return render_template(
                "settings/password.html", name=form.name.data, password=password, is_new=True
            )
    return render_template("settings/person_new.html", form=form), 422


@bp.get("/<uuid:person_id>")
@requires(Permission.MANAGE_PEOPLE)
def show(person_id: UUID) -> ResponseReturnValue:
    """Show one person and what can be done about them."""
    me = signed_in()
    found = person(db.session, organisation_id=me.organisation_id, person_id=person_id, now=datetime.now(UTC))
    form = RoleForm(role=found.role.value)
    return render_template("settings/person.html", person=found, form=form, is_me=found.id == me.id)


@bp.post("/<uuid:person_id>/role")
@requires(Permission.MANAGE_PEOPLE)
def change_role(person_id: UUID) -> ResponseReturnValue:
    """Give the person another role."""
    form = RoleForm()
    if not form.validate_on_submit():
        flash("Choose a role.", category="danger")
        return redirect(url_for("settings.people.show", person_id=person_id))
    role = Role(form.role.data)
    return _done(
        person_id,
        lambda: people.change_role(
            actor=current_actor(), now=datetime.now(UTC), person_id=person_id, role=role
        ),
        "The role is changed. The person has to sign in again.",
    )


@bp.post("/<uuid:person_id>/disable")
@requires(Permission.MANAGE_PEOPLE)
def disable(person_id: UUID) -> ResponseReturnValue:
    """Keep the person from signing in."""
    return _done(
        person_id,
        lambda: people.disable_person(actor=current_actor(), now=datetime.now(UTC), person_id=person_id),
        "The person is disabled and signed out everywhere.",
    )


@bp.post("/<uuid:person_id>/enable")
@requires(Permission.MANAGE_PEOPLE)
def enable(person_id: UUID) -> ResponseReturnValue:
    """Let the person sign in again."""
    return _done(
        person_id,
        lambda: people.enable_person(actor=current_actor(), now=datetime.now(UTC), person_id=person_id),
        "The person may sign in again.",
    )


@bp.post("/<uuid:person_id>/password/reset")
@requires(Permission.MANAGE_PEOPLE)
def reset_password(person_id: UUID) -> ResponseReturnValue:
    """Give the person a new password and show it, once."""
    now, me = datetime.now(UTC), signed_in()
    found = person(db.session, organisation_id=me.organisation_id, person_id=person_id, now=now)
    password = people.reset_password(actor=current_actor(), now=now, person_id=person_id)
    return render_template("settings/password.html", name=found.name, password=password, is_new=False)


def _done(person_id: UUID, use_case: Callable[[], None], sentence: str) -> ResponseReturnValue:
    """Say what was done, or why not, on the person's page."""
    return done(url_for("settings.people.show", person_id=person_id), use_case, sentence)
