"""Webhook endpoints: who is told about imports; secrets, switching off and on, sending again."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.config import Settings
from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.permissions import Permission
from phcs.core.public_addresses import Network, parse_networks
from phcs.core.webhook_rules import (
    FORMER_SECRET_HOURS,
    SECRET_BYTES,
    TEST_EVENT,
    WebhookEvent,
    new_secret,
)
from phcs.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from phcs.services import auditing
from phcs.services.identifiers import new_id
from phcs.services.import_moves import find_import
from phcs.services.outbound import UnreachableError, require_callable
from phcs.services.transactions import transaction
from phcs.services.webhook_outbox import WAITING, message_body, waiting_delivery

MOST_ENDPOINTS = 20
LONGEST_URL = 1_000
SWITCHED_OFF = "switched off by a person"


def allowed_networks(settings: Settings) -> Sequence[Network]:
    """The networks that webhooks may be sent to though they are not public."""
    return parse_networks(settings.webhook_networks)


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint just made, or its new secret; `secret` is the only time that anybody sees it."""

    id: UUID
    secret: str = field(repr=False)


def add_endpoint(
    *,
    actor: Actor,
    now: datetime,
    url: str,
    events: Collection[str],
    allowed: Sequence[Network] = (),
) -> NewEndpoint:
    """Tell an address about the imports of the actor's organisation from now on.

    `allowed` are networks that may be called though they are not public. Raises InvalidInputError for an address
    that may not be called, without a known event, or when there are 20 endpoints.
    """
    actor.require(Permission.MANAGE_WEBHOOKS)
    address, chosen = _address(url, allowed), _events(events)
    secret = new_secret(secrets.token_bytes(SECRET_BYTES))
    endpoint_id = new_id()
    with transaction() as session:
        _require_room(session, actor)
        session.add(
            WebhookEndpoint(
                id=endpoint_id,
                organisation_id=actor.organisation_id,
                url=address,
                events=chosen,
                secret=secret,
                created_by_name=actor.name,
                created_at=now,
            )
        )
        _record(session, actor, now, endpoint_id, "webhook.added", {"events": chosen})
    return NewEndpoint(endpoint_id, secret)


def tell_about_import(
    *, actor: Actor, now: datetime, import_id: UUID, url: str, allowed: Sequence[Network] = ()
) -> NewEndpoint:
    """Tell an address about one import, whatever becomes of it. Raises InvalidInputError, NotFoundError."""
    actor.require(Permission.UPLOAD)
    address = _address(url, allowed)
    secret = new_secret(secrets.token_bytes(SECRET_BYTES))
    endpoint_id = new_id()
    with transaction() as session:
        find_import(session, actor, import_id)
        session.add(
            WebhookEndpoint(
                id=endpoint_id,
                organisation_id=actor.organisation_id,
                url=address,
                events=_events(list(WebhookEvent)),
                only_import=import_id,
                secret=secret,
                created_by_name=actor.name,
                created_at=now,
            )
        )
        _record(session, actor, now, endpoint_id, "webhook.added", {"only_import": str(import_id)})
    return NewEndpoint(endpoint_id, secret)


def require_address(url: str, *, allowed: Sequence[Network] = ()) -> None:
    """Raise InvalidInputError with a sentence when this address may not be told anything."""
    _address(url, allowed)


def change_endpoint(
    *,
    actor: Actor,
    now: datetime,
    endpoint_id: UUID,
    url: str,
    events: Collection[str],
    allowed: Sequence[Network] = (),
) -> None:
    """Tell another address, or about other events. Raises InvalidInputError like `add_endpoint`, NotFoundError."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    address, chosen = _address(url, allowed), _events(events)
    with transaction() as session:
        found = _endpoint(session, actor, endpoint_id)
        found.url, found.events = address, chosen
        _record(session, actor, now, endpoint_id, "webhook.changed", {"events": chosen})


def rotate_secret(*, actor: Actor, now: datetime, endpoint_id: UUID) -> NewEndpoint:
    """Give an endpoint a new secret; for 24 hours messages are signed by both. Raises NotFoundError."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    secret = new_secret(secrets.token_bytes(SECRET_BYTES))
    with transaction() as session:
        found = _endpoint(session, actor, endpoint_id)
        found.former_secret = found.secret
        found.former_secret_until = now + timedelta(hours=FORMER_SECRET_HOURS)
        found.secret = secret
        _record(session, actor, now, endpoint_id, "webhook.secret_rotated", {})
    return NewEndpoint(endpoint_id, secret)


