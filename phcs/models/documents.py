"""Files beside the tables: those that an upload holds, and those that are kept for documents."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.models.base import Base, OfOrganisation


class ImportFile(OfOrganisation, Base):
    """A file inside an import's ZIP, as the reading child has measured it."""

    __tablename__ = "import_files"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    file_no: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(1_000))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    media_type: Mapped[str] = mapped_column(sa.String(100))


class DocumentFile(OfOrganisation, Base):
    """The contents of documents, kept in the upload store once for an organisation, whatever they are called."""

    __tablename__ = "document_files"
    __table_args__ = (
        sa.PrimaryKeyConstraint("organisation_id", "sha256"),
        sa.Index("ix_document_files_stored_name", "stored_name"),
    )

    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    stored_name: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(100))
    kept_at: Mapped[datetime]
    unneeded_since: Mapped[datetime | None]
    """Since when no document needs it; a redo may bring one back until its time is over."""
