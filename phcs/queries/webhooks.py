"""Webhook endpoints and their delivery logs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from phcs.core.errors import NotFoundError
from phcs.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from phcs.queries.people import AnySession

NEWEST = 100
"""So many messages the delivery log of an endpoint shows."""


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """An endpoint as people see it; its secret is not shown again."""

    id: UUID
    url: str
    events: tuple[str, ...]
    created_at: datetime
    created_by_name: str
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_because: str
    waiting: int
    """Messages that have not arrived yet."""


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """One attempt: the HTTP status (0 for no answer), how long it took, and what was wrong."""

    at: datetime
    status: int
    milliseconds: int
    problem: str


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """One message of the delivery log with its attempts, the newest first."""

    id: UUID
    event: str
    import_id: UUID | None
    state: str
    created_at: datetime
    next_at: datetime | None
    body: str
    attempts: tuple[AttemptFacts, ...]

    @property
    def message_id(self) -> str:
        """What the receiver sees as `webhook-id`, the same for every attempt."""
        return f"msg_{self.id.hex}"


def webhook_endpoints(session: AnySession, *, organisation_id: UUID) -> tuple[EndpointFacts, ...]:
    """Every endpoint of an organisation, the oldest first, but for those that hear of one import only."""
    return tuple(_endpoints(session, organisation_id, WebhookEndpoint.only_import.is_(None)))


def webhook_endpoint(session: AnySession, *, organisation_id: UUID, endpoint_id: UUID) -> EndpointFacts:
    """One endpoint. Raises NotFoundError."""
    found = _endpoints(session, organisation_id, WebhookEndpoint.id == endpoint_id)
    if not found:
        raise NotFoundError("There is no such webhook in your organisation.")
    return found[0]


def deliveries_of(
    session: AnySession, *, organisation_id: UUID, endpoint_id: UUID
) -> tuple[DeliveryFacts, ...]:
    """The newest messages for an endpoint with all their attempts."""
    messages = session.scalars(
        sa.select(WebhookDelivery)
        .where(WebhookDelivery.organisation_id == organisation_id, WebhookDelivery.endpoint_id == endpoint_id)
        .order_by(WebhookDelivery.id.desc())
        .limit(NEWEST)
    ).all()
    attempts: dict[UUID, list[AttemptFacts]] = {message.id: [] for message in messages}
    for one in session.scalars(
        sa.select(WebhookAttempt)
        .where(
            WebhookAttempt.organisation_id == organisation_id, WebhookAttempt.delivery_id.in_(list(attempts))
        )
        .order_by(WebhookAttempt.attempt.desc())
    ):
        attempts[one.delivery_id].append(AttemptFacts(one.at, one.status, one.milliseconds, one.problem))
    return tuple(
        DeliveryFacts(
            message.id,
            message.event,
            message.import_id,
            message.state,
            message.created_at,
            message.next_at,
            message.body,
            tuple(attempts[message.id]),
        )
        for message in messages
    )


def _endpoints(
    session: AnySession, organisation_id: UUID, which: sa.ColumnElement[bool]
) -> list[EndpointFacts]:
    waiting = (
        sa.select(sa.func.count())
        .select_from(WebhookDelivery)
        .where(WebhookDelivery.endpoint_id == WebhookEndpoint.id, WebhookDelivery.state == "waiting")
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(WebhookEndpoint, waiting)
        .where(WebhookEndpoint.organisation_id == organisation_id, which)
        .order_by(WebhookEndpoint.id)
    ).all()
    return [
        EndpointFacts(
            one.id,
            one.url,
            tuple(one.events),
            one.created_at,
            one.created_by_name,
            one.failing_since,
            one.disabled_at,
            one.disabled_because,
            number,
        )
        for one, number in rows
    ]
