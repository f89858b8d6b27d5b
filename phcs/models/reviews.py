"""What belongs to a review: what a file is like as a whole, guards, comments, and notices to people."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.models.base import Base, OfOrganisation


class ImportProfile(OfOrganisation, Base):
    """What a file was like as a whole, in numbers: later files of the same source are compared with it.

    Holds headings, shares and hashed codes, nothing out of a row, so it stays when the rows are gone.
    """

    __tablename__ = "import_profiles"
    __table_args__ = (
        sa.Index("ix_import_profiles_organisation_id_source_kind", "organisation_id", "source", "kind"),
    )

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(40))
    profile: Mapped[dict[str, Any]]
    """The `FileProfile`."""
    replaced: Mapped[dict[str, Any]]
    """How many stored values the plan would fill, replace and erase: `{"owner.email": [filled, replaced, erased]}`."""
    known: Mapped[dict[str, Any]]
    """How many records that were there already the plan would change and link: `{"owner": {"update": 12}}`."""


class RaisedGuard(OfOrganisation, Base):
    """Something unusual about a whole file: nobody approves it before a person has confirmed it with a reason."""

    __tablename__ = "raised_guards"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    guard: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    detail: Mapped[dict[str, Any]]
    """The numbers that raised it; with others a confirmation is void."""
    raised_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    confirmed_by_name: Mapped[str] = mapped_column(sa.String(200), default="")
    confirmed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class ImportComment(OfOrganisation, Base):
    """What a person wrote about an import; with `sent_back`, why it was sent back, and because of which rows."""

    __tablename__ = "import_comments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    sent_back: Mapped[bool] = mapped_column(default=False)
    rows: Mapped[list[Any]]
    """The numbers of the rows that it is about, as the file counts them."""
    by: Mapped[UUID | None] = mapped_column(sa.Uuid)
    by_name: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime]


class Notice(Base):
    """What one person is told about one import or export: on the pages until it is read, and by e-mail once.

    Written in the transaction of what it tells about; whoever sends mails finds it here.
    """

    __tablename__ = "notices"
    __table_args__ = (
        sa.Index("ix_notices_person_id_id", "person_id", "id"),
        sa.Index(
            "ix_notices_person_id_unread",
            "person_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
        sa.Index(
            "ix_notices_created_at_unsent",
            "created_at",
            sqlite_where=sa.text("mailed_at IS NULL"),
            postgresql_where=sa.text("mailed_at IS NULL"),
        ),
        sa.Index("ix_notices_import_id", "import_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    """No foreign key: a failure must be told while somebody holds the organisation's row."""
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    import_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("imports.id"))
    export_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("export_jobs.id"))
    """Of the two exactly one is set."""
    kind: Mapped[str] = mapped_column(sa.String(20))
    """A `NoticeKind`."""
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    mail_after: Mapped[datetime | None]
    """Not to be sent before this, because somebody is sending it or could not."""
    mail_attempts: Mapped[int] = mapped_column(default=0)
