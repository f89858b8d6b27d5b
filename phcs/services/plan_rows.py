"""A plan's rows as they lie in the tables, and staged rows as planning takes them."""

from collections.abc import Sequence
from typing import Any

from phcs.core.findings import RowStatus, Severity
from phcs.core.immutable import immutable
from phcs.core.matching.deciding import MatchAnswer
from phcs.core.planning import PlannedRow, StoredAction
from phcs.core.records import RecordKind, RowRecord
from phcs.extensions import json_text

ROW_COLUMNS = (
    "import_id",
    "table_no",
    "row_no",
    "organisation_id",
    "outcome",
    "status",
    "record_kind",
    "record_id",
    "owner_id",
    "external_id",
    "undecided",
    "question",
    "match",
    "reason",
    "row_digest",
    "plan_digest",
)
ACTION_COLUMNS = (
    "import_id",
    "table_no",
    "row_no",
    "ordinal",
    "organisation_id",
    "kind",
    "action",
    "record_id",
    "parent_id",
    "base_version",
    "external_id",
    "body",
)
FINDING_COLUMNS = (
    "import_id",
    "table_no",
    "row_no",
    "stage",
    "ordinal",
    "organisation_id",
    "code",
    "severity",
    "column_name",
    "value",
    "detail",
)
KEY_COLUMNS = ("organisation_id", "key", "owner_id", "import_id")


@immutable
class StagedRecord:
    """A staged row as planning needs it."""

    row_no: int
    status: RowStatus
    record: RowRecord
    digest: str
    errors: tuple[str, ...] = ()
    """The codes of what keeps the row out."""


def final_status(row: StagedRecord, planned: PlannedRow) -> RowStatus:
    """The worst of what checking and planning found in a row."""
    warned = any(finding.severity is Severity.WARNING for finding in planned.findings)
    return RowStatus.WARNING if warned and row.status is RowStatus.VALID else row.status


PlanIds = tuple[str, int, str]
"""Import, table number, organisation; keys as 32 hex digits, as all that is stored ready (see `bulk`)."""


def row_cells(ids: PlanIds, row: StagedRecord, planned: PlannedRow, plan_digest: str) -> tuple[Any, ...]:
    """One planned row in the order of ROW_COLUMNS, ready to be stored."""
    import_id, table_no, organisation_id = ids
    main = planned.actions[-1] if planned.actions else None
    match = planned.match
    owner_id = match.owner.id if match and match.owner else None
    for action in planned.actions:
        if action.kind is RecordKind.OWNER:
            owner_id = action.record_id
            break
    if owner_id is None and main is not None:
        owner_id = main.parent_id
    return (
        import_id,
        table_no,
        planned.row_no,
        organisation_id,
        str(planned.outcome),
        str(final_status(row, planned)),
        str(main.kind) if main else "",
        main.record_id.hex if main else None,
        owner_id.hex if owner_id else None,
        _external_id(row.record),
        bool(planned.question),
        planned.question,
        json_text(_match_json(match, planned)) if match else "{}",
        ("; ".join(row.errors) or planned.reason)[:500],
        row.digest,
        plan_digest,
    )


def _external_id(record: RowRecord) -> str:
    """What the source calls the record that the row is about."""
    if record.history is not None:
        return record.history_external_id
    if record.case is None and record.pet_external_id:
        return record.pet_external_id
    return record.case_external_id or record.owner_external_id


def action_cells(ids: PlanIds, row_no: int, actions: Sequence[StoredAction]) -> list[tuple[Any, ...]]:
    """The actions of one row in the order of ACTION_COLUMNS, ready to be stored."""
    import_id, table_no, organisation_id = ids
    return [
        (import_id, table_no, row_no, ordinal, organisation_id, *action)
        for ordinal, action in enumerate(actions)
    ]


def _match_json(match: MatchAnswer, planned: PlannedRow) -> dict[str, Any]:
    would_be = {"would_be": planned.would_be} if planned.would_be else {}
    return would_be | {
        "outcome": match.outcome,
        "owner_id": str(match.owner.id) if match.owner else "",
        "planned": bool(match.owner and match.owner.planned),
        "score": match.score,
        "evidence": match.evidence,
        "explanation": match.explanation,
        "points": [(point.kind, round(point.bits, 1), point.phrase) for point in match.points],
        "bits": round(match.bits, 1),
        "rules": match.rules,
    }


def finding_cells(ids: PlanIds, planned: PlannedRow) -> list[tuple[Any, ...]]:
    """What planning found in a row, in the order of FINDING_COLUMNS, ready to be stored."""
    import_id, table_no, organisation_id = ids
    return [
        (
            import_id,
            table_no,
            planned.row_no,
            "plan",
            ordinal,
            organisation_id,
            str(one.code),
            str(one.severity),
            one.column[:500],
            one.value[:250],
            one.detail,
        )
        for ordinal, one in enumerate(planned.findings)
    ]
