"""The plan as it is stored: rows and actions in file order, and what they add up to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.planning import Action, PlannedAction, PlannedRow
from phcs.models.imports import Import
from phcs.models.plans import PlanAction, PlanRow


def rows_after(session: Session, found: Import, *, after: int, limit: int) -> Sequence[Any]:
    """The next planned rows after a row number."""
    return session.execute(
        sa.select(
            PlanRow.row_no,
            PlanRow.outcome,
            PlanRow.reason,
        )
        .where(
            PlanRow.organisation_id == found.organisation_id,
            PlanRow.import_id == found.id,
            PlanRow.table_no == 1,
            PlanRow.row_no > after,
        )
        .order_by(PlanRow.row_no)
        .limit(limit)
    ).all()


def actions_between(session: Session, found: Import, *, first: int, last: int) -> Sequence[Any]:
    """The actions of the rows from `first` to `last`, both included."""
    return session.execute(
        sa.select(
            PlanAction.row_no,
            PlanAction.ordinal,
            PlanAction.kind,
            PlanAction.action,
            PlanAction.record_id,
            PlanAction.parent_id,
            PlanAction.base_version,
            PlanAction.facts,
            PlanAction.changes,
            PlanAction.external_id,
            PlanAction.pet_ids,
            PlanAction.evidence,
            PlanAction.imported,
            PlanAction.imported_rows,
        )
        .where(
            PlanAction.organisation_id == found.organisation_id,
            PlanAction.import_id == found.id,
            PlanAction.table_no == 1,
            PlanAction.row_no.between(first, last),
        )
        .order_by(PlanAction.row_no, PlanAction.ordinal)
    ).all()


def imported_facts(action: Any) -> dict[str, Any]:
    """What the source says about the record: kept apart only where it differs from the facts of a new record."""
    stated: dict[str, Any] = action.facts if action.imported is None else action.imported
    return stated


def planned_actions(actions: Sequence[Any]) -> list[tuple[int, PlannedAction]]:
    """Stored actions as planning made them, each with its row number."""
    return [
        (
            one.row_no,
            PlannedAction(
                kind=one.kind,
                action=Action(one.action),
                record_id=one.record_id,
                parent_id=one.parent_id,
                base_version=one.base_version,
                facts=one.facts,
                changes=one.changes,
                external_id=one.external_id,
                pet_ids=tuple(UUID(text) for text in one.pet_ids),
                evidence=tuple(one.evidence),
                imported=imported_facts(one),
                imported_rows=tuple(one.imported_rows),
            ),
        )
        for one in actions
    ]


def planned_rows(rows: Sequence[Any], actions: Sequence[tuple[int, PlannedAction]]) -> list[PlannedRow]:
    """Stored rows as planning made them, as far as the fingerprint looks at them."""
    of_row: dict[int, list[PlannedAction]] = {}
    for row_no, action in actions:
        of_row.setdefault(row_no, []).append(action)
    return [PlannedRow(row.row_no, Action(row.outcome), tuple(of_row.get(row.row_no, ()))) for row in rows]
