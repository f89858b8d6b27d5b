"""Notices: who is told what, and how mails go out, through a real mail server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Role
from phcs.core.row_places import RowPlace
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.organisations import Organisation, Person
from phcs.models.reviews import Notice
from phcs.queries.notices import MOST_ATTEMPTS
from phcs.services.approval import send_back_import
from phcs.services.mailing import PostOffice, send_due_mails
from phcs.services.noticing import read_notices
from phcs.services.people import choose_mail
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import (
    advance,
    approve,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    plan_anew_behind_the_back,
    visits,
)
from tests.mail_receiver import Inbox, receiving_mail

Db = scoped_session[Session]
WAIT = timedelta(seconds=300)
DUE = NOW + WAIT


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


@pytest.fixture
def admin(organisation: Organisation) -> Person:
    return build_person(organisation=organisation, name="Ada Admin", email="ada@example.org")


@pytest.fixture
def reviewer(organisation: Organisation) -> Person:
    return build_person(
        organisation=organisation, role=Role.REVIEWER, name="Rui Reviewer", email="rui@example.org"
    )


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with receiving_mail() as found:
        yield found


def office(inbox: Inbox) -> PostOffice:
    return PostOffice(
        host="127.0.0.1",
        port=inbox.port,
        security="none",
        user="",
        password="",
        sender="PHCS <phcs@import.example.org>",
        public_url="https://import.example.org/",
        wait_seconds=int(WAIT.total_seconds()),
    )


def told() -> list[tuple[str, str]]:
    """Who has been told what, in the order in which it happened."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Person.email, Notice.kind)
        .join(Person, Person.id == Notice.person_id)
        .order_by(Notice.created_at, Notice.kind, Person.email)
    )
    return [(email, kind) for email, kind in rows]


def send(inbox: Inbox, now: datetime = DUE) -> int:
    return send_due_mails(now=now, office=office(inbox))


def test_each_step_is_told_to_those_whom_it_concerns(admin: Person, reviewer: Person) -> None:
    build_person(organisation=build_organisation(), email="stranger@example.org")
    build_person(organisation=db.session.get_one(Organisation, admin.organisation_id), role=Role.AUDITOR)
    import_id = build_review(actor=actor_of(admin), content=visits(2))
    waiting = [("ada@example.org", "waiting"), ("rui@example.org", "waiting")]
    assert told() == waiting

    send_back_import(actor=actor_of(reviewer), now=NOW, import_id=import_id, reason="Wrong month.")
    approve(import_id, actor=actor_of(reviewer))
    assert advance(import_id) is ImportState.COMPLETED

    assert sorted(told()) == sorted(
        [*waiting, ("ada@example.org", "promoted"), ("ada@example.org", "sent_back")]
    )
    assert told_unread() == {("ada@example.org", "promoted"), ("ada@example.org", "sent_back")}


def told_unread() -> set[tuple[str, str]]:
    rows = db.session.execute(
        sa.select(Person.email, Notice.kind)
        .join(Person, Person.id == Notice.person_id)
        .where(Notice.read_at.is_(None))
    )
    return {(email, kind) for email, kind in rows}


def test_a_failure_is_told_to_uploader_and_admins(
    organisation: Organisation, admin: Person, reviewer: Person
) -> None:
    import_id = build_import(actor=actor_of(admin), content=b"\x00\x01\x02")
    build_person(organisation=organisation, email="zoe@example.org")

    assert advance(import_id) is ImportState.FAILED

    assert told() == [("ada@example.org", "failed"), ("zoe@example.org", "failed")]


def test_where_four_eyes_are_asked_for_only_a_second_person_is_asked_to_review(
    organisation: Organisation, admin: Person, reviewer: Person
) -> None:
    change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=True)

    build_review(actor=actor_of(admin), content=visits(2))

    assert told() == [("rui@example.org", "waiting")]


def test_a_plan_made_anew_is_no_news(admin: Person) -> None:
    import_id = build_review(actor=actor_of(admin), content=visits(2))

    plan_anew_behind_the_back(import_id)
    assert advance(import_id) is ImportState.REVIEW

    assert told() == [("ada@example.org", "waiting")]


