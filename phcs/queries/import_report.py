"""An import in numbers: the object that programs see, the same at every door, and its findings in groups."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import Severity
from phcs.core.planning import PlanCounts
from phcs.core.records import RecordKind
from phcs.core.retention import KeepDays, purge_dates
from phcs.core.states import ImportState
from phcs.models.imports import StagedFinding
from phcs.queries.imports import ImportDetails, ImportRow

KINDS = tuple(kind.value for kind in RecordKind)


def import_as_json(details: ImportDetails) -> dict[str, Any]:
    """The object that `flask imports run --json` prints (docs: the doors); counts that are not known yet are 0.

    Numbers only, no value out of the file: it may go into logs. `failure` is there only when the import failed.
    """
    counts = details.plan_counts or PlanCounts(kind=_kind(details)).as_json()
    report: dict[str, Any] = {
        "import": str(details.row.id),
        "state": details.row.state.value,
        "source": details.row.source,
        "tables": [
            {"name": table.name, "kind": table.kind, "rows": table.reading.rows} for table in details.tables
        ],
        "rows": _rows(details.row),
        "plan": {
            "fingerprint": details.plan_fingerprint,
            **{kind: dict(counts.get(kind, {})) for kind in KINDS},
        },
        "findings": dict(details.finding_counts),
        "duplicates_in_file": counts.get("duplicates_in_file", 0),
        "needs_decision": counts.get("needs_decision", 0),
        "timings": dict(details.timings),
        "peak_memory_mb": details.peak_memory_mb,
    }
    if left_out := details.file_tables.left_out:
        report["left_out"] = [{"name": one.name, "reason": one.reason} for one in left_out]
    if details.voided_approval:
        report["stale_rows"] = details.voided_approval["rows"]
    if details.row.state is ImportState.FAILED:
        report["failure"] = {"code": details.failure_code, "sentence": details.failure}
    return report


def retention_as_json(details: ImportDetails, keep: KeepDays) -> dict[str, str | None]:
    """When the copies of the file and of its rows are due to be deleted, and when they were."""
    due = purge_dates(
        state=details.row.state,
        finished_at=details.row.finished_at,
        reversed_at=details.reversed_at,
        keep=keep,
    )
    return {
        name: moment.isoformat() if moment else None
        for name, moment in {
            "file_kept_until": due.file,
            "rows_kept_until": due.rows,
            "file_deleted_at": details.purged.file_at,
            "rows_deleted_at": details.purged.rows_at,
        }.items()
    }


def history_entry_as_json(row: ImportRow) -> dict[str, Any]:
    """One line of the history, as programs see it."""
    return {
        "import": str(row.id),
        "state": row.state.value,
        "file_name": row.file_name,
        "source": row.source,
        "kind": row.kind,
        "rows": _rows(row),
        "uploaded_by": row.uploaded_by_name,
        "uploaded_at": row.created_at.isoformat(),
        "decided_by": row.decided_by_name or None,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
    }


def _rows(row: ImportRow) -> dict[str, int]:
    return {"total": row.rows, "valid": row.valid, "warning": row.warning, "error": row.error}


def _kind(details: ImportDetails) -> RecordKind:
    """What a row is about; a case where nobody knows yet."""
    return RecordKind.OWNER if details.row.kind == RecordKind.OWNER.value else RecordKind.CASE


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings of one code and severity in an import; `rows` counts the findings."""

    code: str
    severity: Severity
    rows: int


def finding_groups(
    session: Session, *, organisation_id: UUID, import_id: UUID, table_no: int | None = None
) -> tuple[FindingGroup, ...]:
    """The findings of the staged rows, or of one table's, in groups: errors first, the most frequent first.

    () once the rows are dropped.
    """
    of_table = () if table_no is None else (StagedFinding.table_no == table_no,)
    number = sa.func.count()
    found = session.execute(
        sa.select(StagedFinding.code, StagedFinding.severity, number)
        .where(
            StagedFinding.organisation_id == organisation_id,
            StagedFinding.import_id == import_id,
            *of_table,
        )
        .group_by(StagedFinding.code, StagedFinding.severity)
    )
    groups = [FindingGroup(str(code), Severity(severity), rows) for code, severity, rows in found]
    weight = list(Severity)
    return tuple(sorted(groups, key=lambda group: (weight.index(group.severity), -group.rows, group.code)))
