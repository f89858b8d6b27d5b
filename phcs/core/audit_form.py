"""How the parts of a stored audit event enter its hash (see `chain`); writer and verifier share this."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson


def chain_text(*, organisation_id: UUID, chain_id: UUID) -> str:
    """The chain's name: its organisation is part of it, so that no chain can be moved to another."""
    return f"{organisation_id}/{chain_id}"


def actor_text(*, kind: str, actor_id: str, name: str) -> str:
    """Who did it, in one text."""
    return f"{kind}:{actor_id}:{name}"


def subject_text(*, kind: str, subject_id: UUID | None) -> str:
    """What it was done to, in one text."""
    return f"{kind}:{subject_id or ''}"


def hyphenated(key: str) -> str:
    """A key of 32 hex digits as `str(UUID)` writes it."""
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def bound_digest(*, leaf: str, detail: Mapping[str, Any]) -> str:
    """The digest of the values together with the detail itself, which never holds personal data."""
    return f"{leaf}|{orjson.dumps(dict(detail), option=orjson.OPT_SORT_KEYS).decode()}"
