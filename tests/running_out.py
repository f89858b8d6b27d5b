"""Makes things run out for real: room in the database, room for files, patience with the locks of others."""

import contextlib
import resource
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from phcs.core.actors import Actor
from phcs.core.errors import NoRoomError
from phcs.extensions import db
from phcs.services import auditing
from phcs.services.transactions import transaction
from tests.builders import NOW


@contextlib.contextmanager
def at_most_more_pages(pages: int) -> Iterator[None]:
    """The database file may grow by so many pages only, for every connection: a full disk, as SQLite sees it."""
    db.session.rollback()
    most = int(db.session.scalar(sa.text("PRAGMA page_count")) or 0) + pages
    db.session.rollback()

    def limit(connection: Any, *_others: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={most}")

    db.session.remove()
    sa.event.listen(db.engine, "checkout", limit)
    try:
        yield
    finally:
        sa.event.remove(db.engine, "checkout", limit)
        db.session.remove()
        db.engine.dispose()  # the limit belongs to the connections


@contextlib.contextmanager
def disk_full_after(table: str, rows: int) -> Iterator[None]:
    """PostgreSQL says that its disk is full as soon as the table would hold more rows than these."""
    with transaction() as session:
        session.execute(
            sa.text(
                f"CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF (SELECT count(*) FROM {table}) >= {rows} THEN "
                "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; "
                "END IF; RETURN NEW; END $$"
            )
        )
        session.execute(
            sa.text(
                f"CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()"
            )
        )
    try:
        yield
    finally:
        with transaction() as session:
            session.execute(sa.text("DROP FUNCTION no_room CASCADE"))


def fill_the_last_page(admin: Actor) -> None:
    """Write audit events until not even one more fits."""
    with contextlib.suppress(NoRoomError):
        while True:
            with transaction() as session:
                auditing.record(session, actor=admin, now=NOW, action="person.signed_in")


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process may grow larger, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """Nobody waits longer than a fifth of a second for a lock."""

    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")

    def taken(connection: Any, *_others: Any) -> None:
        connection.execute("PRAGMA busy_timeout=200")

    name, listener = {"sqlite": ("checkout", taken), "postgresql": ("begin", begun)}[db.engine.dialect.name]
    db.session.remove()
    sa.event.listen(db.engine, name, listener)
    try:
        yield
    finally:
        sa.event.remove(db.engine, name, listener)
        db.engine.dispose()
