"""Who changed records after an import did, as the audit trail tells it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.merging.words import MergeState
from phcs.core.records import RecordKind
from phcs.core.undoing import Edit
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.merges import OwnerMerge
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
            AuditEvent.detail,
            Import.file_name,
        )
        .outerjoin(
            Import,
            sa.and_(Import.id == AuditEvent.import_id, Import.organisation_id == scope.organisation_id),
        )
        .where(
            checked(AuditEvent.organisation_id, scope.organisation_id),
            among(session, AuditEvent.subject_id, ids),
            AuditEvent.action.like(f"{kind.value}.%"),
        )
        .order_by(AuditEvent.id.desc())
    ).all()
    undone = _undone_merges(session, scope, rows)
    edits: dict[UUID, list[Edit]] = defaultdict(list)
    closed: set[UUID] = set()
    for row in rows:
        if row.import_id == scope.import_id:
            closed.add(row.subject_id)
        elif row.subject_id not in closed:
            edits[row.subject_id].append(_edit(row, undone))
    return {record_id: tuple(found) for record_id, found in edits.items()}


def _undone_merges(session: Session, scope: UndoScope, rows: Sequence[Any]) -> frozenset[UUID]:
    """Which of the merges that these events tell of were undone again."""
    told = {UUID(row.detail["merge"]) for row in rows if row.detail and "merge" in row.detail}
    if not told:
        return frozenset()
    asked = sa.select(OwnerMerge.id).where(
        OwnerMerge.organisation_id == scope.organisation_id,
        among(session, OwnerMerge.id, told),
        OwnerMerge.state == MergeState.UNDONE,
    )
    return frozenset(session.scalars(asked))


def _edit(row: Any, undone: frozenset[UUID]) -> Edit:
    changes = (row.values or {}).get("changes", {})
    is_erased = row.values is None
    merge = (row.detail or {}).get("merge")
    raises = bool(changes) or is_erased or bool(merge)
    return Edit(
        by=row.actor_name,
        at=row.at.isoformat(),
        file_name=row.file_name or "",
        by_import=row.import_id is not None,
        facts=tuple(changes),
        raises_version=raises and row.action.rpartition(".")[2] not in KEEPING_VERSION,
        by_merge=bool(merge),
        taken_back=bool(merge) and UUID(merge) in undone,
    )
