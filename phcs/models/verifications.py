"""Verification reports of promoted imports, and what people signed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.verifying.report import Judgement
from phcs.core.verifying.requests import OPEN_VERIFICATIONS, VerificationState
from phcs.models.base import Base, OfOrganisation, text_enum

_OPEN = "state IN (" + ", ".join(f"'{state.value}'" for state in sorted(OPEN_VERIFICATIONS)) + ")"


class Verification(OfOrganisation, Base):
    """One verification of an import, from its request to its report; at most one of an import is open.

    A worker holds it by `lease_until` and proves it by `fence`, which every claim raises.
    """

    __tablename__ = "verifications"
    __table_args__ = (
        sa.UniqueConstraint("import_id", "number"),
        sa.Index(
            "uq_verifications_open",
            "import_id",
            unique=True,
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        ),
        sa.Index("ix_verifications_state_lease_until", "state", "lease_until"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"))
    number: Mapped[int]
    """Counts the verifications of an import from 1."""
    state: Mapped[VerificationState] = mapped_column(text_enum(VerificationState))
    requested_by_name: Mapped[str] = mapped_column(sa.String(200))
    requested_at: Mapped[datetime]
    seed: Mapped[str] = mapped_column(sa.String(40))
    """What the sample is drawn by."""
    sample_size: Mapped[int]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(sa.Text, default="")

    result: Mapped[str] = mapped_column(sa.String(20), default="")
    """A `Result`, '' until there is a report."""
    problems: Mapped[int] = mapped_column(default=0)
    reversals: Mapped[int] = mapped_column(default=0)
    """How many undos and redos of the import had been carried out: another number, and the report is of before."""
    body: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """The report without anything out of the rows (see `core.verifying.report`)."""
    sample: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    """Rows side by side; NULL once they were purged with the import's rows."""
    salt: Mapped[str | None] = mapped_column(sa.String(32))
    digest: Mapped[str] = mapped_column(sa.String(64), default="")


class VerificationSignature(OfOrganisation, Base):
    """What a person said about a report, and exactly which: its digest stands here and in the audit trail."""

    __tablename__ = "verification_signatures"

    verification_id: Mapped[UUID] = mapped_column(sa.ForeignKey("verifications.id"), primary_key=True)
    signed_by: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    signed_by_name: Mapped[str] = mapped_column(sa.String(200))
    signed_by_role: Mapped[str] = mapped_column(sa.String(20))
    signed_at: Mapped[datetime]
    judgement: Mapped[Judgement] = mapped_column(text_enum(Judgement))
    remark: Mapped[str] = mapped_column(sa.Text, default="")
    digest: Mapped[str] = mapped_column(sa.String(64))
