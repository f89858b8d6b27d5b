"""Organisations, their people, and how people and programs prove who they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.matching.keys import KEYS_VERSION
from phcs.core.permissions import Role
from phcs.models.base import Base, OfOrganisation, text_enum


class Organisation(Base):
    """A clinic or help centre; the border that no query crosses."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    four_eyes: Mapped[bool] = mapped_column(default=False)
    """Whether an import needs an approver who neither uploaded nor edited it."""
    region: Mapped[str] = mapped_column(sa.String(2), default="US")
    """ISO 3166 code by which phone numbers without a country code are read."""
    time_zone: Mapped[str] = mapped_column(sa.String(60), default="UTC")
    """IANA zone in which times without a zone are read."""
    keep_invalid_optional: Mapped[bool] = mapped_column(default=False)
    """Whether a malformed optional phone or e-mail is only a warning and is kept as given."""
    record_epoch: Mapped[int] = mapped_column(default=0)
    """Raised by every change of live records; a plan remembers the epoch that it was made in."""
    matching: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """The `MatchRules` that imports take where nobody chooses others; empty for the usual ones."""
    keys_version: Mapped[int] = mapped_column(default=KEYS_VERSION, server_default="0")
    """By which version of the rules the owners' match keys and name frequencies were written."""
    created_at: Mapped[datetime]


class Person(OfOrganisation, Base):
    """Somebody who signs in. Never deleted, only disabled: the audit trail names them."""

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[Role] = mapped_column(text_enum(Role))
    password_hash: Mapped[str] = mapped_column(sa.String(300))
    wants_mail: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether notices also come by e-mail."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class WebSession(OfOrganisation, Base):
    """A signed-in browser. Gone means signed out, wherever the cookie may still be."""

    __tablename__ = "web_sessions"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class ApiKey(OfOrganisation, Base):
    """A program's key: shown once, stored as a hash, of one organisation, with scopes and an end."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    prefix: Mapped[str] = mapped_column(sa.String(20))
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    scopes: Mapped[list[Any]]
    created_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
