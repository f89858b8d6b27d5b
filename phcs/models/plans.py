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
        # Questions without an answer, in file order and by their kind: few rows of a plan ask one. Without the two
        # columns of its condition, SQLite takes the primary key for just as good.
        sa.Index(
            "ix_plan_rows_import_id_open",
            "import_id",
            "undecided",
            "answer",
            "table_no",
            "row_no",
            sqlite_where=sa.text("undecided IS 1 AND answer = ''"),
            postgresql_where=sa.text("undecided IS true AND answer = ''"),
        ),
        sa.Index(
            "ix_plan_rows_import_id_question",
            "import_id",
            "undecided",
            "answer",
            "question",
            "table_no",
            "row_no",
            sqlite_where=sa.text("undecided IS 1 AND answer = ''"),
            postgresql_where=sa.text("undecided IS true AND answer = ''"),
        ),
        # Rows that are not imported, by what their source calls them: other rows may belong to them.
        sa.Index(
            "ix_plan_rows_import_id_kept_out",
            "import_id",
            "external_id",
            sqlite_where=sa.text("outcome IN ('skip', 'reject') AND external_id <> ''"),
            postgresql_where=sa.text("outcome IN ('skip', 'reject') AND external_id <> ''"),
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
    question: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    """What kind of question it is (see `core.matching.questions`): rows with the same one are alike; '' for none."""
    answer: Mapped[str] = mapped_column(sa.String(10), default="", server_default="")
    """What a person has answered since this plan was made; '' while the question is open."""
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
    __table_args__ = (
        sa.Index("ix_match_decisions_import_id_same", "import_id", "same", "table_no", "row_no", "owner_id"),
        # Answers that the plan does not hold yet.
        sa.Index(
            "ix_match_decisions_import_id_waiting",
            "import_id",
            sqlite_where=sa.text("planned IS 0"),
            postgresql_where=sa.text("planned IS false"),
        ),
    )

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    same: Mapped[bool]
    lasting: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether it holds for later imports too; "keep both" does not."""
    rules: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    """The rules that asked, e.g. `evidence/1`."""
    planned: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether the plan holds it (or, taken back, still holds it) as it stands here."""
    taken_back: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether it goes when the plan is made anew."""
    decided_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    decided_by_name: Mapped[str] = mapped_column(sa.String(200))
    decided_at: Mapped[datetime]


class KeptAnswer(OfOrganisation, Base):
    """What a person answered about two people, for every later import: nobody is asked twice.

    `person` stands for whom a file named (see `core.matching.incoming`); it holds nothing that they stated. The
    answer outlives the import, its purge and its undo; it is taken back on the owner's page.
    """

    __tablename__ = "kept_answers"
    __table_args__ = (
        sa.PrimaryKeyConstraint("organisation_id", "person", "owner_id"),
        sa.Index("ix_kept_answers_owner_id", "owner_id"),
        {"sqlite_with_rowid": False},
    )

    person: Mapped[str] = mapped_column(sa.String(32))
    owner_id: Mapped[UUID]
    same: Mapped[bool]
    """Counts at once where it keeps two apart, and once the import is promoted where it makes them one."""
    import_id: Mapped[UUID]
    row_no: Mapped[int]
    table_no: Mapped[int] = mapped_column(default=1, server_default="1")
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
