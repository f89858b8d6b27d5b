"""Exports that a worker writes while nobody waits."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.exporting.jobs import ExportState
from phcs.models.base import Base, OfOrganisation, text_enum


class ExportJob(OfOrganisation, Base):
    """A file of records that somebody asked for: a worker claims it for a while and proves that by `fence`."""

    __tablename__ = "export_jobs"
    __table_args__ = (
        sa.Index("ix_export_jobs_organisation_id_id", "organisation_id", "id"),
        sa.Index("ix_export_jobs_state", "state"),
        sa.Index("ix_export_jobs_stored_name", "stored_name"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    form: Mapped[str] = mapped_column(sa.String(10))
    wanted: Mapped[dict[str, Any]]
    """The filters (they may name a person); `{}` since the file's date had come."""
    state: Mapped[ExportState] = mapped_column(text_enum(ExportState))
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    """The person or key."""
    asked_by_name: Mapped[str] = mapped_column(sa.String(200))
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """When file and filters are deleted; set when it is over."""
    purged_at: Mapped[datetime | None]
    failure_code: Mapped[str] = mapped_column(sa.String(60), default="")
    failure: Mapped[str] = mapped_column(sa.Text, default="")
    stored_name: Mapped[str] = mapped_column(sa.String(80), default="")
    """The file of the newest attempt in the upload store, whole or not; '' before the first."""
    file_size: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    file_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    token: Mapped[str] = mapped_column(sa.String(60), default="")
    """Part of the download's address; worth nothing without a key or session of the organisation."""
