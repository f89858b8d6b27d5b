"""Webhooks: who wants to be told, what they were told, and each attempt to tell them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.models.base import Base, OfOrganisation


class WebhookEndpoint(OfOrganisation, Base):
    """An address that is told about imports. The secret signs; who holds it can only feign us towards this address."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (sa.Index("ix_webhook_endpoints_organisation_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(sa.String(1000))
    events: Mapped[list[Any]]
    only_import: Mapped[UUID | None] = mapped_column(sa.Uuid)
    """The one import that it is told about; None for all."""
    secret: Mapped[str] = mapped_column(sa.String(100))
    former_secret: Mapped[str] = mapped_column(sa.String(100), default="")
    former_secret_until: Mapped[datetime | None]
    created_by_name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    """Since when no message has arrived, though some were sent."""
    disabled_at: Mapped[datetime | None]
    disabled_because: Mapped[str] = mapped_column(sa.String(300), default="")


class WebhookDelivery(OfOrganisation, Base):
    """One message for one endpoint, written in the transaction of what it tells; sent until it arrives."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        sa.Index("ix_webhook_deliveries_state_next_at", "state", "next_at"),
        sa.Index("ix_webhook_deliveries_endpoint_id_id", "endpoint_id", "id"),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhook_endpoints.id"))
    import_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    event: Mapped[str] = mapped_column(sa.String(40))
    body: Mapped[str] = mapped_column(sa.Text)
    """The JSON text that is signed and sent: ids, states and counts only."""
    state: Mapped[str] = mapped_column(sa.String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class WebhookAttempt(OfOrganisation, Base):
    """One attempt to deliver a message, as the delivery log shows it."""

    __tablename__ = "webhook_attempts"

    delivery_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhook_deliveries.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    status: Mapped[int] = mapped_column(default=0)
    """The HTTP status of the answer, 0 for none."""
    milliseconds: Mapped[int]
    problem: Mapped[str] = mapped_column(sa.String(300), default="")
