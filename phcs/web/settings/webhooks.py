"""Webhooks: which addresses are told about imports, and what became of each message."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.webhook_rules import WebhookEvent
from phcs.extensions import current_settings, db
from phcs.queries.webhooks import deliveries_of, webhook_endpoint, webhook_endpoints
from phcs.services import webhooks
from phcs.web.access import current_actor, signed_in
from phcs.web.settings.outcomes import done

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")

EVENT_WORDS = {
    WebhookEvent.READY_FOR_REVIEW.value: "An import is ready for review",
    WebhookEvent.COMPLETED.value: "An import is completed",
    WebhookEvent.FAILED.value: "An import failed",
    WebhookEvent.UNDONE.value: "An import was undone",
    "webhook.test": "Test message",
}


class WebhookForm(FlaskForm):
    """Where to, and what about."""

    url = URLField(
        "Address",
        description="It must begin with https:// and be reachable from the internet.",
        validators=[
            InputRequired("Enter the address, e.g. https://example.org/hooks."),
            Length(max=webhooks.LONGEST_URL),
        ],
    )
    events = SelectMultipleField(
        "Tell it when",
        choices=[SelectChoice(event.value, EVENT_WORDS[event.value]) for event in WebhookEvent],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired("Choose at least one event.")],
    )


@bp.get("")
@requires(Permission.MANAGE_WEBHOOKS)
def index() -> ResponseReturnValue:
    """List the webhooks."""
    found = webhook_endpoints(db.session, organisation_id=signed_in().organisation_id)
    return render_template("settings/webhooks.html", endpoints=found, event_words=EVENT_WORDS)


@bp.get("/new")
@requires(Permission.MANAGE_WEBHOOKS)
def new() -> ResponseReturnValue:
    """Ask for an address."""
    return render_template("settings/webhook_new.html", form=WebhookForm(events=list(WebhookEvent)))


@bp.post("/new")
@requires(Permission.MANAGE_WEBHOOKS)
def add() -> ResponseReturnValue:
    """Add a webhook and show its secret, once: no page shows it again, so there is no redirect."""
    form = WebhookForm()
    if form.validate_on_submit():
        try:
            made = webhooks.add_endpoint(
                actor=current_actor(),
                now=datetime.now(UTC),
                url=form.url.data,
                events=form.events.data,
                allowed=webhooks.allowed_networks(current_settings()),
            )
        except InvalidInputError as problem:
            form.form_errors.append(problem.sentence)
        else:
            return render_template("settings/webhook_secret.html", made=made, url=form.url.data)
    return render_template("settings/webhook_new.html", form=form), 422


@bp.get("/<uuid:endpoint_id>")
@requires(Permission.MANAGE_WEBHOOKS)
def show(endpoint_id: UUID) -> ResponseReturnValue:
    """Show one webhook with its delivery log."""
    return _page(endpoint_id)


@bp.post("/<uuid:endpoint_id>")
@requires(Permission.MANAGE_WEBHOOKS)
def change(endpoint_id: UUID) -> ResponseReturnValue:
    """Change the address or the events."""
    form = WebhookForm()
    if form.validate_on_submit():
        try:
            webhooks.change_endpoint(
                actor=current_actor(),
                now=datetime.now(UTC),
                endpoint_id=endpoint_id,
                url=form.url.data,
                events=form.events.data,
                allowed=webhooks.allowed_networks(current_settings()),
            )
        except InvalidInputError as problem:
            form.form_errors.append(problem.sentence)
        else:
            flash("The webhook is changed.", category="success")
            return redirect(url_for("settings.webhooks.show", endpoint_id=endpoint_id))
    return _page(endpoint_id, form=form), 422


@bp.post("/<uuid:endpoint_id>/secret/rotate")
@requires(Permission.MANAGE_WEBHOOKS)
def rotate(endpoint_id: UUID) -> ResponseReturnValue:
    """Give it a new secret and show that, once."""
    made = webhooks.rotate_secret(actor=current_actor(), now=datetime.now(UTC), endpoint_id=endpoint_id)
    found = webhook_endpoint(db.session, organisation_id=signed_in().organisation_id, endpoint_id=endpoint_id)
    return render_template("settings/webhook_secret.html", made=made, url=found.url, is_rotated=True)


@bp.post("/<uuid:endpoint_id>/test")
@requires(Permission.MANAGE_WEBHOOKS)
def test(endpoint_id: UUID) -> ResponseReturnValue:
    """Send a message that says nothing."""
    return _done(
        endpoint_id, webhooks.send_test, "A test message is on its way; the log shows what became of it."
    )


@bp.post("/<uuid:endpoint_id>/disable")
@requires(Permission.MANAGE_WEBHOOKS)
def disable(endpoint_id: UUID) -> ResponseReturnValue:
    """Switch it off."""
    return _done(endpoint_id, webhooks.disable_endpoint, "The webhook is switched off.")


@bp.post("/<uuid:endpoint_id>/enable")
@requires(Permission.MANAGE_WEBHOOKS)
def enable(endpoint_id: UUID) -> ResponseReturnValue:
    """Switch it on again."""
    return _done(
        endpoint_id, webhooks.enable_endpoint, "The webhook is switched on; what waited is sent now."
    )


@bp.post("/<uuid:endpoint_id>/delete")
@requires(Permission.MANAGE_WEBHOOKS)
def delete(endpoint_id: UUID) -> ResponseReturnValue:
    """Forget it."""
    webhooks.delete_endpoint(actor=current_actor(), now=datetime.now(UTC), endpoint_id=endpoint_id)
    flash("The webhook is deleted.", category="success")
    return redirect(url_for("settings.webhooks.index"))


@bp.post("/<uuid:endpoint_id>/messages/<uuid:delivery_id>/send-again")
@requires(Permission.MANAGE_WEBHOOKS)
def send_again(endpoint_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Send one message once more."""
    webhooks.send_again(actor=current_actor(), now=datetime.now(UTC), delivery_id=delivery_id)
    flash("The message is on its way once more.", category="success")
    return redirect(url_for("settings.webhooks.show", endpoint_id=endpoint_id))


def _page(endpoint_id: UUID, *, form: WebhookForm | None = None) -> str:
    organisation_id = signed_in().organisation_id
    found = webhook_endpoint(db.session, organisation_id=organisation_id, endpoint_id=endpoint_id)
    return render_template(
        "settings/webhook.html",
        endpoint=found,
        messages=deliveries_of(db.session, organisation_id=organisation_id, endpoint_id=endpoint_id),
        form=form or WebhookForm(obj=found),
        event_words=EVENT_WORDS,
    )


def _done(endpoint_id: UUID, use_case: Callable[..., object], sentence: str) -> ResponseReturnValue:
    return done(
        url_for("settings.webhooks.show", endpoint_id=endpoint_id),
        lambda: use_case(actor=current_actor(), now=datetime.now(UTC), endpoint_id=endpoint_id),
        sentence,
    )