def test_what_comes_together_goes_into_one_mail_without_anything_personal(
    admin: Person, reviewer: Person, inbox: Inbox
) -> None:
    first = build_review(actor=actor_of(admin), content=visits(2), file_name="Zebedee Quux.csv")
    second = build_review(actor=actor_of(admin), content=visits(5), file_name="Zebedee Quux.csv")

    assert send(inbox, DUE - timedelta(seconds=1)) == 0
    assert send(inbox) == 2
    assert send(inbox, DUE + timedelta(days=1)) == 0

    (mail,) = inbox.of("rui@example.org")
    text = mail.get_content().replace("\r\n", "\n")
    assert mail["Subject"] == "PHCS Import: 2 imports wait for review"
    assert f"An import of 2 rows waits for review:\n  https://import.example.org/imports/{first}\n" in text
    assert f"https://import.example.org/imports/{second}" in text
    for personal in ("Zebedee", "Haddad", "Ada", "Rui", "+1415", "visit-1"):
        assert personal not in mail.as_string()


def test_what_is_decided_read_or_not_wanted_is_not_mailed(
    admin: Person, reviewer: Person, inbox: Inbox
) -> None:
    choose_mail(actor=actor_of(reviewer), now=NOW, wants_mail=False)
    build_promotion(actor=actor_of(admin), content=visits(2))
    db.session.rollback()
    newest = db.session.scalar(sa.select(Notice.id).order_by(Notice.id.desc()).limit(1))
    assert newest is not None
    build_review(actor=actor_of(admin), content=visits(2, first=9))

    read_notices(actor=actor_of(admin), now=NOW, through=newest)
    assert send(inbox) == 1

    assert [mail["Subject"] for mail in inbox.mails] == ["PHCS Import: 1 import waits for review"]


def test_a_mail_that_is_refused_is_tried_again_later_and_not_for_ever(admin: Person, inbox: Inbox) -> None:
    build_review(actor=actor_of(admin), content=visits(2))
    inbox.refusals = 1

    assert send(inbox) == 0
    assert send(inbox, DUE + timedelta(seconds=59)) == 0
    assert send(inbox, DUE + timedelta(seconds=90)) == 1

    assert len(inbox.mails) == 1


def test_a_server_that_is_away_loses_nothing(admin: Person, inbox: Inbox) -> None:
    build_review(actor=actor_of(admin), content=visits(2))
    away = replace(office(inbox), port=1)

    assert send_due_mails(now=DUE, office=away) == 0
    assert send(inbox, DUE + timedelta(seconds=30)) == 0
    assert send(inbox, DUE + timedelta(seconds=90)) == 1


def test_what_a_slow_server_has_held_up_is_claimed_dated_and_noted_with_the_time_of_its_own_sending(
    admin: Person, reviewer: Person, inbox: Inbox
) -> None:
    build_review(actor=actor_of(admin), content=visits(2))
    inbox.seconds = 0.2
    begun = DUE.replace(microsecond=900_000)

    assert send(inbox, begun) == 2

    rows = db.session.execute(sa.select(Notice.mail_after, Notice.mailed_at).order_by(Notice.mailed_at)).all()
    last = rows[-1]
    assert last.mail_after - begun > timedelta(seconds=60.2)
    assert last.mailed_at - begun > timedelta(seconds=0.4)
    assert parsedate_to_datetime(inbox.mails[-1]["Date"]) > begun


def test_after_many_attempts_a_notice_stays_on_the_pages_only(admin: Person, inbox: Inbox) -> None:
    build_review(actor=actor_of(admin), content=visits(2))
    change_behind_the_back(Notice, mail_attempts=MOST_ATTEMPTS)

    assert send(inbox) == 0
    assert inbox.connections == 0


def test_nothing_is_told_of_what_was_refused(admin: Person) -> None:
    import_id = build_review(actor=actor_of(admin), content=visits(2))

    with pytest.raises(InvalidInputError, match="no row 99"):
        send_back_import(
            actor=actor_of(admin),
            now=NOW,
            import_id=import_id,
            reason="Look.",
            rows=[RowPlace(1, 2), RowPlace(1, 99)],
        )

    assert told() == [("ada@example.org", "waiting")]
