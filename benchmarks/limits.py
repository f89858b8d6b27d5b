"""The bare limits: what the database itself needs for the rows that the product has just written.

Both are measured into twins: the same tables with the same keys and indexes, made anew for every run, in the schema
`bare` of the same database on PostgreSQL, in a file of their own on SQLite. Nothing is computed, only inserted.
"""

import contextlib
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.sql.schema import SchemaConst

from benchmarks.databases import EmptyDatabase
from phcs.extensions import db  # also sets up connections to SQLite
from phcs.models import audit, history, imports, organisations, plans, records
from phcs.models.base import Base

MOST_STAGED_ROWS = 200_000
"""COPY is measured on so many rows at most, and scaled: they have to be in memory beforehand."""
TWIN, LIVE = "bare", "live"
PARENTS: tuple[sa.Table, ...] = (organisations.Organisation.__table__, imports.Import.__table__)  # type: ignore[assignment]
_PROMOTED: tuple[type[Base], ...] = (
    records.Owner,
    records.Pet,
    records.Case,
    records.CasePet,
    records.ExternalId,
    records.FormerExternalId,
    *history.HISTORY_TABLES.values(),
    plans.LedgerRow,
    audit.AuditEvent,
)
PROMOTED: tuple[sa.Table, ...] = tuple(db.metadata.tables[one.__tablename__] for one in _PROMOTED)
"""The tables that a promotion inserts into, parents first."""


@dataclass(frozen=True, slots=True)
class Bare:
    """Seconds of the bare work, the median of several runs, for so many rows."""

    seconds: float
    rows: int


class Twins:
    """The product's tables once more, beside the ones in use, each in its schema; '' is the database's own."""

    def __init__(self, engine: sa.Engine, *, twin: str, live: str) -> None:
        self.engine = engine
        self.metadata = sa.MetaData()
        self.used = sa.MetaData()
        self._prefixes = (f"{twin}." if twin else "", f"{live}." if live else "")
        for table in db.metadata.sorted_tables:
            table.to_metadata(self.metadata, schema=twin or SchemaConst.RETAIN_SCHEMA)
            table.to_metadata(self.used, schema=live or SchemaConst.RETAIN_SCHEMA)

    def pair(self, table: sa.Table) -> tuple[sa.Table, sa.Table]:
        """The twin of a table, and the table in use."""
        twin, live = self._prefixes
        return self.metadata.tables[twin + table.name], self.used.tables[live + table.name]


@contextlib.contextmanager
def fresh_twins(database: EmptyDatabase, scratch: Path) -> Iterator[Twins]:
    """Empty twins of all tables; they go when the block ends."""
    if database.path is None:
        with contextlib.closing(_Postgresql(database)) as place:
            yield place.twins
    else:
        with contextlib.closing(_Sqlite(database.path, scratch)) as place:
            yield place.twins


class _Postgresql:
    def __init__(self, database: EmptyDatabase) -> None:
        self.engine = sa.create_engine(database.url)
        self.twins = Twins(self.engine, twin=TWIN, live="")
        with self.engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {TWIN}")
            self.twins.metadata.create_all(connection)

    def close(self) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {TWIN} CASCADE")
        self.engine.dispose()


class _Sqlite:
    def __init__(self, live: Path, scratch: Path) -> None:
        self.path = scratch / "twins.db"
        self.engine = sa.create_engine(f"sqlite:///{self.path}")

        @sa.event.listens_for(self.engine, "connect")
        def attach(connection: Any, _record: object) -> None:
            connection.execute(f"ATTACH DATABASE '{live}' AS {LIVE}")

        self.twins = Twins(self.engine, twin="", live=LIVE)
        with self.engine.begin() as connection:
            self.twins.metadata.create_all(connection)

    def close(self) -> None:
        self.engine.dispose()
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink()


