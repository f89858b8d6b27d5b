"""A worker looks at the database by itself: without beat, and without a broker that delivers."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.tasks.imports import hint
from phcs.tasks.lookout import look_around
from tests.builders import NOW, actor_of, build_person
from tests.faults.own_servers import OwnValkey, own_valkey
from tests.import_builders import build_import, seen, visits
from tests.servers import celery_worker

Db = scoped_session[Session]
SETTINGS = {"PHCS_SWEEP_SECONDS": "1"}


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return SETTINGS


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[OwnValkey]:
    with own_valkey(tmp_path / "valkey") as broker:
        yield broker


@pytest.fixture
def redis_url(broker: OwnValkey) -> str:  # type: ignore[override]
    return broker.url


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def waited_for(import_id: UUID, state: ImportState, *, seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while seen(import_id).row.state is not state and time.monotonic() < end:
        time.sleep(0.05)
    return seen(import_id).row.state is state


def busy() -> bool:
    return False


def free() -> bool:
    return True


def test_what_no_hint_names_is_taken_up_by_a_running_worker(
    session: Db, admin: Actor, environment: dict[str, str]
) -> None:
    with celery_worker({**environment, **SETTINGS}):
        first = build_import(actor=admin, content=visits(1))
        assert waited_for(first, ImportState.REVIEW)
        unheard = build_import(actor=admin, content=visits(1, first=5))

        assert waited_for(unheard, ImportState.REVIEW)


def test_a_broker_that_is_frozen_holds_up_neither_the_upload_nor_the_work(
    session: Db, admin: Actor, environment: dict[str, str], broker: OwnValkey, app: Flask
) -> None:
    app.extensions["celery"].set_current()
    with celery_worker({**environment, **SETTINGS}):
        assert waited_for(build_import(actor=admin, content=visits(1)), ImportState.REVIEW)
        assert broker.server.process is not None
        os.kill(broker.server.process.pid, signal.SIGSTOP)
        try:
            import_id = build_import(actor=admin, content=visits(1, first=5))
            started = time.monotonic()
            hint(import_id)
            took = time.monotonic() - started

            assert waited_for(import_id, ImportState.REVIEW)
            assert took < 12
        finally:
            os.kill(broker.server.process.pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("has_free_hands", "stopping", "state"),
    [
        (free, busy, ImportState.REVIEW),
        (busy, busy, ImportState.RECEIVED),
        (free, free, ImportState.RECEIVED),
    ],
)
def test_a_worker_leaves_it_to_the_hints_while_it_is_busy_or_stops(
    session: Db,
    admin: Actor,
    has_free_hands: Callable[[], bool],
    stopping: Callable[[], bool],
    state: ImportState,
) -> None:
    import_id = build_import(actor=admin, content=visits(1), now=NOW.replace(year=2025))

    look_around(has_free_hands, stopping)

    assert db.session.scalar(sa.select(Import.state).where(Import.id == import_id)) is state
