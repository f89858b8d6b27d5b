"""The people of an organisation: who may change whom, and what it ends."""

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError
from phcs.core.permissions import Role
from phcs.models.audit import AuditEvent
from phcs.models.organisations import Organisation, Person
from phcs.queries.people import people_of, person_of_session, sessions_of
from phcs.services import people
from phcs.services.signing_in import SignInRefusedError, sign_in, sign_out_elsewhere, token_hash
from tests.builders import NOW, PASSWORD, actor_of, build_organisation, build_person

Db = scoped_session[Session]
GOOD = "a lantern under the pier"


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation()


@pytest.fixture
def admin(organisation: Organisation) -> Person:
    return build_person(organisation=organisation, role=Role.ADMIN)


def actions(session: Db, organisation: Organisation) -> list[str]:
    found = (
        sa.select(AuditEvent.action)
        .where(AuditEvent.organisation_id == organisation.id)
        .order_by(AuditEvent.seq)
    )
    return list(session.scalars(found))


def test_a_person_who_was_added_can_sign_in(session: Db, organisation: Organisation, admin: Person) -> None:
    person_id = people.add_person(
        actor=actor_of(admin),
        now=NOW,
        name="  Noor   Haddad ",
        email="Noor.Haddad@Example.org",
        role=Role.REVIEWER,
        password=GOOD,
    )

    token = sign_in(email="noor.haddad@example.org", password=GOOD, now=NOW)

    found = person_of_session(session, token_hash=token_hash(token), now=NOW)
    assert found is not None
    assert (found.person_id, found.name, found.role) == (person_id, "Noor Haddad", Role.REVIEWER)
    assert actions(session, organisation) == ["person.added", "person.signed_in"]


def test_the_audit_trail_keeps_name_and_address_where_they_can_be_erased(session: Db, admin: Person) -> None:
    people.add_person(
        actor=actor_of(admin),
        now=NOW,
        name="Noor Haddad",
        email="noor@example.org",
        role=Role.AUDITOR,
        password=GOOD,
    )

    event = session.scalars(sa.select(AuditEvent)).one()

    assert event.detail == {"role": "auditor"}
    assert event.values == {"name": "Noor Haddad", "email": "noor@example.org"}


def test_an_address_belongs_to_one_person_of_all_organisations(session: Db, admin: Person) -> None:
    elsewhere = build_person(role=Role.AUDITOR)

    with pytest.raises(InvalidInputError, match="exists already"):
        people.add_person(
            actor=actor_of(admin),
            now=NOW,
            name="Noor",
            email=elsewhere.email.upper(),
            role=Role.ADMIN,
            password=GOOD,
        )


