"""Keys for programs: shown once, kept as a hash, of one organisation, with scopes and an end."""

import hashlib
import secrets
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from phcs.core.actors import Actor, ActorKind
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.permissions import SCOPES, Permission
from phcs.extensions import db
from phcs.models.organisations import ApiKey
from phcs.services.auditing import record
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction

KEY_START = "phcs_"
"""Lets scanners for leaked secrets recognise our keys; the last eight characters are a checksum for them."""

LONGEST_LIFE = timedelta(days=366)
USE_NOTED_EVERY = timedelta(minutes=5)

_KEY = sa.select(ApiKey.__table__).where(ApiKey.__table__.c.key_hash == sa.bindparam("hash"))
"""Made once: every call of every program asks it."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `secret` is the only time that anybody sees it."""

    id: UUID
    secret: str = field(repr=False)


def create_api_key(
    *, actor: Actor, now: datetime, name: str, scopes: frozenset[str], expires_at: datetime
) -> NewKey:
    """Make a key of the actor's organisation.

    Raises InvalidInputError without a name, without a known scope, or for an end not within a year from now.
    """
    actor.require(Permission.MANAGE_SETTINGS)
    name = " ".join(name.split())
    if not name or len(name) > 200 or not name.isprintable():
        raise InvalidInputError("Give the key a name that says which program uses it.")
    if not scopes or not scopes <= SCOPES.keys():
        raise InvalidInputError("Choose at least one thing that the key may do.")
    if not now < expires_at <= now + LONGEST_LIFE:
        raise InvalidInputError("Choose an end within the next 366 days.")
    secret = _new_secret()
    with transaction() as session:
        key_id = new_id()
        session.add(
            ApiKey(
                id=key_id,
                organisation_id=actor.organisation_id,
                name=name,
                prefix=secret[:12],
                key_hash=_hash(secret),
                scopes=sorted(scopes),
                created_by=actor.id if actor.kind is ActorKind.PERSON else None,
                created_at=now,
                expires_at=expires_at,
            )
        )
        record(
            session,
            actor=actor,
            now=now,
            action="api-key.created",
            subject_kind="api_key",
            subject_id=key_id,
            detail={"name": name, "scopes": sorted(scopes), "expires_at": expires_at.isoformat()},
        )
    return NewKey(key_id, secret)


def revoke_api_key(*, actor: Actor, now: datetime, key_id: UUID) -> None:
    """End a key at once; ending it twice is no error. Raises NotFoundError."""
    actor.require(Permission.MANAGE_SETTINGS)
    with transaction() as session:
        key = session.scalars(
            sa.select(ApiKey)
            .where(ApiKey.id == key_id, ApiKey.organisation_id == actor.organisation_id)
            .with_for_update()
        ).one_or_none()
        if key is None:
            raise NotFoundError("There is no such key in your organisation.")
        if key.revoked_at is not None:
            return
        key.revoked_at = now
        record(
            session, actor=actor, now=now, action="api-key.revoked", subject_kind="api_key", subject_id=key_id
        )


def actor_of_key(*, secret: str, now: datetime, request_id: str = "") -> Actor | None:
    """Give the actor that a program with this key is; None for an unknown, ended or revoked key.

    Notes the use, at most every five minutes. The look-up is by hash, so timing tells nothing of the key.
    """
    if not _is_well_formed(secret):
        return None
    key = db.session.execute(_KEY, {"hash": _hash(secret)}).one_or_none()
    if key is None or key.revoked_at is not None or key.expires_at <= now:
        return None
    actor = Actor(
        kind=ActorKind.KEY,
        organisation_id=key.organisation_id,
        id=key.id,
        name=key.name,
        scopes=frozenset(key.scopes),
        request_id=request_id,
    )
    if key.last_used_at is None or now - key.last_used_at > USE_NOTED_EVERY:
        with transaction() as session:
            session.execute(sa.update(ApiKey).where(ApiKey.id == actor.id).values(last_used_at=now))
    return actor


def _new_secret() -> str:
    start = KEY_START + secrets.token_urlsafe(32)
    return start + _checksum(start)


def _checksum(start: str) -> str:
    return f"{zlib.crc32(start.encode()):08x}"


def _is_well_formed(secret: str) -> bool:
    return secret.startswith(KEY_START) and secret.isascii() and secret[-8:] == _checksum(secret[:-8])


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
