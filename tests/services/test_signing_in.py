"""Sessions are rows: begun by a password, ended by whoever may."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.models.audit import AuditEvent
from phcs.models.organisations import WebSession
from phcs.queries.people import SESSION_IDLE, SESSION_LIFE, person_of_session
from phcs.services.signing_in import SignInRefusedError, keep_session_alive, sign_in, sign_out, token_hash
from tests.builders import NOW, PASSWORD, actor_of, build_person

Db = scoped_session[Session]


def test_every_session_has_a_token_of_its_own_of_which_only_the_hash_is_kept(session: Db) -> None:
    person = build_person()

    tokens = {sign_in(email=person.email, password=PASSWORD, now=NOW) for _ in range(2)}

    assert len(tokens) == 2
    assert set(session.scalars(sa.select(WebSession.token_hash))) == {token_hash(token) for token in tokens}


@pytest.mark.parametrize("email", ["nobody@example.org", "", "a\x00b@example.org", "x" * 5000])
def test_an_unknown_address_is_refused_like_a_wrong_password(session: Db, email: str) -> None:
    with pytest.raises(SignInRefusedError, match="The e-mail address or the password is not right"):
        sign_in(email=email, password=PASSWORD, now=NOW)


def test_a_refused_sign_in_leaves_no_session(session: Db) -> None:
    person = build_person()

    with pytest.raises(SignInRefusedError):
        sign_in(email=person.email, password="wrong password", now=NOW)

    assert session.scalars(sa.select(WebSession)).all() == []


def test_signing_out_ends_the_session_once(session: Db) -> None:
    person = build_person()
    token = sign_in(email=person.email, password=PASSWORD, now=NOW)

    sign_out(actor=actor_of(person), token=token, now=NOW)
    sign_out(actor=actor_of(person), token=token, now=NOW)

    assert person_of_session(session, token_hash=token_hash(token), now=NOW) is None
    assert list(session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.seq))) == [
        "person.signed_in",
        "person.signed_out",
    ]


def test_nobody_ends_the_session_of_somebody_else(session: Db) -> None:
    person, other = build_person(), build_person()
    token = sign_in(email=person.email, password=PASSWORD, now=NOW)

    sign_out(actor=actor_of(other), token=token, now=NOW)

    assert person_of_session(session, token_hash=token_hash(token), now=NOW) is not None


def test_use_keeps_a_session_but_not_beyond_its_life(session: Db) -> None:
    token = sign_in(email=build_person().email, password=PASSWORD, now=NOW)
    nearly, over = NOW + SESSION_IDLE - timedelta(minutes=1), NOW + SESSION_LIFE

    keep_session_alive(token=token, now=nearly)
    assert person_of_session(session, token_hash=token_hash(token), now=NOW + SESSION_IDLE) is not None

    keep_session_alive(token=token, now=over)
    assert person_of_session(session, token_hash=token_hash(token), now=over) is None


def test_signing_in_sweeps_away_the_persons_ended_sessions(session: Db) -> None:
    person = build_person()
    sign_in(email=person.email, password=PASSWORD, now=NOW)

    token = sign_in(email=person.email, password=PASSWORD, now=NOW + SESSION_LIFE)

    assert session.scalars(sa.select(WebSession.token_hash)).all() == [token_hash(token)]
