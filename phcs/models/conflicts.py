"""Whose value holds of facts that people and the source have both changed: what a person decided."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.records import RecordKind
from phcs.models.base import Base, OfOrganisation, text_enum


class ConflictDecided(OfOrganisation, Base):
    """One decision for all records of a kind in an import; ours stay wherever there is none."""

    __tablename__ = "conflict_decisions"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    kind: Mapped[RecordKind] = mapped_column(text_enum(RecordKind), primary_key=True)
    fact: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    """'' for every fact of the kind that nothing was decided about by itself."""
    theirs: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether the source's value wins."""
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    decided_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    decided_by_name: Mapped[str] = mapped_column(sa.String(200))
    decided_at: Mapped[datetime]
