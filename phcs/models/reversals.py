"""Taking a promotion back, and taking that back again: what is asked for, planned, approved and done."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.records import RecordKind
from phcs.core.undoing import Bucket, Direction, ReversalState
from phcs.models.base import Base, OfOrganisation, text_enum

OPEN = "state IN ('requested', 'planned', 'approved')"


class Reversal(OfOrganisation, Base):
    """One undo or redo of an import, from its request to its end. At most one of an import is open."""

    __tablename__ = "reversals"
    __table_args__ = (
        sa.UniqueConstraint("import_id", "number"),
        sa.Index(
            "uq_reversals_open",
            "import_id",
            unique=True,
            sqlite_where=sa.text(OPEN),
            postgresql_where=sa.text(OPEN),
        ),
        sa.Index("ix_reversals_organisation_id_state", "organisation_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"))
    number: Mapped[int]
    """Counts the reversals of an import from 1."""
    direction: Mapped[Direction] = mapped_column(text_enum(Direction))
    state: Mapped[ReversalState] = mapped_column(text_enum(ReversalState))
    takes_back: Mapped[UUID | None] = mapped_column(sa.Uuid)
    """The reversal whose changes this one takes back; NULL for the promotion's own."""

    fingerprint: Mapped[str] = mapped_column(sa.String(80), default="")
    approved_fingerprint: Mapped[str] = mapped_column(sa.String(80), default="")
    record_epoch: Mapped[int] = mapped_column(default=0)
    """The organisation's record epoch that it was planned in."""
    counts: Mapped[dict[str, Any]]
    """Records by bucket."""

    requested_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    requested_by_kind: Mapped[str] = mapped_column(sa.String(20))
    requested_by_name: Mapped[str] = mapped_column(sa.String(200))
    requested_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    decided_by_kind: Mapped[str] = mapped_column(sa.String(20), default="")
    decided_by_name: Mapped[str] = mapped_column(sa.String(200), default="")
    decided_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it was withdrawn, needs another look, or failed."""


class ReversalAction(OfOrganisation, Base):
    """What a reversal does to one record and what it leaves; in the order in which it can be carried out."""

    __tablename__ = "reversal_actions"
    __table_args__ = (
        sa.Index("ix_reversal_actions_reversal_id_record_id", "reversal_id", "record_id"),
        sa.Index("ix_reversal_actions_reversal_id_bucket_ordinal", "reversal_id", "bucket", "ordinal"),
    )

    reversal_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reversals.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    kind: Mapped[RecordKind] = mapped_column(text_enum(RecordKind))
    record_id: Mapped[UUID]
    row_no: Mapped[int]
    """The first row of the file that the import touched the record for."""
    table_no: Mapped[int] = mapped_column(default=1, server_default="1")
    name: Mapped[str] = mapped_column(sa.String(400), default="")
    """What people know the record by: the owner's or pet's name; of a case its owner's; of a history its title."""
    bucket: Mapped[Bucket] = mapped_column(text_enum(Bucket))
    effect: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[int]
    """The live record's version that this was planned for; 0 where there is none."""
    body: Mapped[dict[str, Any]]
    """The change (see `core.undoing.changes`), what was kept and what depends on the record."""