def disable_endpoint(*, actor: Actor, now: datetime, endpoint_id: UUID) -> None:
    """Tell this address nothing more; what waits is kept until it is enabled. Raises NotFoundError."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    with transaction() as session:
        found = _endpoint(session, actor, endpoint_id)
        if found.disabled_at is None:
            found.disabled_at, found.disabled_because = now, SWITCHED_OFF
            _record(session, actor, now, endpoint_id, "webhook.disabled", {})


def enable_endpoint(*, actor: Actor, now: datetime, endpoint_id: UUID) -> None:
    """Tell this address again; what waited is sent now. Raises NotFoundError."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    with transaction() as session:
        found = _endpoint(session, actor, endpoint_id)
        if found.disabled_at is not None:
            found.disabled_at, found.disabled_because, found.failing_since = None, "", None
            _record(session, actor, now, endpoint_id, "webhook.enabled", {})


def delete_endpoint(*, actor: Actor, now: datetime, endpoint_id: UUID) -> None:
    """Forget an address and its delivery log. Raises NotFoundError."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    with transaction() as session:
        found = _endpoint(session, actor, endpoint_id)
        of_endpoint = sa.select(WebhookDelivery.id).where(
            WebhookDelivery.organisation_id == actor.organisation_id,
            WebhookDelivery.endpoint_id == endpoint_id,
        )
        session.execute(sa.delete(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(of_endpoint)))
        session.execute(
            sa.delete(WebhookDelivery).where(
                WebhookDelivery.organisation_id == actor.organisation_id,
                WebhookDelivery.endpoint_id == endpoint_id,
            )
        )
        session.delete(found)
        _record(session, actor, now, endpoint_id, "webhook.deleted", {})


def send_test(*, actor: Actor, now: datetime, endpoint_id: UUID) -> UUID:
    """Send a message that says nothing, to see whether it arrives; gives its id. Raises NotFoundError."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    with transaction() as session:
        _endpoint(session, actor, endpoint_id)
        message = waiting_delivery(
            endpoint_id=endpoint_id,
            organisation_id=actor.organisation_id,
            import_id=None,
            event=TEST_EVENT,
            body=message_body(event=TEST_EVENT, now=now, data={}),
            now=now,
        )
        session.add(message)
        return message.id


def send_again(*, actor: Actor, now: datetime, delivery_id: UUID) -> None:
    """Send a message once more, with the same id and body, whatever became of it. Raises NotFoundError."""
    actor.require(Permission.MANAGE_WEBHOOKS)
    with transaction() as session:
        done = session.execute(
            sa.update(WebhookDelivery)
            .where(
                WebhookDelivery.organisation_id == actor.organisation_id, WebhookDelivery.id == delivery_id
            )
            .values(state=WAITING, next_at=now, ended_at=None)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise NotFoundError("There is no such message in your organisation.")


def _address(url: str, allowed: Sequence[Network]) -> str:
    address = url.strip()
    if not address or len(address) > LONGEST_URL:
        raise InvalidInputError("Enter the address, e.g. https://example.org/hooks.")
    try:
        require_callable(address, allowed=allowed)
    except UnreachableError as problem:
        raise InvalidInputError(problem.sentence) from problem
    return address


def _events(events: Collection[str]) -> list[str]:
    known = [event.value for event in WebhookEvent]
    if not events or not set(events) <= set(known):
        raise InvalidInputError(f"Choose at least one of: {', '.join(known)}.")
    return [event for event in known if event in events]


def _require_room(session: Session, actor: Actor) -> None:
    number = session.scalar(
        sa.select(sa.func.count())
        .select_from(WebhookEndpoint)
        .where(
            WebhookEndpoint.organisation_id == actor.organisation_id, WebhookEndpoint.only_import.is_(None)
        )
    )
    if (number or 0) >= MOST_ENDPOINTS:
        raise InvalidInputError(
            f"There are {MOST_ENDPOINTS} webhooks already. Delete one that nobody needs any more."
        )


def _endpoint(session: Session, actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    found = session.scalars(
        sa.select(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.organisation_id == actor.organisation_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such webhook in your organisation.")
    return found


def _record(
    session: Session, actor: Actor, now: datetime, endpoint_id: UUID, action: str, detail: dict[str, Any]
) -> None:
    auditing.record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject_kind="webhook",
        subject_id=endpoint_id,
        detail=detail,
    )
