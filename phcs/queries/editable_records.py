"""A live record as somebody opens it for editing."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.records import Facts, RecordKind
from phcs.models.audit import AuditEvent
from phcs.models.records import Case, Owner, Pet
from phcs.queries.live_facts import TABLES, facts_of


@dataclass(frozen=True, slots=True)
class EditableRecord:
    """A record with the version that an edit is made for. `name` is the owner's, for a case too."""

    kind: RecordKind
    id: UUID
    version: int
    name: str
    facts: Facts
    is_archived: bool


def editable_record(
    session: Session, *, organisation_id: UUID, kind: RecordKind, record_id: UUID
) -> EditableRecord:
    """The record as it is now, in one query. Raises NotFoundError when the organisation has none with this id."""
    table: Any = TABLES[kind]
    asked = sa.select(table).where(table.organisation_id == organisation_id, table.id == record_id)
    if kind is not RecordKind.OWNER:
        asked = asked.add_columns(Owner.full_name).join(
            Owner,
            sa.and_(Owner.id == table.owner_id, Owner.organisation_id == organisation_id),
        )
    found: Any = session.execute(asked).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no such {kind.value}.")
    live: Owner | Pet | Case = found[0]
    return EditableRecord(
        kind=kind,
        id=live.id,
        version=live.version,
        name=live.full_name if isinstance(live, Owner) else found[1],
        facts=facts_of(live),
        is_archived=live.archived_at is not None,
    )


def last_editor(session: Session, *, organisation_id: UUID, kind: RecordKind, record_id: UUID) -> str:
    """Who changed the record last, '' when nobody has since it came."""
    changed = [f"{kind.value}.edited", f"{kind.value}.updated"]
    asked = (
        sa.select(AuditEvent.actor_name)
        .where(
            AuditEvent.organisation_id == organisation_id,
            AuditEvent.subject_id == record_id,
            AuditEvent.action.in_(changed),
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    return session.scalar(asked) or ""
