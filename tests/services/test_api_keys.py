"""Keys for programs: shown once, within their scopes, until their end."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import ActorKind
from phcs.core.errors import InvalidInputError, NotAllowedError, NotFoundError
from phcs.core.permissions import Permission, Role
from phcs.models.organisations import ApiKey
from phcs.queries.people import api_keys_of
from phcs.services.api_keys import USE_NOTED_EVERY, actor_of_key, create_api_key, revoke_api_key
from tests.builders import NOW, actor_of, build_api_key, build_person

Db = scoped_session[Session]


def test_a_key_acts_for_its_organisation_within_its_scopes(session: Db) -> None:
    admin = build_person()
    key = build_api_key(admin=admin, scopes=frozenset({"imports:read"}))

    actor = actor_of_key(secret=key.secret, now=NOW)

    assert actor is not None
    assert (actor.kind, actor.organisation_id, actor.id) == (ActorKind.KEY, admin.organisation_id, key.id)
    assert actor.may(Permission.SEE_IMPORTS)
    assert not any(actor.may(one) for one in Permission if one is not Permission.SEE_IMPORTS)


def test_the_database_never_holds_the_key(session: Db) -> None:
    key = build_api_key(admin=build_person())

    stored = session.scalars(sa.select(ApiKey)).one()

    assert key.secret not in str(vars(stored))
    assert stored.prefix == key.secret[:12]
    assert key.secret not in repr(key)


def test_keys_are_long_random_and_recognisable(session: Db) -> None:
    admin = build_person()
    secrets = {build_api_key(admin=admin).secret for _ in range(3)}

    assert len(secrets) == 3
    assert all(one.startswith("phcs_") and len(one) == 5 + 43 + 8 for one in secrets)


@pytest.mark.parametrize("pattern", ["{short}", "{key}0", " {key}", "", "phcs_", "phcs_é", "Bearer {key}"])
def test_what_is_not_exactly_the_key_opens_nothing(session: Db, pattern: str) -> None:
    key = build_api_key(admin=build_person())

    spoilt = pattern.format(key=key.secret, short=key.secret[:-1])

    assert actor_of_key(secret=spoilt, now=NOW) is None


def test_a_key_ends_at_its_end_and_at_once_when_revoked(session: Db) -> None:
    admin = build_person()
    key = build_api_key(admin=admin)

    assert actor_of_key(secret=key.secret, now=NOW + timedelta(days=30)) is None
    assert actor_of_key(secret=key.secret, now=NOW + timedelta(days=29)) is not None
    revoke_api_key(actor=actor_of(admin), now=NOW, key_id=key.id)
    assert actor_of_key(secret=key.secret, now=NOW) is None


def test_use_is_noted_at_most_every_five_minutes(session: Db) -> None:
    admin = build_person()
    key = build_api_key(admin=admin)
    seen = []

    for moment in (NOW, NOW + USE_NOTED_EVERY, NOW + USE_NOTED_EVERY + timedelta(seconds=1)):
        actor_of_key(secret=key.secret, now=moment)
        session.rollback()
        seen.append(api_keys_of(session, organisation_id=admin.organisation_id)[0].last_used_at)

    assert seen == [NOW, NOW, NOW + USE_NOTED_EVERY + timedelta(seconds=1)]


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [("", {"imports:read"}, 1), ("Export", set(), 1), ("Export", {"everything"}, 1), ("Export", {"imports:read"}, 0),
     ("Export", {"imports:read"}, 367)],
)  # fmt: skip
def test_a_key_needs_a_name_known_scopes_and_an_end_within_a_year(
    session: Db, name: str, scopes: set[str], days: int
) -> None:
    admin = build_person()

    with pytest.raises(InvalidInputError):
        create_api_key(
            actor=actor_of(admin),
            now=NOW,
            name=name,
            scopes=frozenset(scopes),
            expires_at=NOW + timedelta(days=days),
        )


def test_only_admins_make_and_revoke_keys_and_only_of_their_own_organisation(session: Db) -> None:
    admin = build_person()
    key = build_api_key(admin=admin)

    with pytest.raises(NotAllowedError):
        build_api_key(admin=build_person(role=Role.REVIEWER))
    with pytest.raises(NotFoundError):
        revoke_api_key(actor=actor_of(build_person()), now=NOW, key_id=key.id)
    assert actor_of_key(secret=key.secret, now=NOW) is not None
