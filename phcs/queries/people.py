"""Who belongs to an organisation, who is signed in, and which programs hold a key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor, ActorKind
from phcs.core.errors import NotFoundError
from phcs.core.permissions import Role
from phcs.models.organisations import ApiKey, Organisation, Person, WebSession

SESSION_IDLE = timedelta(hours=12)
"""A session that nobody used for so long has ended."""
SESSION_LIFE = timedelta(days=7)
"""No session lasts longer, however much it is used."""

AnySession = Session | scoped_session[Session]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPerson:
    """The person behind a live session."""

    person_id: UUID
    organisation_id: UUID
    organisation_name: str
    four_eyes: bool
    time_zone: str
    name: str
    email: str
    role: Role
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A person as the pages about people show them."""

    id: UUID
    name: str
    email: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """One browser in which a person is signed in. `mark` tells them apart and opens nothing."""

    mark: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationSettings:
    """What an organisation has chosen."""

    id: UUID
    name: str
    four_eyes: bool
    region: str
    time_zone: str
    keep_invalid_optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyFacts:
    """A key as people may see it: never the key itself."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def ended(self, now: datetime) -> bool:
        """Say whether the key no longer opens anything."""
        return self.revoked_at is not None or self.expires_at <= now


def is_live_session(now: datetime) -> sa.ColumnElement[bool]:
    """The rule by which a session has not ended by itself."""
    return sa.and_(WebSession.seen_at > now - SESSION_IDLE, WebSession.created_at > now - SESSION_LIFE)


def person_of_session(session: AnySession, *, token_hash: str, now: datetime) -> SessionPerson | None:
    """The person whose live session this is; None when it ended or the person is disabled. One query."""
    row = session.execute(
        sa.select(Person, Organisation, WebSession.seen_at)
        .join(Person, Person.id == WebSession.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(WebSession.token_hash == token_hash, is_live_session(now), Person.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    person, organisation, seen_at = row
    return SessionPerson(
        person_id=person.id,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        four_eyes=organisation.four_eyes,
        time_zone=organisation.time_zone,
        name=person.name,
        email=person.email,
        role=person.role,
        seen_at=seen_at,
    )


def people_of(session: AnySession, *, organisation_id: UUID, now: datetime) -> tuple[PersonFacts, ...]:
    """Everybody of the organisation, the enabled ones first, by name."""
    rows = session.execute(
        _people(organisation_id=organisation_id, now=now).order_by(
            Person.disabled_at.is_not(None), sa.func.lower(Person.name), Person.id
        )
    )
    return tuple(_person(row) for row in rows)


def person(session: AnySession, *, organisation_id: UUID, person_id: UUID, now: datetime) -> PersonFacts:
    """One person of the organisation. Raises NotFoundError."""
    row = session.execute(
        _people(organisation_id=organisation_id, now=now).where(Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("There is no such person in your organisation.")
    return _person(row)


def person_by_email(session: AnySession, *, email: str) -> Person | None:
    """Whoever has this address, in any organisation: an address belongs to one person only."""
    if "\x00" in email:
        return None  # no database keeps such a text, and PostgreSQL refuses to look for one
    return session.scalars(sa.select(Person).where(Person.email == email.strip().lower())).one_or_none()


def actor_of_person(session: AnySession, *, email: str) -> Actor | None:
    """The person with this address as use cases name them; None when there is none or they are disabled."""
    found = person_by_email(session, email=email)
    return None if found is None or found.disabled_at is not None else _as_actor(found)


def first_admin(session: AnySession) -> Actor | None:
    """The longest-standing enabled admin of the only organisation; None when it is not the only one."""
    organisations = session.scalars(sa.select(Organisation.id).limit(2)).all()
    if len(organisations) != 1:
        return None
    found = session.scalars(
        sa.select(Person)
        .where(
            Person.organisation_id == organisations[0],
            Person.role == Role.ADMIN,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.created_at, Person.id)
        .limit(1)
    ).one_or_none()
    return _as_actor(found) if found else None


def sessions_of(session: AnySession, *, person_id: UUID, now: datetime) -> tuple[SessionFacts, ...]:
    """The live sessions of a person, the newest use first."""
    rows = session.scalars(
        sa.select(WebSession)
        .where(WebSession.person_id == person_id, is_live_session(now))
        .order_by(WebSession.seen_at.desc())
    )
    return tuple(
        SessionFacts(mark=row.token_hash[:12], created_at=row.created_at, seen_at=row.seen_at) for row in rows
    )


def organisation_settings(session: AnySession, *, organisation_id: UUID) -> OrganisationSettings:
    """What the organisation has chosen. Raises NotFoundError."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFoundError("There is no such organisation.")
    return OrganisationSettings(
        id=found.id,
        name=found.name,
        four_eyes=found.four_eyes,
        region=found.region,
        time_zone=found.time_zone,
        keep_invalid_optional=found.keep_invalid_optional,
    )


def organisations_called(session: AnySession, *, name: str) -> tuple[UUID, ...]:
    """The ids of the organisations of exactly this name; names need not be unique."""
    return tuple(session.scalars(sa.select(Organisation.id).where(Organisation.name == name.strip())))


def api_keys_of(session: AnySession, *, organisation_id: UUID) -> tuple[ApiKeyFacts, ...]:
    """All keys of the organisation, also ended ones, the newest first."""
    rows = session.execute(
        sa.select(ApiKey, Person.name)
        .outerjoin(Person, Person.id == ApiKey.created_by)
        .where(ApiKey.organisation_id == organisation_id)
        .order_by(ApiKey.created_at.desc(), ApiKey.id.desc())
    )
    return tuple(
        ApiKeyFacts(
            id=key.id,
            name=key.name,
            prefix=key.prefix,
            scopes=tuple(key.scopes),
            created_by=maker or "",
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            revoked_at=key.revoked_at,
        )
        for key, maker in rows
    )


def _as_actor(found: Person) -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        organisation_id=found.organisation_id,
        id=found.id,
        name=found.name,
        role=found.role,
    )


def _people(*, organisation_id: UUID, now: datetime) -> sa.Select[Person, datetime]:
    last_seen = (
        sa.select(sa.func.max(WebSession.seen_at))
        .where(WebSession.person_id == Person.id, is_live_session(now))
        .correlate(Person)
        .scalar_subquery()
    )
    return sa.select(Person, last_seen).where(Person.organisation_id == organisation_id)


def _person(row: sa.Row[Person, datetime]) -> PersonFacts:
    found, last_seen_at = row
    return PersonFacts(
        id=found.id,
        name=found.name,
        email=found.email,
        role=found.role,
        created_at=found.created_at,
        disabled_at=found.disabled_at,
        last_seen_at=last_seen_at,
    )
