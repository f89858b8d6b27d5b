"""What runs out (room, memory, time, patience with others' locks) ends in a named state with a sentence."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import BusyError, NoRoomError
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, StagedRow
from phcs.models.organisations import Organisation
from phcs.models.plans import PlanRow
from phcs.services.advancing import advance_import
from phcs.services.approval import retry_import
from phcs.services.transactions import transaction
from phcs.services.working import Workshop
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    LIVE_TABLES,
    Clock,
    approve,
    build_import,
    build_review,
    count,
    plan_anew_behind_the_back,
    seen,
    visits,
    workshop,
)
from tests.running_out import (
    at_most_more_pages,
    disk_full_after,
    files_of_at_most,
    fill_the_last_page,
    impatient,
)

Db = scoped_session[Session]
ROWS = 300
only_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_uri", ["postgresql"], indirect=True)


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def hurried(**brought: Any) -> Workshop:
    """A workshop that does not wait between its tries."""
    return replace(workshop(chunk_rows=25, **brought), pause=lambda _seconds: None)


def advance(import_id: UUID, **brought: Any) -> ImportState | None:
    return advance_import(import_id=import_id, workshop=hurried(**brought))


def live_rows() -> list[int]:
    return [count(table) for table in LIVE_TABLES]


def failure_of(import_id: UUID) -> tuple[ImportState, str, str]:
    details = seen(import_id)
    return details.row.state, details.failure_code, details.failed_from


def failed_event() -> dict[str, Any]:
    db.session.rollback()
    detail: dict[str, Any] = db.session.scalars(
        sa.select(AuditEvent.detail).where(AuditEvent.action == "import.failed")
    ).one()
    return detail


NO_ROOM: dict[str, Callable[[str, int], contextlib.AbstractContextManager[None]]] = {
    "sqlite": lambda _table, _rows: at_most_more_pages(25),
    "postgresql": disk_full_after,
}


def no_room(table: str, rows: int) -> contextlib.AbstractContextManager[None]:
    return NO_ROOM[db.engine.dialect.name](table, rows)


def test_a_disk_that_fills_up_while_rows_are_staged_fails_the_import_in_words_and_it_goes_on_from_there(
    session: Db, admin: Actor
) -> None:
    import_id = build_import(actor=admin, content=visits(ROWS))

    with no_room("import_staging", 110):
        assert advance(import_id) is ImportState.FAILED
        kept = count(StagedRow)

    assert failure_of(import_id) == (ImportState.FAILED, "limit.no_room", "staging")
    assert "no room left on the server's disk. Nothing was changed" in seen(import_id).failure
    assert failed_event() == {"code": "limit.no_room", "state": "staging"}
    assert (0 < kept < ROWS, kept % 25, seen(import_id).row.valid) == (True, 0, kept)
    told: list[int] = []
    retry_import(actor=admin, now=NOW, import_id=import_id)
    assert advance(import_id, told=lambda _stage, done, _total: told.append(done)) is ImportState.REVIEW
    assert (told[0], count(StagedRow), count(PlanRow)) == (kept + 25, ROWS, ROWS)


def test_a_disk_that_fills_up_while_the_plan_is_made_keeps_the_staged_rows(session: Db, admin: Actor) -> None:
    rows = visits(ROWS)
    two_tables = json.dumps(
        {"one": rows[::2], "other": rows[1::2]}
    )  # several are planned once all are staged
    import_id = build_import(actor=admin, content=two_tables, file_name="visits.json")
    stages: list[str] = []
    full = contextlib.ExitStack()

    def told(stage: str, _done: int, _total: int) -> None:
        stages.append(stage)
        fill = {"matching": lambda: full.enter_context(no_room("plan_rows", 60))}
        fill.get(stage if stages.count("matching") == 1 else "", lambda: None)()

    with full:
        assert advance(import_id, told=told) is ImportState.FAILED

    assert failure_of(import_id) == (ImportState.FAILED, "limit.no_room", "staging")
    workshop().store.delete(import_id.hex)  # what is staged needs no file any more
    retry_import(actor=admin, now=NOW, import_id=import_id)
    again: list[str] = []
    assert advance(import_id, told=lambda stage, *_: again.append(stage)) is ImportState.REVIEW
    assert (set(again), count(StagedRow), count(PlanRow)) == ({"matching"}, ROWS, ROWS)


def test_a_disk_that_fills_up_during_a_promotion_leaves_nothing_and_the_approval_holds(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(ROWS))
    approve(import_id, actor=admin)

    with no_room("cases", 100):
        assert advance(import_id) is ImportState.FAILED

    assert failure_of(import_id) == (ImportState.FAILED, "limit.no_room", "approved")
    assert live_rows() == [0] * len(LIVE_TABLES)
    retry_import(actor=admin, now=NOW, import_id=import_id)
    assert advance(import_id) is ImportState.COMPLETED
    assert live_rows()[0] == ROWS


@only_sqlite
def test_without_room_even_for_the_failure_the_import_goes_on_by_itself_once_there_is(
    session: Db, admin: Actor
) -> None:
    import_id = build_import(actor=admin, content=visits(ROWS))
    clock = Clock()

    with at_most_more_pages(0):
        fill_the_last_page(admin)
        assert advance(import_id, clock=clock) is None
    clock.wait(31)

    assert seen(import_id).row.state in {ImportState.RECEIVED, ImportState.READING, ImportState.STAGING}
    assert advance(import_id, clock=clock) is ImportState.REVIEW
    assert count(StagedRow) == ROWS


def test_an_upload_that_does_not_fit_on_the_disk_is_refused_in_words_and_keeps_nothing(
    session: Db, admin: Actor
) -> None:
    with files_of_at_most(2_000_000), pytest.raises(NoRoomError, match="ask your operator"):
        build_import(actor=admin, content=b"x" * 3_000_000)

    assert (count(Import), list(workshop().store.names_before(NOW.replace(year=2100)))) == (0, [])


@contextlib.contextmanager
def somebody_else_writing(app: Flask) -> Iterator[threading.Event]:
    """Another connection holds the organisation's row (on SQLite: the database) until the event is set."""
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction() as session:
            session.execute(sa.select(Organisation.id).with_for_update()).all()
            held.set()
            release.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        yield release
    finally:
        release.set()
        thread.join()


