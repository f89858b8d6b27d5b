"""Hints through the real broker and a real worker: losing one loses nothing, two do nothing twice."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.records import Case
from phcs.services.leasing import claim_import
from phcs.services.working import utc_now
from phcs.tasks.imports import advance, hint, sweep
from tests.builders import actor_of, build_person
from tests.import_builders import approve, build_import, build_review, count, seen, visits
from tests.servers import celery_worker

Db = scoped_session[Session]
PATIENCE_SECONDS = 30.0


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"PHCS_LEASE_SECONDS": "2"}


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


@pytest.fixture(autouse=True)
def _own_queue(app: Flask) -> None:
    """Send hints to this test's workers: a worker in a thread leaves its own Celery as the current one."""
    app.extensions["celery"].set_current()


def waited_for(reached: Callable[[], bool]) -> bool:
    """Say whether this came true in time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not reached() and time.monotonic() < end:
        time.sleep(0.02)
    return reached()


def is_in(import_id: UUID, state: ImportState) -> Callable[[], bool]:
    return lambda: seen(import_id).row.state is state


def staged_through(import_id: UUID) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(Import.staged_through).where(Import.id == import_id)) or 0


def sweep_and_look(import_id: UUID) -> ImportState:
    """The state by now, after the sweeper was asked to look, as Celery's clock asks it every few seconds."""
    sweep.apply_async(expires=1)
    time.sleep(0.2)
    return seen(import_id).row.state


def test_a_hint_brings_an_import_to_review(session: Db, admin: Actor, worker: None) -> None:
    import_id = build_import(actor=admin, content=visits(3))

    hint(import_id)

    assert waited_for(is_in(import_id, ImportState.REVIEW))
    assert seen(import_id).row_counts == {"valid": 3}


def test_a_hint_after_the_approval_promotes(session: Db, admin: Actor, worker: None) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    approve(import_id, actor=admin)

    hint(import_id)

    assert waited_for(is_in(import_id, ImportState.COMPLETED))
    assert count(Case) == 3


def test_the_sweeper_finds_an_import_whose_hint_was_lost(session: Db, admin: Actor, worker: None) -> None:
    import_id = build_import(actor=admin, content=visits(3))

    sweep.delay()

    assert waited_for(is_in(import_id, ImportState.REVIEW))


def test_the_sweeper_finds_an_import_whose_worker_is_gone(session: Db, admin: Actor, worker: None) -> None:
    import_id = build_import(actor=admin, content=visits(3))
    long_ago = utc_now() - timedelta(minutes=1)
    assert claim_import(import_id=import_id, now=long_ago, lease_seconds=30, max_attempts=3) is not None

    sweep.delay()

    assert waited_for(is_in(import_id, ImportState.REVIEW))
    assert session.get_one(Import, import_id).fence >= 2


def test_a_worker_that_starts_sweeps_by_itself(
    session: Db, admin: Actor, environment: dict[str, str]
) -> None:
    import_id = build_import(actor=admin, content=visits(3))

    with celery_worker(environment):
        assert waited_for(is_in(import_id, ImportState.REVIEW))


def test_the_same_hint_many_times_has_one_effect(session: Db, admin: Actor, worker: None) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    approve(import_id, actor=admin)
    follower = build_import(actor=admin, content=visits(1, first=50))

    for _ in range(5):
        hint(import_id)
    hint(follower)

    assert waited_for(is_in(follower, ImportState.REVIEW))
    assert seen(import_id).row.state is ImportState.COMPLETED
    told = session.scalars(sa.select(AuditEvent.action).where(AuditEvent.import_id == import_id)).all()
    assert (told.count("import.promoted"), told.count("case.created"), count(Case)) == (1, 3, 3)


def test_a_hint_for_nothing_does_nothing(session: Db, admin: Actor, worker: None) -> None:
    import_id = build_import(actor=admin, content=visits(1))

    hint(admin.organisation_id)
    hint(import_id)

    assert waited_for(is_in(import_id, ImportState.REVIEW))


def test_without_a_broker_the_import_waits_for_the_sweeper(
    session: Db, admin: Actor, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    import_id = build_import(actor=admin, content=visits(1))
    app.extensions["celery"].conf.broker_url = "redis+socket:///nowhere/valkey.sock"
    app.extensions["celery"].conf.broker_read_url = None

    with caplog.at_level(logging.WARNING, logger="phcs.tasks.hinting"):
        hint(import_id)

    assert "the sweeper will find it" in caplog.text
    assert seen(import_id).row.state is ImportState.RECEIVED


def test_another_worker_finishes_what_a_killed_one_had_begun(
    session: Db, admin: Actor, environment: dict[str, str]
) -> None:
    settings = {**environment, "PHCS_CHUNK_ROWS": "20", "PHCS_LEASE_SECONDS": "2"}
    import_id = build_import(actor=admin, content=visits(1_000))
    with celery_worker(settings) as first:
        assert waited_for(lambda: staged_through(import_id) > 0)
        first.kill()
        first.wait()
    broken_off = seen(import_id).row.state
    with celery_worker(settings):
        assert waited_for(lambda: sweep_and_look(import_id) is ImportState.REVIEW)

    assert broken_off is ImportState.STAGING
    assert seen(import_id).row_counts == {"valid": 1_000}
    told = session.scalars(sa.select(AuditEvent.action).where(AuditEvent.import_id == import_id)).all()
    assert sorted(told) == ["import.planned", "import.read", "import.received", "import.staged"]


def test_the_task_itself_takes_an_id_and_gives_nothing_back(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(1))

    advance(str(import_id))

    assert seen(import_id).row.state is ImportState.REVIEW
