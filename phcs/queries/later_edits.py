"""Who changed records after an import did, as the audit trail tells it."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind
from phcs.core.undoing import Edit
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.queries.among import among, checked
from phcs.queries.reversal_needs import UndoScope

KEEPING_VERSION = frozenset({"created", "linked"})
"""What is done to a record without raising the version that it had or begins with."""


def edits_since(
    session: Session, scope: UndoScope, kind: RecordKind, ids: Collection[UUID]
) -> dict[UUID, tuple[Edit, ...]]:
    """What happened to these records since this import last touched them, the newest first."""
    rows = session.execute(
        sa.select(
            AuditEvent.subject_id,
            AuditEvent.import_id,
            AuditEvent.action,
            AuditEvent.actor_name,
            AuditEvent.at,
            AuditEvent.values,
            Import.file_name,
        )
        .outerjoin(
            Import,
            sa.and_(Import.id == AuditEvent.import_id, Import.organisation_id == scope.organisation_id),
        )
        .where(
            checked(AuditEvent.organisation_id, scope.organisation_id),
            among(session, AuditEvent.subject_id, ids),
            AuditEvent.subject_kind == kind.value,
        )
        .order_by(AuditEvent.id.desc())
    )
    edits: dict[UUID, list[Edit]] = defaultdict(list)
    closed: set[UUID] = set()
    for row in rows:
        if row.import_id == scope.import_id:
            closed.add(row.subject_id)
        elif row.subject_id not in closed:
            edits[row.subject_id].append(_edit(row))
    return {record_id: tuple(found) for record_id, found in edits.items()}


def _edit(row: Any) -> Edit:
    changes = (row.values or {}).get("changes", {})
    is_erased = row.values is None
    return Edit(
        by=row.actor_name,
        at=row.at.isoformat(),
        file_name=row.file_name or "",
        by_import=row.import_id is not None,
        facts=tuple(changes),
        raises_version=(bool(changes) or is_erased) and row.action.rpartition(".")[2] not in KEEPING_VERSION,
    )
