"""Rows in bulk: COPY on PostgreSQL, executemany on SQLite; nobody else knows which."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from phcs.extensions import json_text
from phcs.models.base import Base

Values = tuple[Any, ...]


class JsonText(str):
    """A value of a JSON column that is JSON already."""

    __slots__ = ()


def insert_rows(
    session: Session,
    table: type[Base],
    columns: Sequence[str],
    rows: Collection[Values],
    *,
    ready: bool = False,
) -> int:
    """Insert tuples in the order of `columns` and give their number; JSON columns take plain data.

    `ready` values are stored as they are, which saves half the time: UUIDs as 32 hex digits, JSON as text,
    enums as their words, moments as `moment_text` gives them.
    Raises SQLAlchemy's IntegrityError, as any other statement does, when a constraint refuses a row.
    """
    if not rows:
        return 0
    found = _table(table)
    connection = session.connection()
    prepared: Iterable[Values] = rows
    if not ready:
        prepared = _prepared(connection.dialect, [found.c[name] for name in columns], rows)
    quote = connection.dialect.identifier_preparer.quote
    target = f"{quote(found.name)} ({', '.join(quote(name) for name in columns)})"
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        command = f"COPY {target} FROM STDIN"
        with _refusals_of(command), driver.cursor() as cursor, cursor.copy(command) as copy:
            for row in prepared:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        assert driver is not None  # noqa: S101 - an open connection has one
        command = f"INSERT INTO {target} VALUES ({marks})"  # noqa: S608 - our own names
        with _refusals_of(command):
            driver.executemany(command, prepared)
    return len(rows)


def update_rows(
    session: Session,
    table: type[Base],
    keys: Sequence[str],
    columns: Sequence[str],
    rows: Collection[Values],
    *,
    checked: Collection[str] = (),
) -> int:
    """Set `columns` where `keys` match; each tuple holds the columns' values, then the keys'. Gives rows hit.

    Keys that are `checked` only are compared, but no index is chosen for them (see `queries.among.checked`).

    Raises IntegrityError like `insert_rows`.
    """
    if not rows:
        return 0
    found = _table(table)
    connection = session.connection()
    order = [*columns, *keys]
    prepared = list(_prepared(connection.dialect, [found.c[name] for name in order], rows))
    quote = connection.dialect.identifier_preparer.quote
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - an open connection has one
    mark, same = (
        ("%s", "{} IS NOT DISTINCT FROM %s") if isinstance(driver, psycopg.Connection) else ("?", "+{} = ?")
    )
    conditions = [(same if name in checked else f"{{}} = {mark}").format(quote(name)) for name in keys]
    statement = (
        f"UPDATE {quote(found.name)} SET {', '.join(f'{quote(name)} = {mark}' for name in columns)}"  # noqa: S608
        f" WHERE {' AND '.join(conditions)}"
    )
    cursor = driver.cursor()
    try:
        with _refusals_of(statement):
            cursor.executemany(statement, prepared)
        return int(cursor.rowcount)
    finally:
        cursor.close()


@contextmanager
def _refusals_of(statement: str) -> Iterator[None]:
    """Raise the drivers' integrity errors as SQLAlchemy's, so that callers know one kind."""
    try:
        yield
    except (sqlite3.IntegrityError, psycopg.IntegrityError) as problem:
        raise IntegrityError(statement, None, problem) from problem


def moment_text(session: Session, moment: datetime) -> str:
    """A moment as the database keeps it, for rows that are ready."""
    utc = moment.astimezone(UTC)
    if session.get_bind().dialect.name == "sqlite":
        return utc.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return utc.isoformat()


def learn_sizes(session: Session, *tables: type[Base]) -> None:
    """Let PostgreSQL count what tables hold that have just grown, so that it picks the right index for them."""
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(_table(table).name for table in tables)
        session.execute(sa.text(f"ANALYZE {names}"))


def _table(table: type[Base]) -> sa.Table:
    found = table.__table__
    assert isinstance(found, sa.Table)  # noqa: S101 - every model of ours is one table
    return found


def _prepared(
    dialect: sa.Dialect, columns: Sequence[sa.Column[Any]], rows: Iterable[Values]
) -> Iterable[Values]:
    """Turn values into what the driver takes, column by column."""
    changes = [
        (index, change) for index, column in enumerate(columns) if (change := _change(dialect, column))
    ]
    if not changes:
        return rows
    return _changed(rows, changes)


def _changed(rows: Iterable[Values], changes: list[tuple[int, Callable[[Any], Any]]]) -> Iterable[Values]:
    """Change whole columns at a time, which is half the work of changing each row."""
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for index, change in changes:
        columns[index] = map(change, columns[index])
    return zip(*columns, strict=True)


def _remembering(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same change, made once for a value that stands in row after row (the import's id, the time)."""
    last: Any = None
    changed: Any = change(None)

    def remembered(value: Any) -> Any:
        nonlocal last, changed
        if value is not last:
            last, changed = value, change(value)
        return changed

    return remembered


def _change(dialect: sa.Dialect, column: sa.Column[Any]) -> Callable[[Any], Any] | None:
    """What has to be done to a column's values before the driver takes them; None where nothing."""
    if isinstance(column.type, sa.JSON):
        return _json_text
    if dialect.name == "postgresql" and not isinstance(column.type, sa.types.TypeDecorator | sa.Enum):
        return None  # psycopg adapts texts, numbers, dates, UUIDs by itself
    change = column.type.dialect_impl(dialect).bind_processor(dialect)
    return None if change is None else _remembering(change)


def _json_text(value: Any) -> str | None:
    if isinstance(value, JsonText):
        return str(value)
    return None if value is None else json_text(value)
