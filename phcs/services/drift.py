"""Plan drift: records changed after an approval, so only the rows that it holds for no more come back by name."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.models.imports import Import
from phcs.models.plans import ApprovedRow, PlanRow

_KEPT = ("import_id", "table_no", "row_no", "organisation_id", "plan_digest")


def keep_approved_rows(session: Session, found: Import) -> None:
    """Keep what the approval was given for; a worker that takes over finds it kept and leaves it so."""
    if session.scalar(sa.select(_of(ApprovedRow, found).exists())):
        return
    session.execute(
        sa.insert(ApprovedRow).from_select(
            _KEPT, sa.select(*(getattr(PlanRow, name) for name in _KEPT)).where(*_conditions(PlanRow, found))
        )
    )


def void_approval(session: Session, found: Import) -> dict[str, Any]:
    """Mark the rows that the approval does not hold for; gives the import's values that say so to people."""
    same = (
        sa.exists()
        .where(
            ApprovedRow.import_id == PlanRow.import_id,
            ApprovedRow.table_no == PlanRow.table_no,
            ApprovedRow.row_no == PlanRow.row_no,
            ApprovedRow.organisation_id == PlanRow.organisation_id,
            ApprovedRow.plan_digest == PlanRow.plan_digest,
        )
        .correlate(PlanRow)
    )
    session.execute(
        sa.update(PlanRow)
        .where(*_conditions(PlanRow, found), ~same)
        .values(stale=True)
        .execution_options(synchronize_session=False)
    )
    rows = session.scalar(
        sa.select(sa.func.count())
        .select_from(PlanRow)
        .where(*_conditions(PlanRow, found), PlanRow.stale.is_(True))
    )
    void = {"approved_fingerprint": "", "decided_by": None, "decided_by_name": "", "decided_at": None}
    if not rows:
        return void | {
            "voided_approval": {},
            "reason": "The stored plan was not the one that was approved, so it was made anew. Look at it again.",
        }
    return void | {
        "voided_approval": {
            "by": found.decided_by_name,
            "at": found.decided_at.isoformat() if found.decided_at else "",
            "rows": rows,
        },
        "reason": f"Records have changed since {found.decided_by_name} approved this plan, so "
        f"{'1 row' if rows == 1 else f'{rows:,} rows'} would now do something else. "
        "The approval is void; look at these rows again.",
    }


def forget_approved_rows(session: Session, found: Import) -> None:
    """The comparison is made; the plan's own rows carry its result."""
    session.execute(sa.delete(ApprovedRow).where(*_conditions(ApprovedRow, found)))


def _conditions(
    table: type[ApprovedRow] | type[PlanRow], found: Import
) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.organisation_id == found.organisation_id, table.import_id == found.id)


def _of(table: type[ApprovedRow], found: Import) -> sa.Select[Any]:
    return sa.select(table.row_no).where(*_conditions(table, found))
