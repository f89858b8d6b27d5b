"""Live records of histories as rows of an export."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from phcs.core.exporting import ExportRow
from phcs.core.exporting.history import history_row
from phcs.core.history import HISTORY, FactType, HistoryFacts, fact_specs
from phcs.core.records import HISTORY_KINDS, RecordKind
from phcs.models.history import HISTORY_TABLES
from phcs.models.records import Owner
from phcs.queries.history import history_says
from phcs.queries.live_facts import facts_of

SAYS: dict[RecordKind, Callable[[str], sa.ColumnElement[bool]]] = {
    kind: (lambda text, kind=kind: history_says(kind, text))  # type: ignore[misc] # each keeps its own kind
    for kind in HISTORY_KINDS
}
STATUSES: dict[RecordKind, tuple[Any, tuple[str, ...]]] = {
    kind: (HISTORY_TABLES[kind].__table__.c.status, spec.choices)
    for kind in HISTORY_KINDS
    for name, spec in fact_specs(kind.value).items()
    if name == "status"
}


def statement_of(kind: RecordKind, organisation_id: UUID) -> sa.Select[Any]:
    """Every record of a kind beside its owner; none stands beside what belongs to nobody."""
    table: Any = HISTORY_TABLES[kind]
    return sa.select(table, Owner).outerjoin(
        Owner, sa.and_(Owner.id == table.owner_id, Owner.organisation_id == organisation_id)
    )


def in_time(kind: RecordKind, since: datetime | None, until: datetime | None) -> list[sa.ColumnElement[bool]]:
    """What happened from one moment on and before another; of a kind that has no time, what came here then."""
    table, when = HISTORY_TABLES[kind], HISTORY[kind.value].when
    column: Any = getattr(table, when) if when else table.created_at
    is_day = bool(when) and fact_specs(kind.value)[when].type is FactType.DAY
    found = []
    if since:
        found.append(column >= (since.date() if is_day else since))
    if until:
        found.append(column < (until.date() if is_day else until))
    return found


def rows_of(kind: RecordKind, found: Any) -> list[ExportRow]:
    """The records that `statement_of` gave."""
    return [history_row(kind, row[0].id, _facts(row[0]), owner_id=row[0].owner_id) for row in found]


def _facts(record: Any) -> HistoryFacts:
    facts: Any = facts_of(record)
    told: HistoryFacts = facts
    return told
