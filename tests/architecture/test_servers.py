"""The databases and the broker under the tests are real."""

import time
from typing import Any

import pytest
import redis
import sqlalchemy as sa
from celery.contrib.testing.worker import start_worker
from flask import Flask, current_app
from sqlalchemy.orm import scoped_session

from phcs.extensions import SQLITE_PRAGMAS, WRITES, db, limiter_storage


def test_each_test_runs_on_the_database_it_names(session: scoped_session[Any], database_uri: str) -> None:
    assert database_uri.startswith(session.get_bind().dialect.name)
    assert session.scalar(sa.text("SELECT count(*) FROM organisations")) == 0


def test_a_hint_goes_through_the_real_broker_into_the_application(app: Flask) -> None:
    heard: list[str] = []

    def hear(word: str) -> None:
        heard.append(f"{word} in {current_app.name}")

    task = app.extensions["celery"].task(hear, name="tests.hear", shared=False)
    with start_worker(app.extensions["celery"], pool="solo", perform_ping_check=False, shutdown_timeout=15):
        task.delay("look")
        deadline = time.monotonic() + 10
        while not heard and time.monotonic() < deadline:
            time.sleep(0.02)

    assert heard == ["look in phcs"]


def test_each_application_of_the_tests_has_its_own_queue(
    app: Flask, redis_url: str, environment: dict[str, str]
) -> None:
    app.extensions["celery"].send_task("tests.unheard")

    with redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://")) as client:
        assert client.llen(f"{environment['PHCS_BROKER_PREFIX']}celery") == 1


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_given_two_sqlite_writers_the_second_waits_at_begin_while_readers_go_on(app: Flask) -> None:
    with app.app_context():
        engine = db.engine
        with engine.connect().execution_options(**{WRITES: True}) as writer, engine.connect() as reader:
            writer.exec_driver_sql("SELECT 1")  # nothing written yet, and the lock is already ours
            assert reader.scalar(sa.text("SELECT count(*) FROM organisations")) == 0
            reader.rollback()
            other = engine.connect()
            other.exec_driver_sql("PRAGMA busy_timeout=50")
            other.rollback()
            with other, pytest.raises(sa.exc.OperationalError, match="locked"):
                other.execution_options(**{WRITES: True}).exec_driver_sql("SELECT 1")


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_every_sqlite_connection_keeps_its_promises(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        values = {
            pragma.split("=")[0]: connection.exec_driver_sql(f"PRAGMA {pragma.split('=')[0]}").scalar()
            for pragma in SQLITE_PRAGMAS
        }

    promised = {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2, "busy_timeout": 15000}
    assert values == promised | {"cache_size": -32000, "wal_autocheckpoint": 8000, "temp_store": 2}


@pytest.mark.parametrize("database_uri", ["postgresql"], indirect=True)
def test_a_frozen_postgresql_client_cannot_keep_its_locks_for_ever(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        limits = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in (
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "statement_timeout",
                "timezone",
            )
        ]

    assert limits == ["1min", "1min", "0", "UTC"]


@pytest.mark.parametrize(
    ("broker", "storage"),
    [
        ("", "memory://"),
        ("redis+socket:///tmp/a.sock", "phcs+redis+unix:///tmp/a.sock"),
        ("redis://cache:6379/0", "phcs+redis://cache:6379/0"),
    ],
)
def test_rate_limits_are_counted_in_the_broker_and_in_memory_without_one(broker: str, storage: str) -> None:
    assert limiter_storage(broker) == storage
