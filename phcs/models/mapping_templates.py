"""Saved mappings: how a file with certain headings was read and mapped, for the next one of the same shape."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.models.base import Base, OfOrganisation


class MappingTemplate(OfOrganisation, Base):
    """One version of a saved mapping; saving under the same name adds the next version.

    Only the newest version of a name is offered. Older ones stay, so that an import can say what it was read with.
    """

    __tablename__ = "mapping_templates"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "name_key", "version"),
        sa.Index(
            "ix_mapping_templates_organisation_id_heading_signature", "organisation_id", "heading_signature"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    name_key: Mapped[str] = mapped_column(sa.String(100))
    """The name in lower case: two templates differ by more than that."""
    version: Mapped[int]
    is_newest: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(40))
    heading_signature: Mapped[str] = mapped_column(sa.String(64))
    headings: Mapped[list[Any]]
    """The headings as the file spelled them, in its order."""
    mapping: Mapped[dict[str, Any]]
    """The `TableMapping`, its value mappings included, as plain data."""
    reading: Mapped[dict[str, Any]]
    """The `ReadingChoices` that a person made, as plain data; `{}` where the reader decided."""
    created_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    created_by_name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
