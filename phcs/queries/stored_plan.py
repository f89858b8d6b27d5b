"""The plan as it is stored: rows and actions in file order, and what they add up to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.planning import Action, PlannedAction, PlannedRow
from phcs.models.imports import Import
from phcs.models.plans import PlanAction, PlanRow

_ACTIONS = {action.value: action for action in Action}


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
            PlanAction.external_id,
            PlanAction.body,
        )
        .where(
            PlanAction.organisation_id == found.organisation_id,
            PlanAction.import_id == found.id,
            PlanAction.table_no == 1,
            PlanAction.row_no.between(first, last),
        )
        .order_by(PlanAction.row_no, PlanAction.ordinal)
    ).all()


def body_of(action: PlannedAction) -> dict[str, Any]:
    """What of an action is kept in its body; the baseline only where it differs from the facts."""
    body: dict[str, Any] = {"imported": action.imported} if action.imported != action.facts else {}
    for name in ("facts", "changes", "pet_ids", "evidence", "imported_rows"):
        if value := getattr(action, name):
            body[name] = value
    return body


def imported_facts(body: dict[str, Any]) -> dict[str, Any]:
    """What the source says about the record: kept apart only where it differs from the facts of a new record."""
    stated: dict[str, Any] = body["imported"] if "imported" in body else body.get("facts", {})
    return stated


def planned_actions(actions: Sequence[Any]) -> list[tuple[int, PlannedAction]]:
    """Stored actions as planning made them, each with its row number."""
    return [(one.row_no, _planned(one, one.body)) for one in actions]


def _planned(one: Any, body: dict[str, Any]) -> PlannedAction:
    pet_ids = body.get("pet_ids")
    return PlannedAction(
        kind=one.kind,
        action=_ACTIONS[one.action],
        record_id=one.record_id,
        parent_id=one.parent_id,
        base_version=one.base_version,
        facts=body.get("facts", {}),
        changes=body.get("changes", {}),
        external_id=one.external_id,
        pet_ids=tuple(map(UUID, pet_ids)) if pet_ids else (),
        evidence=tuple(body.get("evidence", ())),
        imported=imported_facts(body),
        imported_rows=tuple(body.get("imported_rows", ())),
    )


def planned_rows(rows: Sequence[Any], actions: Sequence[tuple[int, PlannedAction]]) -> list[PlannedRow]:
    """Stored rows as planning made them, as far as the fingerprint looks at them."""
    of_row: dict[int, list[PlannedAction]] = {}
    for row_no, action in actions:
        of_row.setdefault(row_no, []).append(action)
    return [PlannedRow(row.row_no, _ACTIONS[row.outcome], tuple(of_row.get(row.row_no, ()))) for row in rows]
