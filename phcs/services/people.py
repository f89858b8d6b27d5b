"""The people of an organisation: adding them, their role, disabling them, their password."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.permissions import Permission, Role
from phcs.extensions import db
from phcs.models.organisations import Organisation, Person
from phcs.services.auditing import record
from phcs.services.identifiers import new_id
from phcs.services.passwords import check_new_password, generate_password, hash_password, password_matches
from phcs.services.signing_in import end_sessions
from phcs.services.transactions import transaction

LONGEST_NAME = 200


def add_person(*, actor: Actor, now: datetime, name: str, email: str, role: Role, password: str) -> UUID:
    """Add somebody who may sign in with this password; give their id.

    Raises InvalidInputError for a name, address or password that cannot be accepted, and for an address that
    somebody has already, in whichever organisation.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    name, email = _checked_name(name), _checked_email(email)
    check_new_password(password, email=email, name=name)
    password_hash = hash_password(password)
    with transaction() as session:
        _lock_people(session, actor)
        if session.scalar(sa.select(Person.id).where(Person.email == email)) is not None:
            raise InvalidInputError("Somebody with this e-mail address exists already.")
        person_id = new_id()
        session.add(
            Person(
                id=person_id,
                organisation_id=actor.organisation_id,
                email=email,
                name=name,
                role=role,
                password_hash=password_hash,
                created_at=now,
            )
        )
        _record(
            session,
            actor,
            now,
            "person.added",
            person_id,
            {"role": role.value},
            {"name": name, "email": email},
        )
    return person_id


def change_role(*, actor: Actor, now: datetime, person_id: UUID, role: Role) -> None:
    """Give the person another role and end their sessions.

    Raises InvalidInputError for one's own role and for the last admin's, NotFoundError.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    with transaction() as session:
        person = _person_to_change(session, actor, person_id)
        if person.role is role:
            return
        if role is not Role.ADMIN:
            _keep_an_admin(session, person)
        before, person.role = person.role, role
        end_sessions(session, person_id=person_id)
        _record(
            session,
            actor,
            now,
            "person.role_changed",
            person_id,
            {"before": before.value, "after": role.value},
        )


def choose_mail(*, actor: Actor, now: datetime, wants_mail: bool) -> None:
    """Choose whether one's own notices come by e-mail too."""
    actor.require(Permission.MANAGE_OWN_ACCOUNT)
    with transaction() as session:
        person = session.get_one(Person, actor.id)
        if person.wants_mail is wants_mail:
            return
        before, person.wants_mail = person.wants_mail, wants_mail
        _record(session, actor, now, "person.mail_chosen", person.id, {"before": before, "after": wants_mail})


def disable_person(*, actor: Actor, now: datetime, person_id: UUID) -> None:
    """Keep the person from signing in and end their sessions; what they did keeps their name.

    Raises InvalidInputError for oneself and for the last admin, NotFoundError.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    with transaction() as session:
        person = _person_to_change(session, actor, person_id)
        if person.disabled_at is not None:
            return
        _keep_an_admin(session, person)
        person.disabled_at = now
        end_sessions(session, person_id=person_id)
        _record(session, actor, now, "person.disabled", person_id)


def enable_person(*, actor: Actor, now: datetime, person_id: UUID) -> None:
    """Let the person sign in again. Raises NotFoundError."""
    actor.require(Permission.MANAGE_PEOPLE)
    with transaction() as session:
        person = _person_to_change(session, actor, person_id)
        if person.disabled_at is None:
            return
        person.disabled_at = None
        _record(session, actor, now, "person.enabled", person_id)


def reset_password(*, actor: Actor, now: datetime, person_id: UUID) -> str:
    """Give the person a new random password, to be told to them once, and end their sessions.

    Raises InvalidInputError for one's own (that is `change_own_password`), NotFoundError.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    password = generate_password()
    password_hash = hash_password(password)
    with transaction() as session:
        person = _person_to_change(session, actor, person_id)
        person.password_hash = password_hash
        end_sessions(session, person_id=person_id)
        _record(session, actor, now, "person.password_reset", person_id)
    return password


def change_own_password(*, actor: Actor, now: datetime, current: str, new: str, keep_token: str) -> None:
    """Change the actor's own password and end their sessions in all other browsers.

    Raises InvalidInputError when `current` is not right or `new` would be guessed.
    """
    actor.require(Permission.MANAGE_OWN_ACCOUNT)
    known = db.session.get(Person, actor.id) if actor.id else None
    if known is None or not password_matches(current, password_hash=known.password_hash):
        raise InvalidInputError("Your present password is not right.")
    if new == current:
        raise InvalidInputError("The new password is the same as the present one.")
    check_new_password(new, email=known.email, name=known.name)
    checked_hash, password_hash = known.password_hash, hash_password(new)
    with transaction() as session:
        person = session.get_one(Person, actor.id, with_for_update=True)
        if person.password_hash != checked_hash:
            raise InvalidInputError("Your password was changed meanwhile; please sign in again.")
        person.password_hash = password_hash
        end_sessions(session, person_id=person.id, keep_token=keep_token)
        _record(session, actor, now, "person.password_changed", person.id)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInputError(f"Give the person's name, at most {LONGEST_NAME} characters.")
    return name


def _checked_email(email: str) -> str:
    try:
        return validate_email(
            email.strip(), check_deliverability=False, test_environment=True
        ).normalized.lower()
    except EmailNotValidError as problem:
        raise InvalidInputError("Give an e-mail address such as name@example.org.") from problem


def _lock_people(session: Session, actor: Actor) -> None:
    """Let only one change to this organisation's people happen at a time, so that an admin always remains."""
    session.get_one(Organisation, actor.organisation_id, with_for_update={"key_share": True})


def _person_to_change(session: Session, actor: Actor, person_id: UUID) -> Person:
    _lock_people(session, actor)
    person = session.scalars(
        sa.select(Person).where(Person.id == person_id, Person.organisation_id == actor.organisation_id)
    ).one_or_none()
    if person is None:
        raise NotFoundError("There is no such person in your organisation.")
    if person.id == actor.id:
        raise InvalidInputError("You cannot do this to yourself; ask another admin.")
    return person


def _keep_an_admin(session: Session, person: Person) -> None:
    """Raise InvalidInputError when this person is the only admin who can sign in."""
    if person.role is not Role.ADMIN or person.disabled_at is not None:
        return
    other = sa.select(Person.id).where(
        Person.organisation_id == person.organisation_id,
        Person.role == Role.ADMIN,
        Person.disabled_at.is_(None),
        Person.id != person.id,
    )
    if session.scalars(other.limit(1)).first() is None:
        raise InvalidInputError("This is the only admin; make somebody else an admin first.")


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    person_id: UUID,
    detail: dict[str, Any] | None = None,
    values: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject_kind="person",
        subject_id=person_id,
        detail=detail,
        values=values,
    )
