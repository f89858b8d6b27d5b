"""What people decided about rows of an import whose owner, pet or invoice is not there."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.planning import OrphanChoice
from phcs.models.base import Base, OfOrganisation, text_enum


class OrphansDecided(OfOrganisation, Base):
    """One decision for all rows of a table that are orphans for the same reason."""

    __tablename__ = "orphan_decisions"
    __table_args__ = (sa.CheckConstraint("choice <> 'owner' OR owner_id IS NOT NULL", name="has_owner"),)

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    """The finding that says why its rows are orphans."""
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    table_name: Mapped[str] = mapped_column(sa.String(255))
    """Tables are numbered anew when a mapping changes: the decision holds only for the table with this name."""
    choice: Mapped[OrphanChoice] = mapped_column(text_enum(OrphanChoice))
    owner_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    """The owner whom a person chose."""
    decided_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    decided_by_name: Mapped[str] = mapped_column(sa.String(200))
    decided_at: Mapped[datetime]
