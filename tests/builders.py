"""Rows to start a test with. Each builder commits and gives back the row, detached; call them in an app context.

Everything that a test does not say has an ordinary value.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from uuid import UUID

from phcs.core.actors import Actor, ActorKind
from phcs.core.permissions import SCOPES, Role
from phcs.models.organisations import Organisation, Person
from phcs.services.api_keys import NewKey, create_api_key
from phcs.services.auditing import open_chain
from phcs.services.identifiers import new_id
from phcs.services.passwords import hash_password
from phcs.services.transactions import transaction

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PASSWORD = "a kettle sings at dawn"

_numbers = count(1)


@lru_cache(maxsize=1)
def password_hash() -> str:
    """The hash of PASSWORD, made once: it is slow on purpose."""
    return hash_password(PASSWORD)


def build_organisation(
    *,
    name: str = "Harbour Pet Help",
    four_eyes: bool = False,
    region: str = "US",
    time_zone: str = "UTC",
    keep_invalid_optional: bool = False,
) -> Organisation:
    """An organisation with its audit chain opened."""
    organisation = Organisation(
        id=new_id(),
        name=name,
        four_eyes=four_eyes,
        region=region,
        time_zone=time_zone,
        keep_invalid_optional=keep_invalid_optional,
        created_at=NOW,
    )
    with transaction() as session:
        session.add(organisation)
        session.flush()  # the chain's head names the organisation
        open_chain(session, organisation.id)
    return organisation


def build_person(
    *,
    organisation: Organisation | None = None,
    role: Role = Role.ADMIN,
    name: str = "",
    email: str = "",
    disabled_at: datetime | None = None,
) -> Person:
    """Somebody whose password is PASSWORD, of a new organisation unless one is given."""
    number = next(_numbers)
    person = Person(
        id=new_id(),
        organisation_id=(organisation or build_organisation()).id,
        email=email or f"{role.value}{number}@example.org",
        name=name or f"{role.value.capitalize()} {number}",
        role=role,
        password_hash=password_hash(),
        created_at=NOW,
        disabled_at=disabled_at,
    )
    with transaction() as session:
        session.add(person)
    return person


def build_api_key(
    *, admin: Person, scopes: frozenset[str] = frozenset(SCOPES), now: datetime = NOW
) -> NewKey:
    """A key of the admin's organisation that works for 30 days."""
    return create_api_key(
        actor=actor_of(admin),
        now=now,
        name="Nightly export",
        scopes=scopes,
        expires_at=now + timedelta(days=30),
    )


def actor_of(person: Person) -> Actor:
    """The person as use cases know them."""
    return Actor(
        kind=ActorKind.PERSON,
        organisation_id=person.organisation_id,
        id=person.id,
        name=person.name,
        role=person.role,
    )


def build_actor(*, role: Role = Role.ADMIN, organisation_id: UUID | None = None) -> Actor:
    """Somebody of this role who exists nowhere, for rules that never look them up."""
    return Actor(
        kind=ActorKind.PERSON,
        organisation_id=organisation_id or new_id(),
        id=new_id(),
        name=f"Some {role.value}",
        role=role,
    )
