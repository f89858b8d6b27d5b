"""The history of owners who are merged, or whose merge is undone: medical records, invoices and all other kinds."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.merging.done import MovedHistory
from phcs.core.merging.undoing import LiveHistory
from phcs.core.records import RecordKind
from phcs.core.undoing.links import LINKS_TO, needing
from phcs.models.history import HISTORY_TABLES
from phcs.queries.among import among, checked

OWNED = tuple(needing(RecordKind.OWNER))
"""The kinds of history that belong to an owner, parents before children."""


def history_to_move(
    session: Session, *, organisation_id: UUID, owner_id: UUID, same_pets: Mapping[UUID, UUID]
) -> tuple[MovedHistory, ...]:
    """All that belongs to this owner, with its next version; what is about a merged pet is about the other from now on.

    One query for each kind.
    """
    return tuple(
        MovedHistory(
            kind.value, record_id, version + 1, *((pet_id, same_pets[pet_id]) if pet_id in same_pets else ())
        )
        for kind in OWNED
        for record_id, version, pet_id in session.execute(
            sa.select(HISTORY_TABLES[kind].id, HISTORY_TABLES[kind].version, _pet_of(kind))
            .where(
                checked(HISTORY_TABLES[kind].organisation_id, organisation_id),
                HISTORY_TABLES[kind].owner_id == owner_id,
            )
            .order_by(HISTORY_TABLES[kind].id)
        )
    )


def history_now(
    session: Session, *, organisation_id: UUID, moved: Iterable[MovedHistory]
) -> dict[UUID, LiveHistory]:
    """These records as they are now, those that are there."""
    found: dict[UUID, LiveHistory] = {}
    for kind, ids in _by_kind(moved):
        table = HISTORY_TABLES[kind]
        rows = session.execute(
            sa.select(table.id, table.owner_id, table.version, _pet_of(kind)).where(
                checked(table.organisation_id, organisation_id), among(session, table.id, ids)
            )
        )
        for record_id, owner_id, version, pet_id in rows:
            found[record_id] = LiveHistory(owner_id, version, pet_id)
    return found


def history_since(session: Session, *, organisation_id: UUID, owner_id: UUID, since: datetime) -> int:
    """How many records came to this owner's history after this moment."""
    return sum(
        session.scalar(
            sa.select(sa.func.count()).where(
                checked(HISTORY_TABLES[kind].organisation_id, organisation_id),
                HISTORY_TABLES[kind].owner_id == owner_id,
                HISTORY_TABLES[kind].created_at > since,
            )
        )
        or 0
        for kind in OWNED
    )


def _pet_of(kind: RecordKind) -> Any:
    """The column that says which pet a record is about; nothing for kinds that are about none."""
    return HISTORY_TABLES[kind].__table__.c.pet_id if "pet_id" in LINKS_TO[kind] else sa.null()


def _by_kind(moved: Iterable[MovedHistory]) -> Iterator[tuple[RecordKind, list[UUID]]]:
    ids: dict[RecordKind, list[UUID]] = {}
    for one in moved:
        ids.setdefault(RecordKind(one.kind), []).append(one.record_id)
    return iter(ids.items())
