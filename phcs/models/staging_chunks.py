"""Parts of a table that several workers stage at once."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.models.base import Base, OfOrganisation, text_enum


class ChunkState(enum.StrEnum):
    """How far a chunk is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"


class StagingChunk(OfOrganisation, Base):
    """A part of a source table while the import is staged; a worker holds it as it would hold an import.

    The rows are there only between the owner's making them and its last word that all are done.
    """

    __tablename__ = "staging_chunks"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    chunk_no: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    made_under: Mapped[int]
    """The fence of the import when the chunks were made: a chunk of an earlier staging is another chunk."""
    byte_offset: Mapped[int] = mapped_column(sa.BigInteger)
    first_row: Mapped[int]
    """The number of the row at `byte_offset`."""
    last_row: Mapped[int | None]
    """The number of the last row; none where the chunk ends with the file."""

    state: Mapped[ChunkState] = mapped_column(text_enum(ChunkState), default=ChunkState.WAITING)
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    held_by: Mapped[str] = mapped_column(sa.String(100), default="")
    """Which process on which machine holds it, or held it last."""

    staged_through: Mapped[int] = mapped_column(default=0)
    """The last source row that is safely staged; a takeover goes on after it."""
    rows_staged: Mapped[int] = mapped_column(default=0)
    row_counts: Mapped[dict[str, Any]]
    finding_counts: Mapped[dict[str, Any]]
    timings: Mapped[dict[str, Any]]
