"""Rehearsals of imports: who asked, how it went, what it would have written."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.rehearsing import RehearsalState
from phcs.models.base import Base, OfOrganisation, text_enum

OPEN = "state IN ('waiting', 'running')"


class Rehearsal(OfOrganisation, Base):
    """One rehearsal of an import's plan. At most one of an import is open.

    A worker holds it by `lease_until` and proves it by `fence`, which every claim raises.
    """

    __tablename__ = "rehearsals"
    __table_args__ = (
        sa.Index(
            "uq_rehearsals_open",
            "import_id",
            unique=True,
            sqlite_where=sa.text(OPEN),
            postgresql_where=sa.text(OPEN),
        ),
        sa.Index("ix_rehearsals_import_id_id", "import_id", "id"),
        sa.Index("ix_rehearsals_state", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"))
    state: Mapped[RehearsalState] = mapped_column(text_enum(RehearsalState))
    fingerprint: Mapped[str] = mapped_column(sa.String(80), default="")
    """The plan that was tried out."""
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    asked_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    asked_by_kind: Mapped[str] = mapped_column(sa.String(20))
    asked_by_name: Mapped[str] = mapped_column(sa.String(200))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any]]
    """Counts and seconds, see `core.rehearsing.rehearsal_report`; `{}` where nothing could be tried out."""
    problem: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it does not fit or could not be tried out, as a sentence."""
