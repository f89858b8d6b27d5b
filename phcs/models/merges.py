"""Duplicates among an organisation's own owners, the search for them, and merges with what undoes them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.merging.words import MergeState, PairAnswer, PairOutcome, SearchState
from phcs.models.base import Base, OfOrganisation, text_enum


class DuplicatePair(OfOrganisation, Base):
    """Two owners who may be one person, with the evidence of the newest search and what a person said.

    Keeps no hold on the owners: one of them may have been archived or removed since.
    """

    __tablename__ = "duplicate_pairs"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "owner_a", "owner_b"),
        sa.CheckConstraint("owner_a < owner_b", name="order"),
        sa.Index("ix_duplicate_pairs_organisation_id_answer", "organisation_id", "answer", "certainty", "id"),
        sa.Index("ix_duplicate_pairs_owner_b", "owner_b"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_a: Mapped[UUID]
    """The one with the smaller key."""
    owner_b: Mapped[UUID]
    outcome: Mapped[PairOutcome] = mapped_column(text_enum(PairOutcome))
    bits: Mapped[float] = mapped_column(sa.Float)
    score: Mapped[int]
    certainty: Mapped[int]
    """What lists are sorted by: likely pairs before others, then by bits and score."""
    points: Mapped[list[Any]]
    """The evidence: `[[kind, bits, phrase], …]`."""
    explanation: Mapped[str] = mapped_column(sa.Text)
    rules: Mapped[str] = mapped_column(sa.String(60))
    found_at: Mapped[datetime]
    answer: Mapped[PairAnswer] = mapped_column(text_enum(PairAnswer), default=PairAnswer.OPEN)
    answered_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    answered_by_name: Mapped[str] = mapped_column(sa.String(200), default="")
    answered_at: Mapped[datetime | None]


class DuplicateSearch(OfOrganisation, Base):
    """The newest search of an organisation: a worker claims it for a while and proves that by `fence`."""

    __tablename__ = "duplicate_searches"

    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    state: Mapped[SearchState] = mapped_column(text_enum(SearchState))
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    asked_by_name: Mapped[str] = mapped_column(sa.String(200))
    finished_at: Mapped[datetime | None]
    after_owner: Mapped[UUID | None] = mapped_column(sa.Uuid)
    """Owners up to this one are done."""
    owners_done: Mapped[int] = mapped_column(default=0)
    owners_total: Mapped[int] = mapped_column(default=0)
    pairs_found: Mapped[int] = mapped_column(default=0)
    keys_skipped: Mapped[int] = mapped_column(default=0)
    """Keys that too many owners share to say anything."""


class OwnerMerge(OfOrganisation, Base):
    """A merge of two owners: who stayed, who was archived, and all that undoing it needs."""

    __tablename__ = "owner_merges"
    __table_args__ = (
        sa.CheckConstraint("kept_id <> other_id", name="two_owners"),
        sa.Index("ix_owner_merges_organisation_id_id", "organisation_id", "id"),
        sa.Index("ix_owner_merges_kept_id", "kept_id"),
        sa.Index("ix_owner_merges_other_id", "other_id"),
        sa.Index(
            "uq_owner_merges_archived",
            "other_id",
            unique=True,
            sqlite_where=sa.text("state = 'done'"),
            postgresql_where=sa.text("state = 'done'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kept_id: Mapped[UUID]
    other_id: Mapped[UUID]
    state: Mapped[MergeState] = mapped_column(text_enum(MergeState))
    body: Mapped[dict[str, Any]]
    """What the merge did (see `core.merging.done`); `{}` since its time had come."""
    counts: Mapped[dict[str, Any]]
    merged_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    merged_by_name: Mapped[str] = mapped_column(sa.String(200))
    merged_at: Mapped[datetime]
    undone_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    undone_by_name: Mapped[str] = mapped_column(sa.String(200), default="")
    undone_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    """When `body` was deleted because its date had come."""
