"""The data-quality log: every finding with what became of it, kept when the rows are gone."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.findings import FindingCode, Severity
from phcs.core.quality import Resolution
from phcs.models.base import Base, text_enum


class LoggedFinding(Base):
    """One finding of one row, from the first plan on, for ever.

    `value` and `detail` come from the file: the purge empties them with the rows. Everything else stays.
    """

    __tablename__ = "quality_log"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[FindingCode] = mapped_column(sa.String(60), primary_key=True)
    column_name: Mapped[str] = mapped_column(sa.String(500), primary_key=True)
    occurrence: Mapped[int] = mapped_column(primary_key=True)
    """Counts findings of one code in one column of one row from 1; there is rarely a second."""
    severity: Mapped[Severity] = mapped_column(text_enum(Severity))
    value: Mapped[str] = mapped_column(sa.String(250), default="")
    detail: Mapped[str] = mapped_column(sa.Text, default="")
    resolution: Mapped[Resolution] = mapped_column(text_enum(Resolution))
    resolved_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    resolved_by_name: Mapped[str] = mapped_column(sa.String(200), default="")
    resolved_at: Mapped[datetime | None]


class FindingCount(Base):
    """How many findings of one code ended how in one import, so that no list counts the log."""

    __tablename__ = "quality_counts"

    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    code: Mapped[FindingCode] = mapped_column(sa.String(60), primary_key=True)
    severity: Mapped[Severity] = mapped_column(text_enum(Severity), primary_key=True)
    resolution: Mapped[Resolution] = mapped_column(text_enum(Resolution), primary_key=True)
    number: Mapped[int]


class CorrectedRow(Base):
    """A rejected row of a promoted import that came back repaired, as a row of a later import."""

    __tablename__ = "corrected_rows"
    __table_args__ = (sa.Index("ix_corrected_rows_corrected_in", "corrected_in"),)

    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    corrected_in: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    corrected_row_no: Mapped[int]
    """The row's number in the later import's file."""
    corrected_table_no: Mapped[int] = mapped_column(default=1, server_default="1")
    """The table of the later import that the row is in."""
