"""Conditions on many values at once."""

from collections.abc import Collection
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session


def among(session: Session, column: Any, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """A condition "column is one of these" with a single parameter, whatever their number.

    PostgreSQL takes at most 65,535 parameters in a statement; here it is one array, on SQLite one JSON text.
    """
    dialect = session.get_bind().dialect
    kind = column.type
    if dialect.name == "postgresql":
        return column == sa.any_(sa.bindparam(None, list(values), type_=postgresql.ARRAY(kind)))  # type: ignore[no-any-return]
    prepare = kind.dialect_impl(dialect).bind_processor(dialect)
    texts = list(values) if prepare is None else [prepare(value) for value in values]
    listed = sa.func.json_each(sa.bindparam(None, orjson.dumps(texts).decode(), type_=sa.Text)).table_valued(
        "value"
    )
    return column.in_(sa.select(listed.c.value))  # type: ignore[no-any-return]
