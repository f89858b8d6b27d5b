"""People as actors, for commands that name somebody by address."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, ActorKind
from phcs.core.permissions import Role
from phcs.models.organisations import Person


def actor_of_person(session: Session, *, email: str) -> Actor | None:
    """The enabled person with this address, None when there is none."""
    found = session.scalar(
        sa.select(Person).where(Person.email == email.strip().lower(), Person.disabled_at.is_(None))
    )
    return None if found is None else _actor(found)


def first_admin(session: Session) -> Actor | None:
    """The admin who was added first, if only one organisation has any; else None."""
    admins = session.scalars(
        sa.select(Person).where(Person.role == Role.ADMIN, Person.disabled_at.is_(None)).order_by(Person.id)
    ).all()
    return _actor(admins[0]) if len({one.organisation_id for one in admins}) == 1 else None


def _actor(person: Person) -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        organisation_id=person.organisation_id,
        id=person.id,
        name=person.name,
        role=person.role,
    )
