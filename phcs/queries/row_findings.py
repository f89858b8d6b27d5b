"""What was found in certain rows of an import."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.models.imports import StagedFinding
from phcs.queries.among import among


def findings_of_rows(
    session: Session, organisation_id: UUID, import_id: UUID, numbers: Collection[int]
) -> dict[int, list[Finding]]:
    """The findings by row number, those of checking first, each in its order; rows without any are not there."""
    rows = session.execute(
        sa.select(
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
            StagedFinding.table_no == 1,
            among(session, StagedFinding.row_no, numbers),
        )
        .order_by(StagedFinding.row_no, StagedFinding.stage, StagedFinding.ordinal)
    )
    found: dict[int, list[Finding]] = defaultdict(list)
    for row_no, code, severity, *rest in rows:
        found[row_no].append(Finding(FindingCode(code), Severity(severity), *rest))
    return found
