"""What all tables share: naming of constraints, times in UTC, enums stored as text by value."""

import enum
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Alembic needs stable names to alter constraints later (SQLite's batch mode too)."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment. Takes aware datetimes only and always gives UTC back, on SQLite too."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn an aware moment into UTC, without zone where the database keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Give the moment back with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_enum(members: type[enum.StrEnum]) -> sa.Enum:
    """An enum column kept as text by value, with a CHECK; no native type that outlives a downgrade."""
    return sa.Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=members.__name__.lower(),
        values_callable=lambda found: [member.value for member in found],
    )


class Base(DeclarativeBase):
    """The declarative base; plain, so that models know nothing of Flask."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: UtcDateTime,
        UUID: sa.Uuid,
        dict[str, Any]: sa.JSON,
        list[Any]: sa.JSON,
    }


class OfOrganisation:
    """A row that belongs to one organisation; every query on it names the organisation."""

    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisations.id"))


BIG_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A counting primary key that SQLite can fill by itself."""
