"""Why records that rows name are not in an import's plan: their rows are kept out, or wait."""

from collections import defaultdict
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import FindingCode
from phcs.core.planning import Action
from phcs.core.planning.links import Absence, AbsentParent, Reference
from phcs.core.records import RecordKind
from phcs.core.row_places import RowPlace
from phcs.models.imports import StagedFinding
from phcs.models.plans import PlanRow
from phcs.queries.among import among, checked
from phcs.queries.planned_records import WorldScope

WAITING = (FindingCode.PARENT_MISSING, FindingCode.PARENT_REJECTED, FindingCode.PARENT_WAITING)

IS_KEPT_OUT = sa.text(
    f"plan_rows.outcome IN ('{Action.SKIP}', '{Action.REJECT}') AND plan_rows.external_id <> ''"
)
"""As the partial index says it: a parameter would not lead to it."""


def absent_parents(
    session: Session, scope: WorldScope, lost: Collection[Reference], *, kinds: Mapping[int, RecordKind]
) -> dict[Reference, AbsentParent]:
    """The rows of this import that state these records and have no actions; what no row states is left out."""
    if not lost:
        return {}
    waits = sa.exists().where(
        StagedFinding.import_id == PlanRow.import_id,
        StagedFinding.table_no == PlanRow.table_no,
        StagedFinding.row_no == PlanRow.row_no,
        StagedFinding.stage == "plan",
        StagedFinding.code.in_(WAITING),
    )
    rows = session.execute(
        sa.select(
            PlanRow.table_no,
            PlanRow.row_no,
            PlanRow.external_id,
            sa.or_(PlanRow.undecided.is_(True), waits).label("waits"),
        ).where(
            checked(PlanRow.organisation_id, scope.organisation_id),
            PlanRow.import_id == scope.import_id,
            IS_KEPT_OUT,
            among(session, PlanRow.external_id, {external_id for _, external_id in lost}),
        )
    ).all()
    found: dict[Reference, list[tuple[bool, RowPlace]]] = defaultdict(list)
    for row in rows:
        kind = kinds.get(row.table_no)
        if kind is not None and (kind, row.external_id) in lost:
            found[kind, row.external_id].append((not row.waits, RowPlace(row.table_no, row.row_no)))
    absent = {}
    for reference, places in found.items():
        is_out, place = min(places)
        absent[reference] = AbsentParent(Absence.REJECTED if is_out else Absence.WAITS, place)
    return absent
