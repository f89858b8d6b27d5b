"""Changing facts of live records in bulk, each only at the version that the change was worked out for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.errors import StalePlanError
from phcs.core.records import RecordKind
from phcs.queries.live_facts import TABLES, column_value
from phcs.services import bulk

FactsAt = tuple[UUID, int, Mapping[str, Any]]
"""A record, the version it must have, and its new facts by name."""


def update_facts(
    session: Session, kind: RecordKind, changes: Iterable[FactsAt], *, organisation_id: UUID, now: datetime
) -> int:
    """Give records of one kind their new facts and the next version; gives how many records.

    Each record at most once. Raises StalePlanError when a record is at another version by now.
    """
    groups: dict[tuple[str, ...], list[FactsAt]] = {}
    for one in changes:
        groups.setdefault(tuple(sorted(one[2])), []).append(one)
    hit = wanted = 0
    for names, group in groups.items():
        rows = [
            (
                *(column_value(name, facts[name]) for name in names),
                *(version + 1, now, organisation_id, record_id, version),
            )
            for record_id, version, facts in group
        ]
        wanted += len(rows)
        hit += bulk.update_rows(
            session,
            TABLES[kind],
            ("organisation_id", "id", "version"),
            (*names, "version", "updated_at"),
            rows,
            checked=("organisation_id", "version"),
        )
    if hit != wanted:
        raise StalePlanError(f"{wanted - hit} records have changed since this was planned.")
    return hit
