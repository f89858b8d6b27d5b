"""Who may work on an import: one worker at a time, and never one whose lease has gone to another."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import LeaseLostError
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, StagedRow
from phcs.models.records import Owner
from phcs.queries.imports import import_details
from phcs.services import leasing
from phcs.services.advancing import advance_import
from phcs.services.approval import retry_import
from phcs.services.leasing import Claim, claim_import
from phcs.services.promotion import promote_import
from phcs.services.stopwatch import Stopwatch
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    Clock,
    advance,
    approve,
    build_import,
    build_review,
    change_behind_the_back,
    count,
    plan_anew_behind_the_back,
    seen,
    visits,
    workshop,
)

Db = scoped_session[Session]
CLAIMERS = 8


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def claim(import_id: UUID, *, after: float = 0, max_attempts: int = 3) -> Claim | None:
    now = NOW + timedelta(seconds=after)
    return claim_import(import_id=import_id, now=now, lease_seconds=30, max_attempts=max_attempts)


def claimed(import_id: UUID, *, after: float = 0) -> Claim:
    found = claim(import_id, after=after)
    assert found is not None
    return found


def stored(import_id: UUID) -> Import:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Import, import_id)


def test_of_many_workers_that_get_the_same_hint_one_gets_the_import(app: Flask, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(1))
    barrier = threading.Barrier(CLAIMERS)
    claims: list[Claim | None] = []

    def work() -> None:
        with app.app_context():
            barrier.wait()
            claims.append(claim(import_id))

    threads = [threading.Thread(target=work) for _ in range(CLAIMERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claims) == CLAIMERS
    assert [one.state for one in claims if one is not None] == [ImportState.READING]
    assert (stored(import_id).fence, stored(import_id).attempts) == (1, 1)


def test_an_import_is_left_alone_until_its_lease_has_ended(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(1))
    first = claimed(import_id)

    assert claim(import_id, after=29) is None
    second = claimed(import_id, after=31)

    assert (first.fence, second.fence) == (1, 2)
    assert stored(import_id).attempts == 2


def test_progress_holds_the_lease_on(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(1))
    first = claimed(import_id)
    with transaction() as writing:
        leasing.renew(writing, first, now=NOW + timedelta(seconds=25), rows_done=1)

    assert claim(import_id, after=31) is None
    assert claim(import_id, after=56) is not None


def test_an_import_that_waits_for_a_person_or_has_ended_is_never_claimed(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(1))
    idle = {state for state in ImportState if state not in leasing.NEXT_WORK}

    for state in idle:
        change_behind_the_back(Import, Import.id == import_id, state=state)
        assert claim(import_id, after=10_000) is None, state

    assert idle == {
        *(ImportState.MAPPING, ImportState.REVIEW, ImportState.COMPLETED, ImportState.FAILED),
        *(ImportState.CANCELLED, ImportState.ABORTED, ImportState.UNDONE),
    }


def write_late(claim: Claim, organisation_id: UUID, write: str) -> None:
    """What a worker does with a chunk, half a minute after its claim: write, and prove that it may."""
    late = NOW + timedelta(seconds=32)
    row = {"import_id": claim.import_id, "organisation_id": organisation_id, "table_no": 1, "row_no": 2}
    with transaction() as writing:
        writing.add(StagedRow(**row, status="valid", cells=[], record={}, row_digest=""))
        if write == "renew":
            leasing.renew(writing, claim, now=late, rows_done=77)
        else:
            leasing.move(writing, claim, ImportState.STAGING, now=late)


@pytest.mark.parametrize("write", ["renew", "move"])
def test_what_a_worker_writes_after_it_was_replaced_is_refused_whole(
    session: Db, admin: Actor, write: str
) -> None:
    import_id = build_import(actor=admin, content=visits(1))
    frozen = claimed(import_id)
    claimed(import_id, after=31)

    with pytest.raises(LeaseLostError):
        write_late(frozen, admin.organisation_id, write)

    after = stored(import_id)
    assert (after.state, after.fence, after.rows_done) == (ImportState.READING, 2, 0)
    assert count(StagedRow) == 0


@pytest.mark.parametrize("stage", ["checking", "matching"])
def test_a_worker_that_wakes_up_after_another_took_over_changes_nothing(
    session: Db, admin: Actor, stage: str
) -> None:
    clock = Clock()
    other_reached: list[ImportState | None] = []
    import_id = build_import(actor=admin, content=visits(30))
    if stage == "matching":
        advance(import_id, clock=clock)
        plan_anew_behind_the_back(import_id)
    planned_before = count(
        AuditEvent, AuditEvent.import_id == import_id, AuditEvent.action == "import.planned"
    )

    def freeze(now_at: str, done: int, total: int) -> None:
        if (now_at, done) == (stage, 20) and not other_reached:
            clock.wait(31)
            other_reached.append(advance(import_id, clock=clock, chunk_rows=7))

    reached = advance(import_id, clock=clock, chunk_rows=10, told=freeze)

    assert (reached, other_reached) == (None, [ImportState.REVIEW])
    details = seen(import_id)
    assert (details.row.state, details.row_counts) == (ImportState.REVIEW, {"valid": 30})
    assert details.plan_counts["owner"]["create"] == 30
    assert count(StagedRow) == 30
    told = session.scalars(sa.select(AuditEvent.action).where(AuditEvent.import_id == import_id)).all()
    assert sorted(told) == [
        *["import.planned"] * (planned_before + 1),
        *["import.read", "import.received", "import.staged"],
    ]


def test_a_worker_that_wakes_up_to_promote_what_another_has_promoted_changes_nothing(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=visits(3))
    approve(import_id, actor=admin)
    frozen = claimed(import_id)
    found = stored(import_id)
    session.expunge(found)
    clock = Clock()
    clock.wait(31)
    assert advance(import_id, clock=clock) is ImportState.COMPLETED

    with pytest.raises(LeaseLostError):
        promote_import(claim=frozen, found=found, workshop=workshop(clock=clock), watch=Stopwatch())

    assert count(Owner) == 3
    assert count(AuditEvent, AuditEvent.action == "import.promoted") == 1


def test_an_import_on_which_every_worker_dies_is_set_aside_in_words(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(1))
    for attempt in range(3):
        assert claim(import_id, after=31 * attempt) is not None

    assert claim(import_id, after=93) is None

    details = seen(import_id)
    assert (details.row.state, details.failed_from, details.failure_code) == (
        ImportState.FAILED,
        "received",
        "import.gave_up",
    )
    assert "broke off 3 times" in details.failure
    assert "Nothing was changed" in details.failure
    assert "Try again" in details.failure
    assert claim(import_id, after=10_000) is None


def test_setting_an_import_aside_is_in_the_audit_trail(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(1))
    for attempt in range(4):
        claim(import_id, after=31 * attempt)

    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.failed")).one()

    assert (event.import_id, event.actor_kind) == (import_id, "process")
    assert event.detail == {"code": "import.gave_up", "state": "reading", "attempts": 3}


def test_an_import_that_was_set_aside_goes_on_when_somebody_tries_again(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(2))
    for attempt in range(4):
        claim(import_id, after=31 * attempt)

    retry_import(actor=admin, now=NOW, import_id=import_id)

    assert advance(import_id) is ImportState.REVIEW
    assert seen(import_id).failure == ""


def test_every_kept_chunk_makes_the_attempts_count_anew(session: Db, admin: Actor) -> None:
    clock = Clock()
    import_id = build_import(actor=admin, content=visits(6))

    def die(stage: str, done: int, total: int) -> None:
        clock.wait(31)
        raise RuntimeError(stage)

    for _ in range(6):
        with pytest.raises(RuntimeError, match="checking"):
            advance(import_id, clock=clock, chunk_rows=1, told=die)

    assert stored(import_id).staged_through == 7
    assert advance(import_id, clock=clock) is ImportState.REVIEW


def test_a_lease_says_nothing_to_people_of_another_organisation(session: Db, admin: Actor) -> None:
    import_id = build_import(actor=admin, content=visits(1))
    stranger = actor_of(build_person())
    claimed(import_id)

    assert (
        import_details(session(), organisation_id=stranger.organisation_id, import_id=import_id, now=NOW)
        is None
    )


def test_advancing_an_import_that_does_not_exist_does_nothing(session: Db, admin: Actor) -> None:
    assert advance_import(import_id=admin.organisation_id, workshop=workshop()) is None
