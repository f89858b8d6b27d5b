"""The outbox of webhooks: what endpoints are to be told, written in the transaction of what is told."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.states import ImportState
from phcs.core.webhook_rules import WebhookEvent
from phcs.models.imports import Import
from phcs.models.webhooks import WebhookDelivery, WebhookEndpoint
from phcs.services.identifiers import new_id

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given_up"

_TOLD = {
    "import.planned": (WebhookEvent.READY_FOR_REVIEW, ImportState.REVIEW),
    "import.promoted": (WebhookEvent.COMPLETED, ImportState.COMPLETED),
    "import.failed": (WebhookEvent.FAILED, ImportState.FAILED),
    "import.undone": (WebhookEvent.UNDONE, ImportState.UNDONE),
}
"""Which entries of the audit trail endpoints hear of, and the state they stand for."""


def announce(
    session: Session, *, organisation_id: UUID, import_id: UUID | None, action: str, now: datetime
) -> None:
    """Write one message for each endpoint that wants to hear of this entry of the audit trail; most want nothing.

    A plan is announced only where a person has to review it: not when an earlier approval holds on.
    """
    if action not in _TOLD or import_id is None:
        return
    event, state = _TOLD[action]
    endpoints = _listening(session, organisation_id, import_id, event)
    if not endpoints:
        return
    found = session.execute(
        sa.select(Import.state, Import.external_id, Import.row_counts, Import.plan_counts).where(
            Import.organisation_id == organisation_id, Import.id == import_id
        )
    ).one()
    if event is WebhookEvent.READY_FOR_REVIEW and found.state is not ImportState.REVIEW:
        return
    data = {
        "import": str(import_id),
        "external_id": found.external_id or "",
        "state": state.value,
        "rows": dict(found.row_counts),
        "plan": dict(found.plan_counts),
    }
    body = message_body(event=event.value, now=now, data=data)
    for endpoint_id in endpoints:
        session.add(
            waiting_delivery(
                endpoint_id=endpoint_id,
                organisation_id=organisation_id,
                import_id=import_id,
                event=event.value,
                body=body,
                now=now,
            )
        )


def _listening(session: Session, organisation_id: UUID, import_id: UUID, event: WebhookEvent) -> list[UUID]:
    """The endpoints that want to hear of this event of this import."""
    endpoints = session.scalars(
        sa.select(WebhookEndpoint).where(
            WebhookEndpoint.organisation_id == organisation_id, WebhookEndpoint.disabled_at.is_(None)
        )
    )
    return [
        endpoint.id
        for endpoint in endpoints
        if event.value in endpoint.events and endpoint.only_import in {None, import_id}
    ]


def message_body(*, event: str, now: datetime, data: dict[str, Any]) -> str:
    """The text of a message in the form that the specification recommends."""
    message = {"type": event, "timestamp": now.astimezone(UTC).isoformat(), "data": data}
    return orjson.dumps(message).decode()


def waiting_delivery(
    *, endpoint_id: UUID, organisation_id: UUID, import_id: UUID | None, event: str, body: str, now: datetime
) -> WebhookDelivery:
    """A message that is to be sent now."""
    return WebhookDelivery(
        id=new_id(),
        endpoint_id=endpoint_id,
        organisation_id=organisation_id,
        import_id=import_id,
        event=event,
        body=body,
        state=WAITING,
        attempts=0,
        created_at=now,
        next_at=now,
    )
