"""Runs the migrations on the application's own database, on SQLite and PostgreSQL alike.

Each migration is one transaction on both: a failed one leaves nothing. SQLite's tables are rebuilt in batch
mode, for which foreign keys have to rest; they are checked before the transaction ends.
"""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

import phcs.models  # noqa: F401 - every table's module is imported there
from phcs.extensions import WRITES
from phcs.models.base import UtcDateTime

extension = current_app.extensions["migrate"]
metadata = extension.db.metadatas[None]


def render_item(kind: str, item: object, _autogenerate: object) -> str | bool:
    """Write our own column types as what the database sees, so that old migrations outlive our classes."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


options = {**extension.configure_args, "target_metadata": metadata, "render_item": render_item}


def run_offline() -> None:
    """Write the statements instead of running them (`flask db upgrade --sql`)."""
    url = extension.db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run the statements; each migration in a transaction of its own."""
    with extension.db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _run_on_sqlite(connection)
        else:
            _run(connection)


def _run(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True, **options)
    with context.begin_transaction():
        context.run_migrations()


def _run_on_sqlite(connection: Connection) -> None:
    raw = connection.connection.dbapi_connection
    assert raw is not None  # noqa: S101 - the connection is open
    raw.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction, so it stands before
    try:
        _run(connection.execution_options(**{WRITES: True}))
        if broken := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"A migration left rows that point nowhere: {broken[:10]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