@pytest.mark.parametrize(
    ("name", "email", "sentence"),
    [
        ("", "noor@example.org", "name"),
        ("x" * 201, "noor@example.org", "name"),
        ("Noor\x00", "noor@example.org", "name"),
        ("Noor", "noor", "e-mail"),
        ("Noor", "noor@example.org\x00", "e-mail"),
    ],
)
def test_a_person_needs_a_name_and_an_address(
    session: Db, admin: Person, name: str, email: str, sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        people.add_person(
            actor=actor_of(admin), now=NOW, name=name, email=email, role=Role.ADMIN, password=GOOD
        )


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_admins_change_people(
    session: Db, organisation: Organisation, admin: Person, role: Role
) -> None:
    actor = actor_of(build_person(organisation=organisation, role=role))

    with pytest.raises(NotAllowedError):
        people.add_person(
            actor=actor, now=NOW, name="Noor", email="n@example.org", role=Role.ADMIN, password=GOOD
        )
    with pytest.raises(NotAllowedError):
        people.change_role(actor=actor, now=NOW, person_id=admin.id, role=Role.AUDITOR)
    with pytest.raises(NotAllowedError):
        people.disable_person(actor=actor, now=NOW, person_id=admin.id)
    with pytest.raises(NotAllowedError):
        people.enable_person(actor=actor, now=NOW, person_id=admin.id)
    with pytest.raises(NotAllowedError):
        people.reset_password(actor=actor, now=NOW, person_id=admin.id)


def test_people_of_another_organisation_do_not_exist(session: Db, admin: Person) -> None:
    stranger, actor = build_person(role=Role.AUDITOR), actor_of(admin)

    with pytest.raises(NotFoundError):
        people.change_role(actor=actor, now=NOW, person_id=stranger.id, role=Role.ADMIN)
    with pytest.raises(NotFoundError):
        people.disable_person(actor=actor, now=NOW, person_id=stranger.id)
    with pytest.raises(NotFoundError):
        people.reset_password(actor=actor, now=NOW, person_id=stranger.id)
    listed = people_of(session, organisation_id=admin.organisation_id, now=NOW)
    assert [one.id for one in listed] == [admin.id]


def is_signed_in(session: Db, token: str) -> bool:
    session.rollback()
    return person_of_session(session, token_hash=token_hash(token), now=NOW) is not None


def test_a_role_change_ends_the_persons_sessions_and_nobody_elses(
    session: Db, organisation: Organisation, admin: Person
) -> None:
    other = build_person(organisation=organisation, role=Role.REVIEWER)
    token, admins = (sign_in(email=one.email, password=PASSWORD, now=NOW) for one in (other, admin))

    people.change_role(actor=actor_of(admin), now=NOW, person_id=other.id, role=Role.AUDITOR)

    assert not is_signed_in(session, token)
    assert is_signed_in(session, admins)
    assert actions(session, organisation)[-1] == "person.role_changed"


def test_a_disabled_person_is_signed_out_and_stays_out_until_enabled(
    session: Db, organisation: Organisation, admin: Person
) -> None:
    other = build_person(organisation=organisation, role=Role.REVIEWER)
    token = sign_in(email=other.email, password=PASSWORD, now=NOW)

    people.disable_person(actor=actor_of(admin), now=NOW, person_id=other.id)

    assert not is_signed_in(session, token)
    with pytest.raises(SignInRefusedError):
        sign_in(email=other.email, password=PASSWORD, now=NOW)
    people.enable_person(actor=actor_of(admin), now=NOW, person_id=other.id)
    assert is_signed_in(session, sign_in(email=other.email, password=PASSWORD, now=NOW))


def test_a_reset_password_replaces_the_old_one_and_ends_the_sessions(
    session: Db, organisation: Organisation, admin: Person
) -> None:
    other = build_person(organisation=organisation, role=Role.REVIEWER)
    token = sign_in(email=other.email, password=PASSWORD, now=NOW)

    password = people.reset_password(actor=actor_of(admin), now=NOW, person_id=other.id)

    assert not is_signed_in(session, token)
    with pytest.raises(SignInRefusedError):
        sign_in(email=other.email, password=PASSWORD, now=NOW)
    assert is_signed_in(session, sign_in(email=other.email, password=password, now=NOW))


def test_nobody_changes_their_own_role_or_disables_themselves(session: Db, admin: Person) -> None:
    build_person(organisation=session.get_one(Organisation, admin.organisation_id), role=Role.ADMIN)

    with pytest.raises(InvalidInputError, match="yourself"):
        people.change_role(actor=actor_of(admin), now=NOW, person_id=admin.id, role=Role.AUDITOR)
    with pytest.raises(InvalidInputError, match="yourself"):
        people.disable_person(actor=actor_of(admin), now=NOW, person_id=admin.id)


def test_two_admins_who_disable_each_other_at_once_leave_one(
    app: Flask, session: Db, organisation: Organisation, admin: Person
) -> None:
    other = build_person(organisation=organisation, role=Role.ADMIN)
    session.rollback()
    barrier, refusals = threading.Barrier(2), []

    def disable(actor: Person, target: Person) -> None:
        with app.app_context():
            barrier.wait()
            try:
                people.disable_person(actor=actor_of(actor), now=NOW, person_id=target.id)
            except InvalidInputError as problem:
                refusals.append(problem.sentence)

    threads = [threading.Thread(target=disable, args=pair) for pair in ((admin, other), (other, admin))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    listed = people_of(session, organisation_id=organisation.id, now=NOW)
    assert [one.disabled_at is None for one in listed] == [True, False]
    assert refusals == ["This is the only admin; make somebody else an admin first."]


def test_changing_ones_own_password_ends_all_other_sessions(session: Db, admin: Person) -> None:
    here, elsewhere = (sign_in(email=admin.email, password=PASSWORD, now=NOW) for _ in range(2))

    people.change_own_password(actor=actor_of(admin), now=NOW, current=PASSWORD, new=GOOD, keep_token=here)

    assert is_signed_in(session, here)
    assert not is_signed_in(session, elsewhere)
    assert is_signed_in(session, sign_in(email=admin.email, password=GOOD, now=NOW))


def test_ones_own_password_changes_only_for_whoever_knows_the_present_one(session: Db, admin: Person) -> None:
    with pytest.raises(InvalidInputError, match="present password"):
        people.change_own_password(actor=actor_of(admin), now=NOW, current="a guess", new=GOOD, keep_token="")
    with pytest.raises(InvalidInputError, match="at least 12"):
        people.change_own_password(
            actor=actor_of(admin), now=NOW, current=PASSWORD, new="short", keep_token=""
        )


def test_signing_out_elsewhere_keeps_this_browser(session: Db, admin: Person) -> None:
    now = datetime.now(UTC)
    here, elsewhere = (sign_in(email=admin.email, password=PASSWORD, now=now) for _ in range(2))

    assert sign_out_elsewhere(actor=actor_of(admin), token=here, now=now) == 1

    session.rollback()
    kept = [one.mark for one in sessions_of(session, person_id=admin.id, now=now)]
    assert kept == [token_hash(here)[:12]]
    assert token_hash(elsewhere)[:12] not in kept