def bare_staging(database: EmptyDatabase, scratch: Path, import_id: UUID, *, runs: int) -> Bare:
    """COPY on PostgreSQL, executemany on SQLite, of the staged rows as they are, in one transaction.

    The rows are tuples in memory when the clock starts. More than `MOST_STAGED_ROWS` are scaled up.
    """
    staged: sa.Table = imports.StagedRow.__table__  # type: ignore[assignment]
    columns = [column.name for column in staged.columns if column.computed is None]
    seconds = []
    total = 0
    for _ in range(runs):
        with fresh_twins(database, scratch) as twins:
            twin, used = twins.pair(staged)
            with twins.engine.begin() as connection:
                _copy_parents(connection, twins)
                mine = used.c.import_id == import_id
                total = connection.scalar(sa.select(sa.func.count()).select_from(used).where(mine)) or 0
                chosen = sa.select(*(_as_stored(used.c[name]) for name in columns)).where(mine)
                rows = [tuple(row) for row in connection.execute(chosen.limit(MOST_STAGED_ROWS))]
            with twins.engine.connect() as connection:
                seconds.append(_insert_seconds(connection, twin, columns, rows) * total / len(rows))
    return Bare(statistics.median(seconds), total)


def _as_stored(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """What the driver gives without SQLAlchemy's work on it: JSON and ids as texts, ready to be written again."""
    plain = isinstance(column.type, sa.JSON | sa.Uuid)
    return sa.type_coerce(sa.cast(column, sa.Text), sa.Text) if plain else column


def _insert_seconds(
    connection: sa.Connection, twin: sa.Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> float:
    target = connection.dialect.identifier_preparer.format_table(twin)
    names = ", ".join(columns)
    driver = connection.connection.driver_connection
    started = time.perf_counter()
    with connection.begin():
        if isinstance(driver, psycopg.Connection):
            with driver.cursor() as cursor, cursor.copy(f"COPY {target} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            assert driver is not None
            marks = ", ".join("?" * len(columns))
            driver.executemany(f"INSERT INTO {target} ({names}) VALUES ({marks})", rows)  # noqa: S608
    return time.perf_counter() - started


def bare_promotion(database: EmptyDatabase, scratch: Path, import_id: UUID, *, runs: int) -> Bare:
    """INSERT … SELECT of every row that the promotion of this import inserted, in one transaction.

    The twins hold beforehand what the tables held. Changes of older records are not repeated.
    """
    seconds = []
    number = 0
    for _ in range(runs):
        with fresh_twins(database, scratch) as twins:
            with twins.engine.begin() as connection:
                _copy_parents(connection, twins)
                for table in PROMOTED:
                    connection.execute(_copied(twins, table, sa.not_(_of_import(twins, table, import_id))))
            with twins.engine.connect() as connection:
                started = time.perf_counter()
                with connection.begin():
                    number = sum(
                        connection.execute(
                            _copied(twins, table, _of_import(twins, table, import_id))
                        ).rowcount
                        for table in PROMOTED
                    )
                seconds.append(time.perf_counter() - started)
    return Bare(statistics.median(seconds), number)


def _copy_parents(connection: sa.Connection, twins: Twins) -> None:
    for table in PARENTS:
        connection.execute(_copied(twins, table, sa.true()))


def _copied(twins: Twins, table: sa.Table, which: sa.ColumnElement[bool]) -> sa.Insert:
    """Insert these rows of a table into its twin; numbers that the database counts by itself it counts anew."""
    twin, used = twins.pair(table)
    counted = twin.autoincrement_column
    names = [column.name for column in twin.columns if column.computed is None and column is not counted]
    chosen = sa.select(*(used.c[name] for name in names)).where(which)
    return sa.insert(twin).from_select(names, chosen).execution_options(preserve_rowcount=True)


def _of_import(twins: Twins, table: sa.Table, import_id: UUID) -> sa.ColumnElement[bool]:
    """Which rows of a table this import brought; in `imports` and `case_pets` by way of the case."""
    _, used = twins.pair(table)
    if "import_id" in used.c:
        return sa.func.coalesce(used.c.import_id == import_id, sa.false())
    _, cases = twins.pair(records.Case.__table__)  # type: ignore[arg-type]
    return used.c.case_id.in_(sa.select(cases.c.id).where(cases.c.import_id == import_id))
