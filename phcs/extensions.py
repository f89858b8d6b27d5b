"""The extensions, made here and configured nowhere else."""

import os
import sqlite3
import time
from typing import Any

import orjson
from celery import Celery, Task
from flask import Flask, Response, current_app, g, has_request_context
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from limits.storage import RedisStorage
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from phcs.config import ROOT, Settings
from phcs.models.base import Base

WRITES = "phcs_writes"
"""The execution option that a writing transaction sets on its connection, see `_begin`."""

SQLITE_PRAGMAS = (
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=15000",
    "cache_size=-32000",  # kilobytes; random keys of a big import stay in memory
    "wal_autocheckpoint=8000",  # pages; the default of 4 MB copies nearly every chunk twice
    "temp_store=MEMORY",
)

POSTGRESQL_OPTIONS = "-c timezone=UTC -c lock_timeout=60s -c idle_in_transaction_session_timeout=60s"
"""Who freezes in a transaction loses its locks after a minute (workers sooner, see `services/frozen.py`).

No statement_timeout: a promotion is one transaction.
"""


BROKER_SECONDS = 5
"""How long anybody waits for a broker that is there but does not answer; hints are lost then, work is not."""

PAGES_WAIT_SECONDS = 15
"""How long a request waits for a lock on PostgreSQL, as on SQLite (`busy_timeout`); workers have more patience."""

CONNECTIONS_KEPT = 16
"""To PostgreSQL, of one process: as many as the web server's threads. Opening one takes longer than most requests."""

PURGE_SECONDS = 3_600.0
"""How often somebody looks for files and rows whose date has come."""


class OneTripStorage(RedisStorage):
    """Counts a call and learns how many have been counted in one question; the library's own asks three."""

    STORAGE_SCHEME = [
        "phcs+redis",
        "phcs+rediss",
        "phcs+redis+unix",
    ]
    SCRIPT_INCR_EXPIRE = b"""
        local current = redis.call("incrby", KEYS[1], ARGV[2])
        if current == tonumber(ARGV[2]) then redis.call("expire", KEYS[1], ARGV[1]) end
        return {current, redis.call("ttl", KEYS[1])}
    """

    def __init__(self, uri: str, **options: Any) -> None:
        super().__init__(uri.removeprefix("phcs+"), **options)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and remember for this request what was learnt."""
        current, seconds = self.lua_incr_expire([self.prefixed_key(key)], [expiry, amount])
        self._told()[key] = (int(current), time.time() + max(0, int(seconds)))
        return int(current)

    def get(self, key: str) -> int:
        """How many have been counted."""
        return told[0] if (told := self._told().get(key)) else super().get(key)

    def get_expiry(self, key: str) -> float:
        """When counting begins anew."""
        return told[1] if (told := self._told().get(key)) else super().get_expiry(key)

    def _told(self) -> dict[str, tuple[int, float]]:
        told: dict[str, tuple[int, float]] = g.setdefault("calls_counted", {})
        return told


class SharedBase(DeclarativeBase):
    """Our tables for Flask-SQLAlchemy, which copies the base it is given and so cannot take `Base` itself."""

    registry = Base.registry
    metadata = Base.metadata


class Database(SQLAlchemy):
    """Flask-SQLAlchemy, with its session typed as what queries take."""

    session: scoped_session[Session]  # type: ignore[assignment]


db = Database(model_class=SharedBase, disable_autonaming=True)
migrate = Migrate(db=db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, default_limits=[], headers_enabled=True)


@event.listens_for(Engine, "connect")
def _connect(connection: Any, record: ConnectionPoolEntry) -> None:
    """Leave BEGIN to us (`_begin`) and make SQLite keep what it was told to keep."""
    record.info["process"] = os.getpid()
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "checkout")
def _checkout(_connection: Any, record: ConnectionPoolEntry, fairy: PoolProxiedConnection) -> None:
    """Make a forked process open connections of its own; the parent's stay the parent's."""
    if record.info["process"] != os.getpid():
        record.dbapi_connection = fairy.dbapi_connection = None  # type: ignore[misc]
        raise DisconnectionError("This connection belongs to another process.")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Begin on SQLite; a transaction that says it writes takes the write lock up front, readers never do.

    Without the first, two writers that read before they write fail at once, whatever the timeout; with the
    lock taken by everyone, pages would wait for promotions.
    """
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif has_request_context() and connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PAGES_WAIT_SECONDS}s'")


def current_settings() -> Settings:
    """Give the settings of the application at work; there must be an application context."""
    settings: Settings = current_app.config["PHCS"]
    return settings


def start_extensions(app: Flask, settings: Settings) -> None:
    """Bind every extension to this app."""
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        RATELIMIT_STORAGE_URI=limiter_storage(settings.broker_url),
        RATELIMIT_KEY_PREFIX=settings.broker_prefix,
    )
    db.init_app(app)
    migrate.init_app(app)
    login_manager.init_app(app)
    csrf.init_app(app)
    app.after_request(_retry_after_refusals_only)  # after the limiter, which adds it to every answer
    limiter.init_app(app)
    app.extensions["celery"] = make_celery(app, settings)


def _retry_after_refusals_only(answer: Response) -> Response:
    """Drop `Retry-After` where nothing was refused; beside a 202 it would say how long not to poll (RFC 9110)."""
    if answer.status_code not in {429, 503}:
        answer.headers.pop("Retry-After", None)
    return answer


def limiter_storage(broker_url: str) -> str:
    """Give the rate limiter's spelling of the broker's address; this process's memory when there is none."""
    if not broker_url:
        return "memory://"
    return "phcs+" + broker_url.replace("redis+socket://", "redis+unix://", 1)


def make_celery(app: Flask, settings: Settings) -> Celery[Any]:
    """Give the Celery app whose tasks run inside this Flask app.

    A message is only a hint (docs/adr/0002): it is acknowledged late, holds JSON ids, and returns nothing.
    Without a broker hints go nowhere, in memory; commands then do the work in their own process.
    """

    class ContextTask(Task):
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context():
                return self.run(*args, **kwargs)

    broker = settings.broker_url or "memory://"
    celery: Celery[Any] = Celery("phcs", task_cls=ContextTask, broker=broker, set_as_current=False)
    celery.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_soft_shutdown_timeout=30,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": 3600,
            "global_keyprefix": settings.broker_prefix,
            "socket_timeout": BROKER_SECONDS,
            "socket_connect_timeout": BROKER_SECONDS,
        },
        timezone="UTC",
        beat_schedule={
            "sweep": {
                "task": "phcs.tasks.sweep",
                "schedule": float(settings.sweep_seconds),
                "options": {"expires": settings.sweep_seconds},
            },
            "purge": {
                "task": "phcs.tasks.purge",
                "schedule": PURGE_SECONDS,
                "options": {"expires": PURGE_SECONDS},
            },
        },
    )
    celery.set_default()
    return celery


def _engine_options(database_url: str) -> dict[str, Any]:
    options: dict[str, Any] = {"json_deserializer": orjson.loads, "json_serializer": json_text}
    if database_url.startswith("postgresql"):
        options |= {
            "pool_pre_ping": True,
            "pool_size": CONNECTIONS_KEPT,
            "pool_use_lifo": True,
            "connect_args": {"options": POSTGRESQL_OPTIONS},
        }
    return options


def json_text(value: Any) -> str:
    """Write a value of a JSON column, as the engines and the bulk writer do alike."""
    return orjson.dumps(value, default=list).decode()
