"""What was found in certain rows of an import."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.row_places import RowPlace
from phcs.models.imports import StagedFinding
from phcs.queries.among import at_places


def findings_of_rows(
    session: Session, organisation_id: UUID, import_id: UUID, places: Collection[RowPlace]
) -> dict[RowPlace, list[Finding]]:
    """The findings by row, those of checking first, each in its order; rows without any are not there."""
    rows = session.execute(
        sa.select(
            StagedFinding.table_no,
            StagedFinding.row_no,
            StagedFinding.code,
            StagedFinding.severity,
            StagedFinding.column_name,
            StagedFinding.value,
            StagedFinding.detail,
        )
        .where(
            StagedFinding.organisation_id == organisation_id,
            StagedFinding.import_id == import_id,
            at_places(session, StagedFinding, places),
        )
        .order_by(StagedFinding.table_no, StagedFinding.row_no, StagedFinding.stage, StagedFinding.ordinal)
    )
    found: dict[RowPlace, list[Finding]] = defaultdict(list)
    for table_no, row_no, code, severity, *rest in rows:
        found[RowPlace(table_no, row_no)].append(Finding(FindingCode(code), Severity(severity), *rest))
    return found
