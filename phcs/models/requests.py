"""What programs asked for, so that asking again does nothing twice."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.models.base import Base, OfOrganisation


class AnsweredRequest(OfOrganisation, Base):
    """A request that carried an `Idempotency-Key`, and its answer once there is one; kept for a day."""

    __tablename__ = "answered_requests"
    __table_args__ = (
        sa.PrimaryKeyConstraint("organisation_id", "caller_id", "key"),
        sa.Index("ix_answered_requests_asked_at", "asked_at"),
    )

    caller_id: Mapped[UUID]
    """The key or person that asked: two programs may choose the same word."""
    key: Mapped[str] = mapped_column(sa.String(255))
    digest: Mapped[str] = mapped_column(sa.String(64))
    """Stands for method, address and body."""
    subject_id: Mapped[UUID]
    """The id of what the request makes, chosen before it is made: asked again after a crash, it finds it."""
    asked_at: Mapped[datetime]
    turn: Mapped[int] = mapped_column(default=1)
    """Raised when a request that was never answered is taken over."""
    status: Mapped[int | None]
    """The HTTP status of the answer; NULL while the request is at work."""
    media_type: Mapped[str] = mapped_column(sa.String(100), default="")
    location: Mapped[str] = mapped_column(sa.String(500), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
