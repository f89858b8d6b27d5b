"""Two at once: one undo is asked for, one approval holds, one worker carries it out, an edit is never lost."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.editing import RecordChangedError
from phcs.core.errors import NotFoundError, UseCaseError
from phcs.core.records import RecordKind
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.records import Owner
from phcs.queries.audit_chains import verify_trail
from phcs.services.record_editing import edit_record
from phcs.services.undoing import approve_reversal, request_undo, withdraw_reversal
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, build_promotion, count, seen, visits
from tests.undo_builders import UNDO_DAYS, prepare

Db = scoped_session[Session]
ROUNDS = range(3)


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


@pytest.fixture
def import_id(admin: Actor) -> UUID:
    return build_promotion(actor=admin, content=visits(3))


def at_once(app: Flask, deeds: Sequence[Callable[[], object]]) -> list[UseCaseError | None]:
    """Do all of these at the same moment, each in its thread; gives who was refused how."""
    barrier = threading.Barrier(len(deeds))
    refusals: list[UseCaseError | None] = [None] * len(deeds)

    def do(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                deeds[number]()
            except UseCaseError as refusal:
                refusals[number] = refusal

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def test_of_many_who_ask_at_once_one_is_heard(app: Flask, session: Db, admin: Actor, import_id: UUID) -> None:
    for number in ROUNDS:
        refusals = at_once(
            app,
            [
                lambda: request_undo(actor=admin, now=NOW, import_id=import_id, undo_days=UNDO_DAYS)
                for _ in range(4)
            ],
        )

        assert refusals.count(None) == 1
        assert count(AuditEvent, AuditEvent.action == "import.undo_requested") == number + 1
        withdraw_reversal(actor=admin, now=NOW, import_id=import_id)


def test_of_many_who_decide_at_once_one_wins(app: Flask, session: Db, admin: Actor, import_id: UUID) -> None:
    fingerprint = prepare(import_id, actor=admin).fingerprint
    refusals = at_once(
        app,
        [
            *[
                lambda: approve_reversal(actor=admin, now=NOW, import_id=import_id, fingerprint=fingerprint)
                for _ in range(3)
            ],
            *[lambda: withdraw_reversal(actor=admin, now=NOW, import_id=import_id) for _ in range(3)],
        ],
    )

    assert refusals.count(None) == 1
    approved, withdrawn = (
        count(AuditEvent, AuditEvent.action == f"import.undo_{past}") for past in ("approved", "withdrawn")
    )
    assert approved + withdrawn == 1
    assert (seen(import_id).row.state is ImportState.UNDOING) is bool(approved)


def test_of_many_workers_one_carries_it_out(app: Flask, session: Db, admin: Actor, import_id: UUID) -> None:
    details = prepare(import_id, actor=admin)
    approve_reversal(actor=admin, now=NOW, import_id=import_id, fingerprint=details.fingerprint)

    at_once(app, [lambda: advance(import_id, chunk_rows=1) for _ in range(4)])

    assert seen(import_id).row.state is ImportState.UNDONE
    assert (count(Owner), count(AuditEvent, AuditEvent.action == "import.undone")) == (0, 1)
    assert count(AuditEvent, AuditEvent.action == "owner.removed") == 3
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


def move_to_lima(actor: Actor, owner_id: UUID) -> None:
    edit_record(
        actor=actor,
        organisation_id=actor.organisation_id,
        kind=RecordKind.OWNER,
        record_id=owner_id,
        version=1,
        changes={"city": "Lima"},
        now=NOW,
    )


def a_second_later() -> datetime:
    return NOW + timedelta(seconds=1)


def test_an_edit_at_the_moment_of_an_undo_is_kept_or_told_that_the_record_is_gone(
    app: Flask, session: Db, admin: Actor
) -> None:
    for number in ROUNDS:
        import_id = build_promotion(actor=admin, content=visits(2, first=100 * number))
        details = prepare(import_id, actor=admin)
        approve_reversal(actor=admin, now=NOW, import_id=import_id, fingerprint=details.fingerprint)
        session.rollback()
        owner_id = session.scalars(sa.select(Owner.id).where(Owner.import_id == import_id).limit(1)).one()

        edited, undone = at_once(
            app, [partial(move_to_lima, admin, owner_id), partial(advance, import_id, clock=a_second_later)]
        )

        session.rollback()
        cities = session.scalars(sa.select(Owner.city).where(Owner.import_id == import_id)).all()
        states = {True: ["Lima", ""], False: []}
        assert undone is None
        assert sorted(cities, reverse=True) == states[edited is None]
        assert edited is None or isinstance(edited, NotFoundError | RecordChangedError)
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()
