"""Scheduled imports: where to look, when, and which files were seen there."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.models.base import Base, OfOrganisation


class ImportSchedule(OfOrganisation, Base):
    """A place that is looked at by the clock; each new file there becomes an import."""

    __tablename__ = "import_schedules"
    __table_args__ = (
        sa.Index("ix_import_schedules_organisation_id", "organisation_id"),
        sa.Index("ix_import_schedules_next_at", "next_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    place: Mapped[str] = mapped_column(sa.String(1000))
    """An address (`https://…`), or the name of a watched folder."""
    cron: Mapped[str] = mapped_column(sa.String(100))
    """Minute, hour, day of the month, month, day of the week; in the organisation's time zone."""
    choices: Mapped[dict[str, Any]]
    """The `UploadChoices` of its imports, as plain data."""
    approves_clean: Mapped[bool] = mapped_column(default=False)
    """Whether an import without a finding, mapped by its template, is approved by itself."""
    set_up_by_name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    """When it runs next; None while it is switched off."""
    last_at: Mapped[datetime | None]
    last_result: Mapped[str] = mapped_column(sa.String(500), default="")
    is_failing: Mapped[bool] = mapped_column(default=False)


class ScheduledFile(OfOrganisation, Base):
    """A file that a schedule has seen, and the import that it became; so the same contents come once."""

    __tablename__ = "scheduled_files"
    __table_args__ = (
        sa.Index("ix_scheduled_files_import_id", "import_id"),
        sa.UniqueConstraint("schedule_id", "sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    schedule_id: Mapped[UUID] = mapped_column(sa.ForeignKey("import_schedules.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    seen_as: Mapped[str] = mapped_column(sa.String(400))
    """Name, size and time of a file in a watched folder, so that it is not read again; '' for an address."""
    import_id: Mapped[UUID]
    seen_at: Mapped[datetime]
    judged: Mapped[str] = mapped_column(sa.String(80), default="")
    """The fingerprint of the plan that was last considered for approval by itself."""
