"""An empty database for every run: a new SQLite file, or one on a private PostgreSQL with its durability on."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests import servers

DURABLE = {
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_connections": "60",
}
"""A small production server: every commit is on disk before it is answered."""


@dataclass(frozen=True, slots=True)
class EmptyDatabase:
    """Where one run works: as this product is told it, and as the peer is."""

    url: str
    peer: str
    path: Path | None = None
    """The file, on SQLite."""


Fresh = Callable[[str], contextlib.AbstractContextManager[EmptyDatabase]]
"""Makes an empty database of this name, which goes when the block ends."""


@contextlib.contextmanager
def fresh_databases(system: str, folder: Path) -> Iterator[Fresh]:
    """A maker of empty databases on `sqlite` or `postgresql`; its server ends with the block."""
    if system == "sqlite":
        yield lambda name: _sqlite(folder / f"{name}.db")
        return
    with servers.postgres(DURABLE) as url_of:
        admin = sa.create_engine(url_of("postgres"), isolation_level="AUTOCOMMIT")
        try:
            yield lambda name: _postgresql(admin, url_of(name), name)
        finally:
            admin.dispose()


@contextlib.contextmanager
def _sqlite(path: Path) -> Iterator[EmptyDatabase]:
    try:
        yield EmptyDatabase(url=f"sqlite:///{path}", peer=str(path), path=path)
    finally:
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()


@contextlib.contextmanager
def _postgresql(admin: sa.Engine, url: str, name: str) -> Iterator[EmptyDatabase]:
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        connection.exec_driver_sql("CHECKPOINT")  # what the run before left to write is not this one's
    try:
        yield EmptyDatabase(url=url, peer=f"host={admin.url.query['host']} dbname={name} user=postgres")
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
