"""An import, its source tables, its staged rows and their findings."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.findings import FindingCode, RowStatus, Severity
from phcs.core.states import ImportState
from phcs.models.base import Base, OfOrganisation, text_enum


class Import(OfOrganisation, Base):
    """One upload and all that becomes of it; also the queue of record for the workers.

    A worker holds it by `lease_until` and proves it by `fence`, which every claim raises.
    """

    __tablename__ = "imports"
    __table_args__ = (
        sa.Index("ix_imports_organisation_id_id", "organisation_id", "id"),
        sa.Index("ix_imports_state_lease_until", "state", "lease_until"),
        sa.Index("ix_imports_organisation_id_file_sha256", "organisation_id", "file_sha256"),
        sa.Index("ix_imports_finished_at", "finished_at"),
        sa.Index("uq_imports_organisation_id_external_id", "organisation_id", "external_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[ImportState] = mapped_column(text_enum(ImportState))
    version: Mapped[int] = mapped_column(default=1)

    file_name: Mapped[str] = mapped_column(sa.String(255))
    file_size: Mapped[int] = mapped_column(sa.BigInteger)
    file_sha256: Mapped[str] = mapped_column(sa.String(64))
    stored_name: Mapped[str] = mapped_column(sa.String(100))
    external_id: Mapped[str | None] = mapped_column(sa.String(200))
    """What the caller's own system calls this import; no two imports of an organisation share one."""
    corrects: Mapped[UUID | None] = mapped_column(sa.Uuid)
    """The promoted import whose rejected rows this one brings, repaired."""
    source: Mapped[str] = mapped_column(sa.String(40), default="auto")
    kind: Mapped[str] = mapped_column(sa.String(40), default="auto")
    options: Mapped[dict[str, Any]]
    """`duplicates`, `on_error`, `service` as chosen at upload, and the check settings of that moment."""
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """The `AskedReading`: how a person wants the file to be read, where not as the reader would."""

    uploaded_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    uploaded_by_name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    edited_by: Mapped[list[Any]]
    """Ids of the people who changed the mapping or decided on duplicates."""

    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str] = mapped_column(sa.String(20), default="")
    stage_started_at: Mapped[datetime | None]
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    staged_through: Mapped[int] = mapped_column(default=0)
    """The last source row that is safely staged, of the table in hand."""
    timings: Mapped[dict[str, Any]]
    peak_memory_mb: Mapped[int] = mapped_column(default=0)

    row_counts: Mapped[dict[str, Any]]
    finding_counts: Mapped[dict[str, Any]]
    plan_counts: Mapped[dict[str, Any]]
    plan_fingerprint: Mapped[str] = mapped_column(sa.String(80), default="")
    plan_epoch: Mapped[int] = mapped_column(default=0)
    """The organisation's record epoch that the plan was made in."""
    plan_matching: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """How owners were matched: the `rules` and, if any, how many `blocks_skipped` because too many share them."""

    decided_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    decided_by_kind: Mapped[str] = mapped_column(sa.String(20), default="")
    """Whether a person or a key decided."""
    decided_by_name: Mapped[str] = mapped_column(sa.String(200), default="")
    decided_at: Mapped[datetime | None]
    approved_fingerprint: Mapped[str] = mapped_column(sa.String(80), default="")
    voided_approval: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Whose approval (`by`, `at`) is void because records changed, and how many `rows` it holds for no more."""
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it was sent back or aborted, as the person wrote it."""
    failure_code: Mapped[str] = mapped_column(sa.String(60), default="")
    failure: Mapped[str] = mapped_column(sa.Text, default="")
    failed_from: Mapped[str] = mapped_column(sa.String(40), default="")
    """The state to which "try again" returns."""
    finished_at: Mapped[datetime | None]

    file_purged_at: Mapped[datetime | None]
    rows_purge_begun_at: Mapped[datetime | None]
    """From here on the rows count as gone: nothing may go on from them."""
    rows_purged_at: Mapped[datetime | None]
    purged_counts: Mapped[dict[str, Any] | None]
    """How many rows of which table the purge has deleted so far."""


class SourceTable(OfOrganisation, Base):
    """One table of an import: how it was read and how it is mapped.

    Tables that are taken are numbered from 1 in planning order: by the order of their kind, then by name.
    """

    __tablename__ = "source_tables"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    kind: Mapped[str] = mapped_column(sa.String(40), default="")
    reading: Mapped[dict[str, Any]]
    mapping: Mapped[dict[str, Any]]
    template: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """The `UsedTemplate`: which saved mapping was applied, and what is new and gone since; `{}` for none."""
    source: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    """The system that its records come from; their external ids are kept under it."""
    rows: Mapped[int] = mapped_column(default=0, server_default="0")
    left_out: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """Why nothing of it is imported, a sentence; '' for a table that is taken. Taken ones are numbered first."""
    waits: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether a person has to see its mapping before its rows are checked."""


class StagedRow(OfOrganisation, Base):
    """A row kept for review, not live."""

    __tablename__ = "import_staging"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    status: Mapped[RowStatus] = mapped_column(text_enum(RowStatus))
    cells: Mapped[list[Any]]
    record: Mapped[dict[str, Any]]
    """The `RowRecord` as plain data."""
    row_digest: Mapped[str] = mapped_column(sa.String(32))
    """Stands for the cells, for ever: the ledger keeps it when the cells are gone."""


class StagedFinding(OfOrganisation, Base):
    """A finding of a staged row; `stage` says whether checking or planning found it."""

    __tablename__ = "findings"
    __table_args__ = (
        sa.Index("ix_findings_import_id_code_table_no_row_no", "import_id", "code", "table_no", "row_no"),
    )

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    code: Mapped[FindingCode] = mapped_column(sa.String(60))
    severity: Mapped[Severity] = mapped_column(text_enum(Severity))
    column_name: Mapped[str] = mapped_column(sa.String(500), default="")
    value: Mapped[str] = mapped_column(sa.String(250), default="")
    detail: Mapped[str] = mapped_column(sa.Text, default="")
