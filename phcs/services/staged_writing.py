"""Checked rows into `import_staging` and `findings`, and what is counted on the way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.checking_order import HandedRow
from phcs.extensions import db
from phcs.models.imports import Import, StagedFinding, StagedRow
from phcs.services import bulk
from phcs.services.plan_rows import FINDING_COLUMNS
from phcs.services.staging_order import StagingOrder

STAGED_COLUMNS = (
    "import_id",
    "table_no",
    "row_no",
    "organisation_id",
    "status",
    "cells",
    "record",
    "row_digest",
)


@dataclass(slots=True)
class Progress:
    """What staging has counted so far; written with every chunk, so that a takeover goes on from it."""

    rows: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)

    def add(self, rows: Sequence[HandedRow]) -> None:
        """Count some more rows."""
        self.rows += len(rows)
        self.statuses.update(row.status for row in rows)
        self.findings.update(code for row in rows for code, *_ in row.findings)


@dataclass(frozen=True, slots=True)
class StagedSoFar:
    """How much of a table is staged: so many rows, the last of them numbered `through`."""

    rows: int
    through: int


NOTHING_STAGED = StagedSoFar(rows=0, through=0)


def staged_so_far(found: Import) -> dict[int, StagedSoFar]:
    """What an earlier worker has staged, by table, where it staged one table after the other.

    Rows are kept in their order and with their counts, so the last one that is there is where to go on.
    """
    rows = db.session.execute(
        sa.select(StagedRow.table_no, sa.func.count(), sa.func.max(StagedRow.row_no))
        .where(StagedRow.organisation_id == found.organisation_id, StagedRow.import_id == found.id)
        .group_by(StagedRow.table_no)
    ).all()
    db.session.rollback()
    return {table_no: StagedSoFar(number, last) for table_no, number, last in rows}


def insert_staged(session: Session, order: StagingOrder, rows: Sequence[HandedRow]) -> None:
    """Keep these rows and their findings."""
    staged = staged_rows(order.found, order.table_no, rows)
    findings = finding_rows(order.found, order.table_no, rows)
    bulk.insert_rows(session, StagedRow, STAGED_COLUMNS, staged, ready=True)
    bulk.insert_rows(session, StagedFinding, FINDING_COLUMNS, findings, ready=True)


def staged_rows(found: Import, table_no: int, rows: Sequence[HandedRow]) -> list[tuple[Any, ...]]:
    """The rows in the order of STAGED_COLUMNS, ready to be stored."""
    import_id, organisation_id = found.id.hex, found.organisation_id.hex
    return [
        (import_id, table_no, row.row_no, organisation_id, row.status, row.cells, row.record, row.digest)
        for row in rows
    ]


def finding_rows(found: Import, table_no: int, rows: Sequence[HandedRow]) -> list[tuple[Any, ...]]:
    """What checking found in the rows, in the order of FINDING_COLUMNS, ready to be stored."""
    import_id, organisation_id = found.id.hex, found.organisation_id.hex
    return [
        (
            import_id,
            table_no,
            row.row_no,
            "check",
            ordinal,
            organisation_id,
            code,
            severity,
            column[:500],
            value[:250],
            detail,
        )
        for row in rows
        for ordinal, (code, severity, column, value, detail) in enumerate(row.findings)
    ]
