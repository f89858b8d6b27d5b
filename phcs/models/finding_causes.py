"""The findings of an import summed up by column and cause, and what people have confirmed of them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.findings import FindingCode, Severity
from phcs.models.base import Base, OfOrganisation, text_enum


class FindingCause(OfOrganisation, Base):
    """All findings of one code in one column, counted when the plan is made and kept in step with repairs."""

    __tablename__ = "finding_causes"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    cause_no: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    code: Mapped[FindingCode] = mapped_column(sa.String(60))
    severity: Mapped[Severity] = mapped_column(text_enum(Severity))
    column_name: Mapped[str] = mapped_column(sa.String(500), default="")
    number: Mapped[int]
    """How many findings; a row has rarely more than one of a cause."""


class FindingValue(OfOrganisation, Base):
    """One value of a cause; `rank` 1 stands most often in the file."""

    __tablename__ = "finding_values"
    __table_args__ = (
        sa.Index("ix_finding_values_import_id_value", "import_id", "value"),
        sa.Index("ix_finding_values_import_id_rank", "import_id", "rank"),
    )

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    cause_no: Mapped[int] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    value: Mapped[str] = mapped_column(sa.String(250), default="")
    number: Mapped[int]
    first_row: Mapped[int]
    last_row: Mapped[int]


class FindingConfirmation(OfOrganisation, Base):
    """A person has looked at warnings that are alike and says that the rows are right as they are."""

    __tablename__ = "finding_confirmations"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    confirmation_no: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    table_no: Mapped[int] = mapped_column(default=1, server_default="1")
    code: Mapped[FindingCode] = mapped_column(sa.String(60))
    column_name: Mapped[str] = mapped_column(sa.String(500))
    value: Mapped[str] = mapped_column(sa.String(250), default="")
    any_value: Mapped[bool]
    """Whether all values of the column are meant; `value` is '' then."""
    number: Mapped[int]
    """How many findings were confirmed; more of them since are open."""
    confirmed_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    confirmed_by_name: Mapped[str] = mapped_column(sa.String(200))
    confirmed_at: Mapped[datetime]
