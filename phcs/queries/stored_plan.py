"""The plan as it is stored: rows and actions in file order."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.planning import PlannedAction, action_from_stored
from phcs.models.imports import Import
from phcs.models.plans import PlanAction, PlanRow
from phcs.queries.among import checked
from phcs.queries.stored_values import hex_text, json_text, word


def rows_after(session: Session, found: Import, *, table_no: int, after: int, limit: int) -> Sequence[Any]:
    """The next planned rows of a table after a row number, as (row_no, outcome, reason)."""
    return (
        session.connection()
        .execute(
            sa.select(PlanRow.row_no, PlanRow.outcome, PlanRow.reason)
            .where(
                checked(PlanRow.organisation_id, found.organisation_id),
                PlanRow.import_id == found.id,
                PlanRow.table_no == table_no,
                PlanRow.row_no > after,
            )
            .order_by(PlanRow.row_no)
            .limit(limit)
        )
        .all()
    )


def actions_between(
    session: Session, found: Import, *, table_no: int, first: int, last: int
) -> Sequence[Any]:
    """The actions of a table's rows from `first` to `last`, both included: (row_no, *StoredAction) in file order."""
    return (
        session.connection()
        .execute(
            sa.select(
                PlanAction.row_no,
                word(PlanAction.kind),
                PlanAction.action,
                hex_text(session, PlanAction.record_id),
                hex_text(session, PlanAction.parent_id),
                PlanAction.base_version,
                PlanAction.external_id,
                json_text(session, PlanAction.body),
            )
            .where(
                checked(PlanAction.organisation_id, found.organisation_id),
                PlanAction.import_id == found.id,
                PlanAction.table_no == table_no,
                PlanAction.row_no.between(first, last),
            )
            .order_by(PlanAction.row_no, PlanAction.ordinal)
        )
        .all()
    )


def planned_actions(actions: Sequence[Any]) -> list[tuple[int, PlannedAction]]:
    """Stored actions as planning made them, each with its row number."""
    return [(row_no, action_from_stored(stored)) for row_no, *stored in actions]
