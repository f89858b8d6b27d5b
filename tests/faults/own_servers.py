"""A PostgreSQL and a Valkey of a campaign's own, to be killed, frozen, emptied and started again."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import sqlalchemy as sa

from phcs.embedded.children import end_child
from phcs.embedded.valkey import Valkey
from tests import servers

SETTINGS = {**servers.QUICK_AND_CARELESS, "synchronous_commit": "on", "restart_after_crash": "on"}
"""What is committed stays when a process is killed; only a power cut would lose it."""


class OwnPostgres:
    """One server, in a folder of its own."""

    def __init__(self, base: Path) -> None:
        self.base = base
        prefix, self.account = servers._for_this_account(servers._postgres_prefix(), base)
        self.prefix = prefix
        servers._run_initdb(prefix, base, self.account)
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = servers._start_postgres(self.prefix, self.base, self.account, SETTINGS)
        servers._wait_for_postgres(self.base, self.process)

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.base}"

    def kill_backend(self) -> bool:
        """Kill one process that serves a client, as a crash would; the server then restarts by itself."""
        with psycopg.connect(self._address(), autocommit=True) as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                " AND datname <> 'postgres' ORDER BY state <> 'idle' DESC, query_start DESC LIMIT 1"
            ).fetchone()
            if found:
                os.kill(found[0], signal.SIGKILL)
        time.sleep(0.05)
        self.wait()
        return found is not None

    def restart_at_once(self) -> None:
        """Stop it without letting anybody finish ("immediate"), and start it again."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)
        self.start()

    def wait(self) -> None:
        """Wait until it answers again."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(psycopg.Error), psycopg.connect(self._address()) as connection:
                connection.execute("SELECT 1")
                return
            time.sleep(0.02)
        raise TimeoutError((self.base / "log").read_text())

    def create(self, database: str) -> None:
        """Add an empty database."""
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {database}")

    def _address(self) -> str:
        return f"host={self.base} user=postgres dbname=postgres connect_timeout=5"


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Run one for as long as the block lasts."""
    base = Path(tempfile.mkdtemp(prefix="phcs-pg-"))
    try:
        server = OwnPostgres(base)
        try:
            yield server
        finally:
            end_child(server.process, seconds=15)
    finally:
        shutil.rmtree(base, ignore_errors=True)


class OwnValkey:
    """One broker, in a folder of its own, always at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = Valkey(folder).start()
        self.url = self.server.url

    def kill_and_empty(self) -> None:
        """Kill it, forget everything it has kept, and start it again."""
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()
        for kept in self.folder.glob("appendonly*"):
            shutil.rmtree(kept)
        self.server.start()

    def freeze(self, seconds: float) -> None:
        """Let it answer nobody for so long."""
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.server.process.send_signal(signal.SIGCONT)


@contextmanager
def own_valkey(folder: Path) -> Iterator[OwnValkey]:
    """Run one for as long as the block lasts."""
    broker = OwnValkey(folder)
    try:
        yield broker
    finally:
        broker.server.stop()
