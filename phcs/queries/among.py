"""Conditions on many values at once, and keeping the databases to the index that finds them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from phcs.core.row_places import RowPlace


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


def at_places(session: Session, table: Any, places: Collection[RowPlace]) -> sa.ColumnElement[bool]:
    """A condition "the row of `table` stands at one of these places", with two parameters for each source table."""
    numbers: dict[int, list[int]] = {}
    for table_no, row_no in places:
        numbers.setdefault(table_no, []).append(row_no)
    found = [
        sa.and_(table.table_no == table_no, among(session, table.row_no, rows))
        for table_no, rows in numbers.items()
    ]
    return sa.or_(*found) if found else sa.false()


class checked(sa.ColumnElement[bool]):  # noqa: N801 - reads as a function, like SQLAlchemy's own
    """A condition "column is this" that rows are checked by, but that no index is to be chosen for.

    Without statistics both databases take an index on the organisation for as good as one on a key, and read
    all that the organisation has.
    """

    inherit_cache = True
    type = sa.Boolean()
    _traverse_internals = [
        ("column", sa.sql.visitors.InternalTraversal.dp_clauseelement),
        ("value", sa.sql.visitors.InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, value: Any) -> None:
        self.column = sa.inspect(column).expression if hasattr(column, "property") else column
        self.value = sa.bindparam(None, value, type_=column.type, unique=True)


@compiles(checked)
def _not_by_index(element: checked, compiler: SQLCompiler, **options: Any) -> str:
    column, value = (compiler.process(part, **options) for part in (element.column, element.value))
    return f"{column} IS NOT DISTINCT FROM {value}"


@compiles(checked, "sqlite")
def _not_by_index_on_sqlite(element: checked, compiler: SQLCompiler, **options: Any) -> str:
    column, value = (compiler.process(part, **options) for part in (element.column, element.value))
    return f"+{column} = {value}"


@contextmanager
def by_index(session: Session) -> Iterator[None]:
    """Let PostgreSQL look values up instead of reading whole tables that it has no statistics of yet."""
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    yield
    session.execute(sa.text("SET LOCAL enable_seqscan = on"))
