"""The records of one kind of history that rows with these external ids are about: live ones, and the plan's so far."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.history import HISTORY, HistoryFacts
from phcs.core.own_records import own_record_id
from phcs.core.planning import imported_facts
from phcs.core.planning.changes import OWNER_LINK
from phcs.core.planning.changes import with_changes as facts_with_changes
from phcs.core.planning.links import KnownRecord
from phcs.core.records import RecordKind, fact_names
from phcs.core.row_places import RowPlace
from phcs.models.history import HISTORY_TABLES
from phcs.models.plans import PlanAction
from phcs.models.records import ExternalId
from phcs.queries.among import among, checked
from phcs.queries.live_facts import fact_value
from phcs.queries.planned_records import ActionSoFar, WorldScope, planned_actions_on


def known_history(
    session: Session, scope: WorldScope, kind: RecordKind, external_ids: Collection[str]
) -> dict[str, KnownRecord]:
    """By the source's own id; {} for a kind that is no history."""
    if not external_ids or not kind.is_history:
        return {}
    names = _names(session, scope, kind, external_ids)
    ids = {external_id: name.record_id for external_id, name in names.items()}
    for external_id in external_ids:
        own_id = own_record_id(scope.source, external_id)
        if own_id is not None:
            ids.setdefault(external_id, own_id)
    live = _live(session, scope, kind, set(ids.values()))
    records = {
        external_id: _known(kind, live[record_id], names.get(external_id))
        for external_id, record_id in ids.items()
        if record_id in live
    }
    for action in planned_actions_on(session, scope, kind, PlanAction.external_id, external_ids):
        if scope.source_of(action.table_no) == scope.source:
            known = records.get(action.external_id)
            records[action.external_id] = _with_action(kind, known, action)
    return records


def _names(
    session: Session, scope: WorldScope, kind: RecordKind, external_ids: Collection[str]
) -> dict[str, Any]:
    rows = session.execute(
        sa.select(
            ExternalId.external_id, ExternalId.record_id, ExternalId.imported, ExternalId.imported_rows
        ).where(
            ExternalId.organisation_id == scope.organisation_id,
            ExternalId.source == scope.source,
            ExternalId.kind == kind,
            among(session, ExternalId.external_id, external_ids),
        )
    )
    return {row.external_id: row for row in rows}


def _live(session: Session, scope: WorldScope, kind: RecordKind, ids: Collection[UUID]) -> dict[UUID, Any]:
    if not ids:
        return {}
    table: Any = HISTORY_TABLES[kind]
    rows = session.execute(
        sa.select(
            table.id, table.version, table.owner_id, *(getattr(table, name) for name in fact_names(kind))
        ).where(checked(table.organisation_id, scope.organisation_id), among(session, table.id, ids))
    )
    return {row.id: row for row in rows}


def _known(kind: RecordKind, live: Any, name: Any) -> KnownRecord:
    said = dict(name.imported) if name is not None else {}
    return KnownRecord(
        id=live.id,
        version=live.version,
        planned=False,
        place=None,
        owner_id=live.owner_id,
        facts=_facts(kind, {fact: fact_value(fact, getattr(live, fact)) for fact in fact_names(kind)}),
        imported=_facts(kind, said) if said else None,
        imported_rows=tuple(name.imported_rows) if name is not None else (),
    )


def _with_action(kind: RecordKind, known: KnownRecord | None, action: ActionSoFar) -> KnownRecord:
    """A record after one more planned action of this import."""
    if known is None:
        known = KnownRecord(
            id=UUID(action.record_id),
            version=1,
            planned=True,
            place=None,
            owner_id=UUID(action.parent_id) if action.parent_id else None,
            facts=_facts(kind, action.body.get("facts", {})),
        )
    elif changes := action.body.get("changes"):
        known.facts = facts_with_changes(known.facts, changes)
        known.version += 1
        if OWNER_LINK in changes:
            known.owner_id = UUID(changes[OWNER_LINK][1])
    known.place = known.place or RowPlace(action.table_no, action.row_no)
    if stated := imported_facts(action.body):
        known.imported = _facts(kind, stated)
        known.imported_rows = tuple(action.body.get("imported_rows", ()))
    return known


def _facts(kind: RecordKind, stated: dict[str, Any]) -> HistoryFacts:
    return HISTORY[kind.value].facts(**stated)
