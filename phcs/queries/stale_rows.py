"""What people and other imports did to the records of rows whose approval is void."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.row_places import RowPlace
from phcs.models.audit import AuditEvent
from phcs.queries.among import among
from phcs.queries.preview import PreviewRow

EVENTS_SHOWN = 500
"""Of one page of rows; the audit trail has them all."""


@dataclass(frozen=True, slots=True)
class RecordChange:
    """Somebody changed a record; `facts` are the names of what changed, () for a new or linked record."""

    kind: str
    action: str
    by: str
    at: datetime
    facts: tuple[str, ...]


def changes_behind(
    session: Session, *, organisation_id: UUID, import_id: UUID, since: datetime, rows: Sequence[PreviewRow]
) -> dict[RowPlace, tuple[RecordChange, ...]]:
    """By stale row: the changes of its records since then that did not come from this import, newest first."""
    records = {row.place: _records_of(row) for row in rows if row.stale}
    wanted = {record_id for found in records.values() for record_id in found}
    if not wanted:
        return {}
    events = session.execute(
        sa.select(
            AuditEvent.subject_id,
            AuditEvent.subject_kind,
            AuditEvent.action,
            AuditEvent.actor_name,
            AuditEvent.at,
            AuditEvent.values,
        )
        .where(
            AuditEvent.organisation_id == organisation_id,
            among(session, AuditEvent.subject_id, wanted),
            AuditEvent.at > since,
            AuditEvent.import_id.is_distinct_from(import_id),
        )
        .order_by(AuditEvent.id.desc())
        .limit(EVENTS_SHOWN)
    )
    changes: dict[UUID, list[RecordChange]] = defaultdict(list)
    for subject_id, kind, action, by, at, values in events:
        facts = tuple(sorted((values or {}).get("changes", {})))
        changes[subject_id].append(RecordChange(kind, action.partition(".")[2], by, at, facts))
    return {
        place: tuple(change for record_id in sorted(found) for change in changes.get(record_id, ()))
        for place, found in records.items()
    }


def _records_of(row: PreviewRow) -> set[UUID]:
    found = {change.record_id for change in row.changes}
    if row.match.owner_id:
        found.add(UUID(row.match.owner_id))
    return found
