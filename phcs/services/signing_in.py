"""Signing in and out. A session is a row: with the row gone, no copy of the cookie opens anything."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, ActorKind
from phcs.core.errors import UseCaseError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.models.organisations import Person, WebSession
from phcs.queries.people import is_live_session, person_by_email
from phcs.services.auditing import record
from phcs.services.passwords import UNKNOWN_PERSON_HASH, password_matches
from phcs.services.transactions import transaction


class SignInRefusedError(UseCaseError):
    """Nobody is told whether the address, the password or the person's state was the reason."""

    code = "sign_in.refused"


def token_hash(token: str) -> str:
    """Give what is stored of a session's token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(*, email: str, password: str, now: datetime, request_id: str = "") -> str:
    """Begin a session and give its token, which exists nowhere else.

    Raises SignInRefusedError, always with the same sentence and after the same time, whether the address is
    unknown, the password wrong or the person disabled. The slow check runs outside the transaction.
    """
    known = person_by_email(db.session, email=email)
    right = password_matches(password, password_hash=known.password_hash if known else UNKNOWN_PERSON_HASH)
    if known is None or not right or known.disabled_at is not None:
        raise SignInRefusedError("The e-mail address or the password is not right.")
    person_id, checked_hash = known.id, known.password_hash
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        person = session.get_one(Person, person_id, with_for_update=True)
        if person.disabled_at is not None or person.password_hash != checked_hash:
            raise SignInRefusedError("The e-mail address or the password is not right.")
        session.execute(
            sa.delete(WebSession).where(WebSession.person_id == person_id, sa.not_(is_live_session(now)))
        )
        session.add(
            WebSession(
                token_hash=token_hash(token),
                organisation_id=person.organisation_id,
                person_id=person_id,
                created_at=now,
                seen_at=now,
            )
        )
        record(
            session,
            actor=_as_actor(person, request_id),
            now=now,
            action="person.signed_in",
            subject_kind="person",
            subject_id=person_id,
        )
    return token


def sign_out(*, actor: Actor, token: str, now: datetime) -> None:
    """End this session; ending it twice is no error."""
    actor.require(Permission.MANAGE_OWN_ACCOUNT)
    with transaction() as session:
        ended = session.scalars(
            sa.delete(WebSession)
            .where(WebSession.token_hash == token_hash(token), WebSession.person_id == actor.id)
            .returning(WebSession.person_id)
        ).all()
        if ended:
            record(
                session,
                actor=actor,
                now=now,
                action="person.signed_out",
                subject_kind="person",
                subject_id=actor.id,
            )


def sign_out_elsewhere(*, actor: Actor, token: str, now: datetime) -> int:
    """End all sessions of this person but the one of `token`; give how many there were."""
    actor.require(Permission.MANAGE_OWN_ACCOUNT)
    with transaction() as session:
        ended = end_sessions(session, person_id=actor.id, keep_token=token)
        record(
            session,
            actor=actor,
            now=now,
            action="person.signed_out_elsewhere",
            subject_kind="person",
            subject_id=actor.id,
            detail={"sessions": ended},
        )
    return ended


def keep_session_alive(*, token: str, now: datetime) -> None:
    """Note that this session is in use; nothing that anybody did, so no audit event."""
    with transaction() as session:
        session.execute(
            sa.update(WebSession).where(WebSession.token_hash == token_hash(token)).values(seen_at=now)
        )


def end_sessions(session: Session, *, person_id: UUID | None, keep_token: str = "") -> int:
    """End the person's sessions, all but the one of `keep_token`; give how many. The caller commits."""
    ended = session.scalars(
        sa.delete(WebSession)
        .where(WebSession.person_id == person_id, WebSession.token_hash != token_hash(keep_token))
        .returning(WebSession.token_hash)
    ).all()
    return len(ended)


def _as_actor(person: Person, request_id: str) -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        organisation_id=person.organisation_id,
        id=person.id,
        name=person.name,
        role=person.role,
        request_id=request_id,
    )
