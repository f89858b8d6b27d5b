"""A plan: what promoting would do, row by row and record by record; and the ledger that stays."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.findings import RowStatus
from phcs.core.records import RecordKind
from phcs.models.base import Base, OfOrganisation, text_enum


class PlanRow(OfOrganisation, Base):
    """The one outcome of a source row, narrow on purpose: staged rows are never rewritten."""

    __tablename__ = "plan_rows"
    __table_args__ = (
        sa.Index(
            "ix_plan_rows_import_id_outcome_table_no_row_no", "import_id", "outcome", "table_no", "row_no"
        ),
        sa.Index(
            "ix_plan_rows_import_id_status_table_no_row_no", "import_id", "status", "table_no", "row_no"
        ),
        sa.Index("ix_plan_rows_import_id_undecided", "import_id", "undecided", "table_no", "row_no"),
        sa.Index(
            "ix_plan_rows_import_id_stale",
            "import_id",
            "table_no",
            "row_no",
            sqlite_where=sa.text("stale IS 1"),
            postgresql_where=sa.text("stale IS true"),
        ),
        {"sqlite_with_rowid": False},
    )

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    outcome: Mapped[str] = mapped_column(sa.String(20))
    status: Mapped[RowStatus] = mapped_column(text_enum(RowStatus))
    """The worst of what checking and planning found in the row."""
    record_kind: Mapped[str] = mapped_column(sa.String(40), default="")
    record_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    owner_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    external_id: Mapped[str] = mapped_column(sa.String(200), default="")
    undecided: Mapped[bool] = mapped_column(default=False)
    """Whether a person has to say first which owner this is."""
    match: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    row_digest: Mapped[str] = mapped_column(sa.String(32))
    plan_digest: Mapped[str] = mapped_column(sa.String(16), default="", server_default="")
    """Stands for what promoting does on behalf of the row."""
    stale: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether an approval was given for something else, which is void since."""


class ApprovedRow(OfOrganisation, Base):
    """What an approval was given for, row by row, while its plan is made anew."""

    __tablename__ = "approved_rows"
    __table_args__ = ({"sqlite_with_rowid": False},)

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    plan_digest: Mapped[str] = mapped_column(sa.String(16))


class PlanAction(OfOrganisation, Base):
    """What promoting does to one record on behalf of one row, complete in itself."""

    __tablename__ = "plan_actions"
    __table_args__ = (
        sa.Index("ix_plan_actions_import_id_record_id", "import_id", "record_id"),
        # What planning looks up again and again; the conditions keep both indexes to half their size.
        sa.Index(
            "ix_plan_actions_import_id_parent_id",
            "import_id",
            "parent_id",
            sqlite_where=sa.text("kind = 'pet'"),
            postgresql_where=sa.text("kind = 'pet'"),
        ),
        sa.Index(
            "ix_plan_actions_import_id_external_id",
            "import_id",
            "external_id",
            sqlite_where=sa.text("external_id <> ''"),
            postgresql_where=sa.text("external_id <> ''"),
        ),
    )

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    kind: Mapped[RecordKind] = mapped_column(text_enum(RecordKind))
    action: Mapped[str] = mapped_column(sa.String(20))
    record_id: Mapped[UUID]
    parent_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    base_version: Mapped[int]
    external_id: Mapped[str] = mapped_column(sa.String(200), default="")
    body: Mapped[dict[str, Any]]
    """Facts, changes, pets, evidence and the baseline of the next import, in one text; empty ones are left out.

    One text instead of six is written and read in half the time.
    """

    @property
    def facts(self) -> dict[str, Any]:
        """Every non-empty fact of a new record."""
        return self.body.get("facts", {})  # type: ignore[no-any-return]

    @property
    def changes(self) -> dict[str, Any]:
        """What changes: `{fact: [old, new]}`."""
        return self.body.get("changes", {})  # type: ignore[no-any-return]

    @property
    def evidence(self) -> list[str]:
        """Why it is this record."""
        return self.body.get("evidence", [])  # type: ignore[no-any-return]


class MatchDecision(OfOrganisation, Base):
    """What a person answered when asked whether a row's owner is an existing one."""

    __tablename__ = "match_decisions"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    same: Mapped[bool]
    decided_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    decided_by_name: Mapped[str] = mapped_column(sa.String(200))
    decided_at: Mapped[datetime]


class LedgerRow(OfOrganisation, Base):
    """What became of one source row; stays when the staged rows are gone."""

    __tablename__ = "row_ledger"
    __table_args__ = (sa.Index("ix_row_ledger_record_id", "record_id"),)

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    outcome: Mapped[str] = mapped_column(sa.String(20))
    record_kind: Mapped[str] = mapped_column(sa.String(40), default="")
    record_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    owner_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    external_id: Mapped[str] = mapped_column(sa.String(200), default="")
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    row_digest: Mapped[str] = mapped_column(sa.String(32))
