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

FINDING_FACTS = (
    StagedFinding.code,
    StagedFinding.severity,
    StagedFinding.column_name,
    StagedFinding.value,
    StagedFinding.detail,
)
"""The columns that say what was found, in the order of the fields of a `Finding`."""


def findings_of_rows(
    session: Session, organisation_id: UUID, import_id: UUID, places: Collection[RowPlace]
) -> dict[RowPlace, list[Finding]]:
    """The findings by row, those of checking first, each in its order; rows without any are not there."""
    return findings_where(session, organisation_id, import_id, at_places(session, StagedFinding, places))


def findings_where(
    session: Session, organisation_id: UUID, import_id: UUID, *conditions: sa.ColumnElement[bool]
) -> dict[RowPlace, list[Finding]]:
    """Those of the import's findings that the conditions choose; otherwise as `findings_of_rows`."""
    rows = session.execute(
        sa.select(StagedFinding.table_no, StagedFinding.row_no, *FINDING_FACTS)
        .where(
            StagedFinding.organisation_id == organisation_id,
            StagedFinding.import_id == import_id,
            *conditions,
        )
        .order_by(StagedFinding.table_no, StagedFinding.row_no, StagedFinding.stage, StagedFinding.ordinal)
    )
    found: dict[RowPlace, list[Finding]] = defaultdict(list)
    for table_no, row_no, code, severity, *rest in rows:
        found[RowPlace(table_no, row_no)].append(Finding(FindingCode(code), Severity(severity), *rest))
    return found
