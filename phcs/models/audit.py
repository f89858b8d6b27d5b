"""The audit trail: append-only, hash-chained; one chain an organisation, one more for each promotion."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.models.base import BIG_KEY, Base, OfOrganisation


class AuditEvent(OfOrganisation, Base):
    """Who did what to which record, when.

    `values` (what changed, maybe personal) enter the chain only as `digest` of them and `salt`, so that
    they can be erased for a person without breaking the proof. Triggers refuse every other change.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        sa.UniqueConstraint("chain_id", "seq"),
        sa.Index("ix_audit_events_organisation_id_id", "organisation_id", "id"),
        sa.Index("ix_audit_events_subject_id", "subject_id"),
        sa.Index("ix_audit_events_import_id_id", "import_id", "id"),
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    chain_id: Mapped[UUID]
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(sa.String(20))
    actor_id: Mapped[str] = mapped_column(sa.String(60), default="")
    actor_name: Mapped[str] = mapped_column(sa.String(200), default="")
    action: Mapped[str] = mapped_column(sa.String(60))
    subject_kind: Mapped[str] = mapped_column(sa.String(40), default="")
    subject_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    import_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    row_no: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    """Facts without personal data: counts, states, fingerprints."""
    salt: Mapped[str | None] = mapped_column(sa.String(32))
    values: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    digest: Mapped[str] = mapped_column(sa.String(64))
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditHead(OfOrganisation, Base):
    """The newest link of a chain; locked while one is added, so that a chain never forks."""

    __tablename__ = "audit_heads"

    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))
