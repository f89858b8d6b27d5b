"""A worker that is asked to stop ends soon, loses nothing, and leaves its import to others at once."""

import signal
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.records import Owner
from phcs.services.advancing import advance_import
from phcs.services.working import workshop_from
from phcs.tasks.stopping import STOP_SECONDS
from tests.builders import actor_of, build_person
from tests.import_builders import (
    advance,
    approve,
    build_import,
    build_review,
    count,
    plan_anew_behind_the_back,
    seen,
    visits,
    workshop,
)
from tests.servers import celery_worker

Db = scoped_session[Session]
PATIENCE_SECONDS = 40.0
ROWS = 800
LONG_LEASE = {"PHCS_CHUNK_ROWS": "10", "PHCS_LEASE_SECONDS": "600", "PHCS_SWEEP_SECONDS": "1"}
"""Nobody takes an import over by waiting: only when it was given back."""


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return LONG_LEASE


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def stored(import_id: UUID) -> Import:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Import, import_id)


def waited_for(reached: Callable[[], bool]) -> bool:
    """Say whether this came true in time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not reached() and time.monotonic() < end:
        time.sleep(0.02)
    return reached()


def test_a_worker_told_to_stop_gives_back_what_it_works_on_and_another_goes_on_at_once(
    session: Db, admin: Actor, environment: dict[str, str]
) -> None:
    import_id = build_import(actor=admin, content=visits(ROWS))
    with celery_worker({**environment, **LONG_LEASE}) as first:
        assert waited_for(lambda: stored(import_id).rows_done > 0)
        asked = time.monotonic()
        first.send_signal(signal.SIGTERM)
        code = first.wait(PATIENCE_SECONDS)
        took = time.monotonic() - asked
    left = stored(import_id)
    fence, left_in = left.fence, (left.state, left.lease_until, left.attempts)
    with celery_worker({**environment, **LONG_LEASE}):
        assert waited_for(lambda: stored(import_id).state is ImportState.REVIEW)

    assert (code, left_in) == (0, (ImportState.STAGING, None, 0))
    assert took < STOP_SECONDS
    assert stored(import_id).fence == fence + 1
    assert seen(import_id).row_counts == {"valid": ROWS}
    assert count(AuditEvent, AuditEvent.import_id == import_id, AuditEvent.action == "import.staged") == 1


class Asked:
    """Asks a worker to stop when it tells of this stage; what people do with a signal, at an exact place."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.stopping = False

    def told(self, stage: str, done: int, total: int) -> None:
        self.stopping = self.stopping or stage == self.stage


@pytest.mark.parametrize("stage", ["checking", "matching"])
def test_stopping_costs_no_attempt(app: Flask, admin: Actor, stage: str) -> None:
    import_id = build_import(actor=admin, content=visits(80))
    if stage == "matching":
        advance(import_id)
        plan_anew_behind_the_back(import_id)
    for _ in range(5):
        asked = Asked(stage)
        reached = advance_import(import_id=import_id, workshop=stoppable(app, asked))

        left = stored(import_id)
        assert (reached, left.state, left.attempts) == (None, ImportState.STAGING, 0)

    assert advance(import_id) is ImportState.REVIEW


def test_a_promotion_that_is_stopped_leaves_nothing_and_is_done_by_the_next(app: Flask, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(30))
    approve(import_id, actor=admin)

    reached = advance_import(import_id=import_id, workshop=stoppable(app, Asked("promoting")))

    assert reached is None
    assert (stored(import_id).state, stored(import_id).attempts, count(Owner)) == (
        ImportState.PROMOTING,
        0,
        0,
    )
    assert advance(import_id) is ImportState.COMPLETED
    assert count(Owner) == 30


def test_a_worker_that_stops_begins_nothing_new(app: Flask, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(1))
    asked = Asked("")
    asked.stopping = True

    assert advance_import(import_id=import_id, workshop=stoppable(app, asked)) is None
    assert stored(import_id).state is ImportState.RECEIVED


def stoppable(app: Flask, asked: Asked) -> Any:
    usual = workshop(chunk_rows=10)
    return workshop_from(
        app.config["PHCS"],
        clock=usual.clock,
        chunk_rows=10,
        told=asked.told,
        stopping=lambda: asked.stopping,
    )