def test_a_worker_waits_with_patience_for_a_lock_that_is_let_go(
    app: Flask, session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    approve(import_id, actor=admin)

    with impatient(), somebody_else_writing(app) as release:
        threading.Timer(0.7, release.set).start()
        reached = advance_import(import_id=import_id, workshop=workshop())

    assert (reached, seen(import_id).failure) == (ImportState.COMPLETED, "")


@only_postgresql
def test_a_lock_that_is_never_let_go_fails_the_import_in_words(app: Flask, session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    approve(import_id, actor=admin)

    with impatient(), somebody_else_writing(app):
        assert advance(import_id) is ImportState.FAILED

    assert failure_of(import_id) == (ImportState.FAILED, "limit.busy", "approved")
    assert live_rows() == [0] * len(LIVE_TABLES)
    retry_import(actor=admin, now=NOW, import_id=import_id)
    assert advance(import_id) is ImportState.COMPLETED


@only_sqlite
def test_a_database_that_is_never_let_go_leaves_the_import_to_the_next_worker(
    app: Flask, session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    approve(import_id, actor=admin)

    with impatient(), somebody_else_writing(app):
        assert advance(import_id) is None

    assert advance(import_id) is ImportState.COMPLETED


@only_postgresql
def test_a_real_deadlock_never_reaches_a_person(app: Flask, session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    approve(import_id, actor=admin)
    codes: list[str] = []
    heard = lambda context: codes.append(getattr(context.original_exception, "sqlstate", ""))  # noqa: E731
    sa.event.listen(db.engine, "handle_error", heard)
    waiting = threading.Event()
    other = threading.Thread(target=lock_the_other_way_round, args=(app, import_id, waiting))
    other.start()
    waiting.wait(10)

    reached = advance_import(import_id=import_id, workshop=workshop())

    other.join()
    assert (reached, codes.count("40P01")) == (ImportState.COMPLETED, 1)


def lock_the_other_way_round(app: Flask, import_id: UUID, has_first: threading.Event) -> None:
    """Take the organisation's row, let the worker take the import's, then ask for that one too."""
    with app.app_context(), contextlib.suppress(BusyError), transaction() as session:
        session.execute(sa.select(Organisation.id).with_for_update()).all()
        has_first.set()
        waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not session.scalar(waits):
            threading.Event().wait(0.02)
        session.execute(sa.select(Import.id).where(Import.id == import_id).with_for_update()).all()


@pytest.mark.parametrize("stage", ["checking", "matching", "promoting"])
def test_a_stage_that_takes_too_long_ends_in_words_and_is_tried_again_from_there(
    session: Db, admin: Actor, stage: str
) -> None:
    import_id = build_import(actor=admin, content=visits(100))
    clock = Clock()

    def slow(now: str, _done: int, _total: int) -> None:
        clock.wait(2_000 if now == stage else 0)

    bring_to(import_id, stage, admin)
    assert advance(import_id, clock=clock, told=slow) is ImportState.FAILED

    again = "approved" if stage == "promoting" else "staging"
    assert failure_of(import_id) == (ImportState.FAILED, "limit.too_slow", again)
    assert f"“{stage}” took longer than 60 minutes" in seen(import_id).failure
    assert live_rows() == [0] * len(LIVE_TABLES)
    retry_import(actor=admin, now=clock(), import_id=import_id)
    reached = ImportState.COMPLETED if stage == "promoting" else ImportState.REVIEW
    assert advance(import_id, clock=clock) is reached


def bring_to(import_id: UUID, stage: str, admin: Actor) -> None:
    if stage != "checking":
        advance(import_id)
    if stage == "matching":
        plan_anew_behind_the_back(import_id)
    elif stage == "promoting":
        approve(import_id, actor=admin)


def test_each_stage_has_its_own_time(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(100))
    clock = Clock()

    reached = advance(import_id, clock=clock, told=lambda *_: clock.wait(800))

    assert reached is ImportState.REVIEW
