"""Writing the audit trail: in the transaction of what it tells about, one link after the other, for good."""

import threading
from datetime import timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.models.audit import AuditEvent, AuditHead
from phcs.queries.audit_chains import verify_trail
from phcs.services.auditing import record
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import count

Db = scoped_session[Session]
WRITERS, EVENTS = 4, 25


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def tell(actor: Actor, action: str = "person.seen") -> None:
    with transaction() as writing:
        record(writing, actor=actor, now=NOW, action=action, detail={"n": 1}, values={"name": "Ana"})


def test_events_are_linked_in_the_order_in_which_they_were_told(session: Db, admin: Actor) -> None:
    for action in ("a.told", "b.told", "c.told"):
        tell(admin, action)

    events = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert [(one.seq, one.action) for one in events] == [(1, "a.told"), (2, "b.told"), (3, "c.told")]
    assert [one.previous_hash for one in events] == ["", events[0].hash, events[1].hash]
    head = session.get_one(AuditHead, admin.organisation_id)
    assert (head.seq, head.hash) == (3, events[2].hash)


def test_what_is_taken_back_leaves_no_event_and_no_gap(session: Db, admin: Actor) -> None:
    tell(admin, "a.told")
    with pytest.raises(ZeroDivisionError), transaction() as writing:
        record(writing, actor=admin, now=NOW, action=f"b.told{1 // 0}")
    tell(admin, "c.told")

    events = session.execute(sa.select(AuditEvent.seq, AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert [tuple(one) for one in events] == [(1, "a.told"), (2, "c.told")]


def test_many_writers_at_once_make_one_unbroken_chain(app: Flask, session: Db, admin: Actor) -> None:
    barrier = threading.Barrier(WRITERS)

    def write() -> None:
        with app.app_context():
            barrier.wait()
            for _ in range(EVENTS):
                tell(admin)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    report = verify_trail(session(), organisation_id=admin.organisation_id)
    assert (report.events, report.head.seq, report.problems) == (WRITERS * EVENTS, WRITERS * EVENTS, ())


def test_each_organisation_has_a_chain_of_its_own(session: Db, admin: Actor) -> None:
    other = actor_of(build_person())
    for actor in (admin, other, admin):
        tell(actor)

    heads = {one.chain_id: one.seq for one in session.scalars(sa.select(AuditHead))}
    assert heads == {admin.organisation_id: 2, other.organisation_id: 1}


def test_the_same_values_twice_cannot_be_told_from_their_digests(session: Db, admin: Actor) -> None:
    tell(admin)
    tell(admin)

    first, second = session.scalars(sa.select(AuditEvent)).all()
    assert first.values == second.values == {"name": "Ana"}
    assert first.digest != second.digest


def test_a_moment_in_another_zone_does_not_break_the_chain(session: Db, admin: Actor) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with transaction() as writing:
        record(writing, actor=admin, now=elsewhere, action="a.told")

    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET action = 'b.told'",
        "UPDATE audit_events SET actor_name = 'Nobody'",
        "UPDATE audit_events SET detail = '{}'",
        "UPDATE audit_events SET \"values\" = '{}'",
        "UPDATE audit_events SET hash = previous_hash",
        "DELETE FROM audit_events",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(session: Db, admin: Actor, statement: str) -> None:
    tell(admin)

    with pytest.raises(sa.exc.DBAPIError), transaction() as writing:
        writing.execute(sa.text(statement))

    assert count(AuditEvent) == 1
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


def test_a_persons_values_can_be_erased_and_the_chain_still_holds(session: Db, admin: Actor) -> None:
    tell(admin)
    tell(admin)

    with transaction() as writing:
        writing.execute(sa.update(AuditEvent).where(AuditEvent.seq == 1).values(salt=None, values=sa.null()))

    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()
    assert [one.values for one in session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq))] == [
        None,
        {"name": "Ana"},
    ]
