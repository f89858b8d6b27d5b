"""Webhooks for programs: add, change, rotate the secret, look at the delivery log, send again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from phcs.api import problems, webhook_shapes
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, Body, described
from phcs.api.webhook_shapes import (
    WebhookMessageShape,
    WebhookMessagesShape,
    WebhookRequestShape,
    WebhookSecretShape,
    WebhookShape,
    WebhooksShape,
    WebhookTestShape,
)
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import current_settings, db
from phcs.queries.webhooks import (
    DeliveryFacts,
    EndpointFacts,
    deliveries_of,
    webhook_endpoint,
    webhook_endpoints,
)
from phcs.services import webhooks

LARGEST_REQUEST = 20_000

bp = Blueprint("api_webhooks", __name__, url_prefix="/api/v1/webhooks")
problems.register(bp)


_SECTION = "Webhooks"
_BODY = Body(shape=WebhookRequestShape, example=webhook_shapes.REQUEST)
_INVALID = ("invalid_input",)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()
    request.max_content_length = LARGEST_REQUEST


@bp.get("")
@requires(Permission.MANAGE_WEBHOOKS)
@described(_SECTION, Answer("Every webhook.", 200, WebhooksShape, {"webhooks": [webhook_shapes.WEBHOOK]}))
def index() -> Response:
    """List the webhooks."""
    found = webhook_endpoints(db.session, organisation_id=calling_actor().organisation_id)
    return jsonify(webhooks=[_webhook(one) for one in found])


@bp.post("")
@requires(Permission.MANAGE_WEBHOOKS)
@described(
    _SECTION,
    Answer("It is added; keep its secret.", 201, WebhookSecretShape, webhook_shapes.SECRET),
    body=_BODY,
    refusals=_INVALID,
)
def add() -> tuple[Response, int]:
    """Add a webhook. Messages are signed as Standard Webhooks 1.0.0 says; the secret is shown only now."""
    url, events = _asked()
    made = webhooks.add_endpoint(
        actor=calling_actor(),
        now=datetime.now(UTC),
        url=url,
        events=events,
        allowed=webhooks.allowed_networks(current_settings()),
    )
    return jsonify(id=str(made.id), secret=made.secret), 201


@bp.get("/<uuid:webhook_id>")
@requires(Permission.MANAGE_WEBHOOKS)
@described(_SECTION, Answer("The webhook.", 200, WebhookShape, webhook_shapes.WEBHOOK))
def show(webhook_id: UUID) -> Response:
    """Show one webhook."""
    return jsonify(_webhook(_known(webhook_id)))


@bp.put("/<uuid:webhook_id>")
@requires(Permission.MANAGE_WEBHOOKS)
@described(
    _SECTION, Answer("The webhook.", 200, WebhookShape, webhook_shapes.WEBHOOK), body=_BODY, refusals=_INVALID
)
def change(webhook_id: UUID) -> Response:
    """Change the address or the events."""
    url, events = _asked()
    webhooks.change_endpoint(
        actor=calling_actor(),
        now=datetime.now(UTC),
        endpoint_id=webhook_id,
        url=url,
        events=events,
        allowed=webhooks.allowed_networks(current_settings()),
    )
    return jsonify(_webhook(_known(webhook_id)))


@bp.delete("/<uuid:webhook_id>")
@requires(Permission.MANAGE_WEBHOOKS)
@described(_SECTION, Answer("It is deleted.", 204))
def delete(webhook_id: UUID) -> tuple[str, int]:
    """Delete a webhook and its delivery log."""
    webhooks.delete_endpoint(actor=calling_actor(), now=datetime.now(UTC), endpoint_id=webhook_id)
    return "", 204


@bp.post("/<uuid:webhook_id>/disable")
@requires(Permission.MANAGE_WEBHOOKS)
@described(_SECTION, Answer("The webhook.", 200, WebhookShape, webhook_shapes.WEBHOOK))
def disable(webhook_id: UUID) -> Response:
    """Switch a webhook off; what waits is kept."""
    return _after(webhook_id, webhooks.disable_endpoint)


@bp.post("/<uuid:webhook_id>/enable")
@requires(Permission.MANAGE_WEBHOOKS)
@described(_SECTION, Answer("The webhook.", 200, WebhookShape, webhook_shapes.WEBHOOK))
def enable(webhook_id: UUID) -> Response:
    """Switch a webhook on again; what waited is sent now."""
    return _after(webhook_id, webhooks.enable_endpoint)


@bp.post("/<uuid:webhook_id>/rotate")
@requires(Permission.MANAGE_WEBHOOKS)
@described(_SECTION, Answer("Its new secret.", 200, WebhookSecretShape, webhook_shapes.SECRET))
def rotate(webhook_id: UUID) -> Response:
    """Give a webhook a new secret; for 24 hours messages carry signatures by both."""
    made = webhooks.rotate_secret(actor=calling_actor(), now=datetime.now(UTC), endpoint_id=webhook_id)
    return jsonify(id=str(made.id), secret=made.secret)


@bp.post("/<uuid:webhook_id>/test")
@requires(Permission.MANAGE_WEBHOOKS)
@described(_SECTION, Answer("It is on its way.", 202, WebhookTestShape, webhook_shapes.SENT))
def test(webhook_id: UUID) -> tuple[Response, int]:
    """Send a message that says nothing, to see whether it arrives."""
    message = webhooks.send_test(actor=calling_actor(), now=datetime.now(UTC), endpoint_id=webhook_id)
    return jsonify(message=str(message)), 202


@bp.get("/<uuid:webhook_id>/messages")
@requires(Permission.MANAGE_WEBHOOKS)
@described(
    _SECTION, Answer("The delivery log.", 200, WebhookMessagesShape, {"messages": [webhook_shapes.MESSAGE]})
)
def messages(webhook_id: UUID) -> Response:
    """Show the delivery log: the newest hundred messages with every attempt."""
    _known(webhook_id)
    found = deliveries_of(db.session, organisation_id=calling_actor().organisation_id, endpoint_id=webhook_id)
    return jsonify(messages=[_message(one) for one in found])


@bp.post("/messages/<uuid:message_id>/send-again")
@requires(Permission.MANAGE_WEBHOOKS)
@described(_SECTION, Answer("It is on its way.", 202, WebhookTestShape, webhook_shapes.SENT))
def send_again(message_id: UUID) -> tuple[Response, int]:
    """Send a message once more, with the same id and body."""
    webhooks.send_again(actor=calling_actor(), now=datetime.now(UTC), delivery_id=message_id)
    return jsonify(message=str(message_id)), 202


def _after(webhook_id: UUID, use_case: Callable[..., object]) -> Response:
    use_case(actor=calling_actor(), now=datetime.now(UTC), endpoint_id=webhook_id)
    return jsonify(_webhook(_known(webhook_id)))


def _asked() -> tuple[str, list[str]]:
    data: Any = request.get_json(silent=True)
    if not isinstance(data, dict) or not isinstance(data.get("url"), str):
        raise InvalidInputError("Send a JSON object with “url” and “events”.")
    events = data.get("events")
    if not isinstance(events, list) or not all(isinstance(one, str) for one in events):
        raise InvalidInputError("“events” must be a list of the events that this address is told of.")
    return data["url"], events


def _known(webhook_id: UUID) -> EndpointFacts:
    return webhook_endpoint(
        db.session, organisation_id=calling_actor().organisation_id, endpoint_id=webhook_id
    )


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _webhook(one: EndpointFacts) -> WebhookShape:
    return {
        "id": str(one.id),
        "url": one.url,
        "events": list(one.events),
        "created_at": one.created_at.isoformat(),
        "waiting": one.waiting,
        "failing_since": _moment(one.failing_since),
        "disabled_at": _moment(one.disabled_at),
        "disabled_because": one.disabled_because,
    }


def _message(one: DeliveryFacts) -> WebhookMessageShape:
    return {
        "id": str(one.id),
        "message_id": one.message_id,
        "event": one.event,
        "import_id": str(one.import_id) if one.import_id else None,
        "state": one.state,
        "created_at": one.created_at.isoformat(),
        "next_attempt_at": _moment(one.next_at),
        "attempts": [
            {
                "at": each.at.isoformat(),
                "status": each.status,
                "milliseconds": each.milliseconds,
                "problem": each.problem,
            }
            for each in one.attempts
        ],
    }
