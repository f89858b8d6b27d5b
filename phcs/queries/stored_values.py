"""Columns as the text that is stored, for rows in bulk: no UUID, JSON or enum objects are made of them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


def hex_text(session: Session, column: Any) -> sa.ColumnElement[Any]:
    """A UUID as 32 hex digits, which is how SQLite keeps it and one of the forms that PostgreSQL takes."""
    if session.get_bind().dialect.name == "postgresql":
        return sa.func.replace(sa.cast(column, sa.Text), "-", "")
    return sa.type_coerce(column, sa.String)


def json_text(session: Session, column: Any) -> sa.ColumnElement[Any]:
    """A JSON value as the text that was written (type `json` keeps it as it is, `jsonb` would not)."""
    if session.get_bind().dialect.name == "postgresql":
        return sa.cast(column, sa.Text)
    return sa.type_coerce(column, sa.Text)


def word(column: Any) -> sa.ColumnElement[Any]:
    """An enum's stored word."""
    return sa.type_coerce(column, sa.String)
