"""Repairs of staged cells: what people put in place of what the file says, and recipes made of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.models.base import Base, OfOrganisation


class RepairBatch(OfOrganisation, Base):
    """The repairs that a person made in one go; taken back in one go until the import is approved."""

    __tablename__ = "repair_batches"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    batch_no: Mapped[int] = mapped_column(primary_key=True)
    """Counts an import's batches from 1."""
    way: Mapped[str] = mapped_column(sa.String(20))
    """A `RepairWay`."""
    heading: Mapped[str] = mapped_column(sa.String(500), default="")
    """The column, where all repairs are in one; '' otherwise."""
    former: Mapped[str] = mapped_column(sa.String(250), default="")
    """What all repaired cells said, cut, where it was the same; '' otherwise."""
    value: Mapped[str] = mapped_column(sa.String(250), default="")
    recipe: Mapped[str] = mapped_column(sa.String(100), default="")
    """The name of the recipe that it followed."""
    cells: Mapped[int]
    rows: Mapped[int]
    repaired_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    repaired_by_name: Mapped[str] = mapped_column(sa.String(200))
    repaired_at: Mapped[datetime]
    cells_taken_back: Mapped[int] = mapped_column(default=0)
    taken_back_by_name: Mapped[str] = mapped_column(sa.String(200), default="")
    taken_back_at: Mapped[datetime | None]


class Repair(OfOrganisation, Base):
    """What one cell says instead of what the file says; of several of one cell the newest that holds counts."""

    __tablename__ = "repairs"
    __table_args__ = (sa.Index("ix_repairs_import_id_batch_no_row_no", "import_id", "batch_no", "row_no"),)

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """The column, from 0; `ROW_ITSELF` where a person said that the row is right as it stands."""
    batch_no: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    heading: Mapped[str] = mapped_column(sa.String(500))
    raw: Mapped[str] = mapped_column(sa.Text)
    """What the file says."""
    former: Mapped[str] = mapped_column(sa.Text)
    """What the cell said before this repair."""
    value: Mapped[str] = mapped_column(sa.Text)
    flags: Mapped[list[Any]]
    """What reading had to mend in the row (see `SourceRow`)."""
    taken_back: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    fits: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False when the file was read anew and its cell does not say `raw` there any more."""


class RepairRecipe(OfOrganisation, Base):
    """Repairs by value that are kept for the next file of the same shape."""

    __tablename__ = "repair_recipes"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "name_key"),
        sa.Index(
            "ix_repair_recipes_organisation_id_heading_signature", "organisation_id", "heading_signature"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    name_key: Mapped[str] = mapped_column(sa.String(100))
    """The name in lower case: two recipes differ by more than that."""
    heading_signature: Mapped[str] = mapped_column(sa.String(64))
    template: Mapped[str] = mapped_column(sa.String(100), default="")
    """The saved mapping that it goes with, '' for none."""
    headings: Mapped[list[Any]]
    """The headings of the file that it was made for, as that spelled them."""
    steps: Mapped[list[Any]]
    """The `RecipeStep`s: `[heading, what the file says, what it is to say]`."""
    created_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    created_by_name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
