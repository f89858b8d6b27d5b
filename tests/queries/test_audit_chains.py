"""Checking the trail: an untouched one raises no alarm, and whatever was altered behind the guard is found."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.models.audit import AuditEvent, AuditHead
from phcs.queries.audit_chains import TrailReport, verify_trail
from phcs.services.transactions import transaction
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import build_promotion, visits

Db = scoped_session[Session]
Tampering = Callable[[Session, Actor], None]
TRIGGERS = ("audit_events_no_update", "audit_events_no_delete")


@pytest.fixture
def admin(session: Db) -> Actor:
    """Somebody whose organisation has a trail with the records of one promotion."""
    admin = actor_of(build_person(name="Ada Admin"))
    build_promotion(actor=admin, content=visits(4))
    return admin


def alter(tampering: Tampering, admin: Actor) -> None:
    """Alter the trail as somebody does who owns the database and has lifted its guard."""
    with transaction() as writing:
        if writing.get_bind().dialect.name == "postgresql":
            writing.execute(sa.text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
        else:
            for trigger in TRIGGERS:
                writing.execute(sa.text(f"DROP TRIGGER {trigger}"))
        tampering(writing, admin)


def check(session: Db, admin: Actor) -> TrailReport:
    session.rollback()
    return verify_trail(session(), organisation_id=admin.organisation_id)


def records_chain(writing: Session, admin: Actor) -> UUID:
    """The chain of the promotion's records."""
    return writing.scalars(
        sa.select(AuditHead.chain_id).where(
            AuditHead.organisation_id == admin.organisation_id, AuditHead.chain_id != admin.organisation_id
        )
    ).one()


def in_own(admin: Actor, seq: int) -> list[sa.ColumnElement[bool]]:
    return [AuditEvent.chain_id == admin.organisation_id, AuditEvent.seq == seq]


def edit_own(**values: Any) -> Tampering:
    """Edit the third event of the organisation's chain."""

    def tampering(writing: Session, admin: Actor) -> None:
        writing.execute(sa.update(AuditEvent).where(*in_own(admin, 3)).values(**values))

    return tampering


def edit_records(**values: Any) -> Tampering:
    """Edit the fifth event of the promotion's chain."""

    def tampering(writing: Session, admin: Actor) -> None:
        fifth = [AuditEvent.chain_id == records_chain(writing, admin), AuditEvent.seq == 5]
        writing.execute(sa.update(AuditEvent).where(*fifth).values(**values))

    return tampering


def remove_one(writing: Session, admin: Actor) -> None:
    writing.execute(sa.delete(AuditEvent).where(*in_own(admin, 2)))


def remove_the_tail(writing: Session, admin: Actor) -> None:
    writing.execute(
        sa.delete(AuditEvent).where(AuditEvent.chain_id == admin.organisation_id, AuditEvent.seq > 3)
    )


def remove_the_head(writing: Session, admin: Actor) -> None:
    writing.execute(sa.delete(AuditHead).where(AuditHead.chain_id == admin.organisation_id))


def remove_the_tail_and_move_the_head(writing: Session, admin: Actor) -> None:
    remove_the_tail(writing, admin)
    last = writing.scalar(sa.select(AuditEvent.hash).where(*in_own(admin, 3)))
    mine = sa.update(AuditHead).where(AuditHead.chain_id == admin.organisation_id)
    writing.execute(mine.values(seq=3, hash=last))


def remove_the_records_tail(writing: Session, admin: Actor) -> None:
    chain_id = records_chain(writing, admin)
    writing.execute(sa.delete(AuditEvent).where(AuditEvent.chain_id == chain_id, AuditEvent.seq > 7))
    last = writing.scalar(
        sa.select(AuditEvent.hash).where(AuditEvent.chain_id == chain_id, AuditEvent.seq == 7)
    )
    writing.execute(sa.update(AuditHead).where(AuditHead.chain_id == chain_id).values(seq=7, hash=last))


def remove_the_records(writing: Session, admin: Actor) -> None:
    chain_id = records_chain(writing, admin)
    writing.execute(sa.delete(AuditEvent).where(AuditEvent.chain_id == chain_id))
    writing.execute(sa.delete(AuditHead).where(AuditHead.chain_id == chain_id))


def swap(writing: Session, admin: Actor) -> None:
    for before, after in ((2, 1_000), (3, 2), (1_000, 3)):
        writing.execute(sa.update(AuditEvent).where(*in_own(admin, before)).values(seq=after))


def put_in_a_chain_of_its_own(writing: Session, admin: Actor) -> None:
    columns = [column for column in AuditEvent.__table__.columns if column.name not in {"id", "chain_id"}]
    copied = sa.select(sa.literal(uuid4(), sa.Uuid), *columns).where(*in_own(admin, 1))
    names = ["chain_id", *(column.name for column in columns)]
    writing.execute(sa.insert(AuditEvent).from_select(names, copied))


def move_to_another_chain(writing: Session, admin: Actor) -> None:
    writing.execute(sa.update(AuditEvent).where(*in_own(admin, 6)).values(chain_id=uuid4(), seq=1))


ALTERATIONS: dict[str, Tampering] = {
    "actor": edit_own(actor_name="Somebody Else"),
    "kind of actor": edit_own(actor_kind="key"),
    "time": edit_own(at=NOW + timedelta(seconds=1)),
    "number": edit_own(seq=99),
    "action": edit_own(action="import.cancelled"),
    "subject": edit_own(subject_id=uuid4()),
    "import": edit_own(import_id=uuid4()),
    "detail": edit_own(detail={"rows": 5}),
    "values": edit_own(values={"file_name": "other.csv"}),
    "values without salt": edit_own(salt=None, values={"file_name": "other.csv"}),
    "hash": edit_own(hash="0" * 64),
    "record's values": edit_records(values={"facts": {"full_name": "Somebody Else"}}),
    "record's row": edit_records(row_no=99),
    "one removed": remove_one,
    "tail removed": remove_the_tail,
    "head removed": remove_the_head,
    "tail removed and head moved": remove_the_tail_and_move_the_head,
    "tail of the records removed": remove_the_records_tail,
    "records removed": remove_the_records,
    "two swapped": swap,
    "one put in": put_in_a_chain_of_its_own,
    "one moved out": move_to_another_chain,
}


def test_an_untouched_trail_is_intact_with_every_event_counted(session: Db, admin: Actor) -> None:
    report = check(session, admin)

    assert report.problems == ()
    assert report.events == 6 + 3 * 4
    assert report.head.seq == 6


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_an_altered_trail_is_found(session: Db, admin: Actor, alteration: str) -> None:
    alter(ALTERATIONS[alteration], admin)

    assert check(session, admin).problems != ()


def test_the_place_of_an_edit_is_named(session: Db, admin: Actor) -> None:
    alter(edit_own(actor_name="Somebody Else"), admin)

    assert check(session, admin).problems[0].startswith("Event 3 or the link to it was edited.")


def test_another_organisations_trail_is_not_looked_at(session: Db, admin: Actor) -> None:
    other = actor_of(build_person())
    alter(remove_one, admin)

    assert check(session, other) == TrailReport(0, check(session, other).head, ())
