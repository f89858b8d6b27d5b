"""Who holds which match key: one query for all keys of a chunk, however many owners share one of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from phcs.core.matching.keys import is_weak_key
from phcs.core.matching.known import BLOCK_CAP, CROWDED_AT_LEAST, WEAK_CAP, most_holders
from phcs.core.states import PROMOTED
from phcs.models.imports import Import
from phcs.queries.planned_records import WorldScope

ENOUGH, ENOUGH_OF_WEAK = BLOCK_CAP + 1, WEAK_CAP + 1
"""So many holders of one key are read at most: it is crowded then, and passed over."""
HEX = 32
POSTGRESQL = """
    SELECT k.key, string_agg(replace(m.owner_id::text, '-', ''), '')
    FROM unnest(:keys) AS k (key)
    CROSS JOIN LATERAL (
        SELECT m.owner_id FROM match_keys m
        WHERE m.organisation_id = :organisation_id AND m.key = k.key
          AND (m.import_id IS NULL OR m.import_id = :mine OR m.import_id = ANY (:promoted))
        LIMIT :enough
    ) AS m
    GROUP BY k.key
    ORDER BY k.key
"""
SQLITE = """
    SELECT k.value, (
        SELECT group_concat(owner_id, '') FROM (
            SELECT m.owner_id FROM match_keys m
            WHERE m.organisation_id = :organisation_id AND m.key = k.value
              AND (m.import_id IS NULL OR m.import_id = :mine
                   OR m.import_id IN (SELECT p.value FROM json_each(:promoted) p))
            LIMIT :enough
        )
    ) AS holders
    FROM json_each(:keys) k WHERE holders IS NOT NULL
"""


HeldKeys = Mapping[int, Collection[str]]
"""Who holds a key, in the database: owners as 32 hex digits, which are quicker to compare than UUIDs."""


@dataclass(frozen=True, slots=True)
class KeyHolders:
    """By owner the keys that lead to them; `crowded` keys lead to nobody. `held` are all holders that were seen."""

    by_owner: dict[UUID, list[int]]
    crowded: frozenset[int]
    held: HeldKeys


def key_holders(session: Session, scope: WorldScope, keys: Collection[int]) -> KeyHolders:
    """The owners that hold these keys: live ones, and those of this import's plan so far."""
    promoted = session.scalars(
        sa.select(Import.id).where(
            Import.organisation_id == scope.organisation_id, Import.state.in_(PROMOTED)
        )
    ).all()
    weak = {key for key in keys if is_weak_key(key)}
    by_owner: dict[str, list[int]] = defaultdict(list)
    crowded: set[int] = set()
    held: dict[int, Collection[str]] = {}
    for wanted, enough in ((weak, ENOUGH_OF_WEAK), (set(keys) - weak, ENOUGH)):
        if not wanted:
            continue
        for key, owners in _first_holders(session, scope, sorted(wanted), promoted, enough):
            held[key] = owners
            if len(owners) > CROWDED_AT_LEAST and len(owners) > most_holders(key):
                crowded.add(key)
                continue
            for owner in owners:
                by_owner[owner].append(key)
    by_id = {UUID(owner): found for owner, found in by_owner.items()}
    return KeyHolders(by_id, frozenset(crowded), held)


def _first_holders(
    session: Session, scope: WorldScope, keys: Sequence[int], promoted: Sequence[UUID], enough: int
) -> Iterator[tuple[int, Collection[str]]]:
    """The keys that anybody holds, in their order, each with so many of its holders at most."""
    ids = [
        sa.bindparam("organisation_id", scope.organisation_id, type_=sa.Uuid()),
        sa.bindparam("mine", scope.import_id, type_=sa.Uuid()),
        sa.bindparam("enough", enough),
    ]
    if session.get_bind().dialect.name == "postgresql":
        statement = sa.text(POSTGRESQL).bindparams(
            *ids,
            sa.bindparam("promoted", list(promoted), type_=postgresql.ARRAY(sa.Uuid)),
            sa.bindparam("keys", keys, type_=postgresql.ARRAY(sa.BigInteger)),
        )
    else:
        statement = sa.text(SQLITE).bindparams(
            *ids,
            sa.bindparam("promoted", orjson.dumps([one.hex for one in promoted]).decode()),
            sa.bindparam("keys", orjson.dumps(keys).decode()),
        )
    for key, text in session.execute(statement).all():
        one = len(text) == HEX
        yield key, (text,) if one else {text[start : start + HEX] for start in range(0, len(text), HEX)}
