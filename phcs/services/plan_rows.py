"""A plan's rows as they lie in the tables, and staged rows as planning takes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from phcs.core.findings import FindingCode, RowStatus, Severity
from phcs.core.matching.deciding import MatchAnswer
from phcs.core.planning import PlannedAction, PlannedRow
from phcs.core.records import CaseFacts, OwnerFacts, PetFacts, RecordKind, RowRecord, facts_from_json
from phcs.queries.stored_plan import body_of

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
    "match",
    "reason",
    "row_digest",
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


@dataclass(frozen=True, slots=True)
class StagedRecord:
    """A staged row as planning needs it."""

    row_no: int
    status: RowStatus
    record: RowRecord
    digest: str
    errors: tuple[str, ...] = ()
    """The codes of what keeps the row out."""


def record_from_json(data: Mapping[str, Any]) -> RowRecord:
    """A row's record out of what staging kept."""
    owner = facts_from_json(RecordKind.OWNER, data["owner"]) if data["owner"] else None
    case = facts_from_json(RecordKind.CASE, data["case"]) if data["case"] else None
    pets = tuple(facts_from_json(RecordKind.PET, pet) for pet in data["pets"])
    assert owner is None or isinstance(owner, OwnerFacts)  # noqa: S101 - told apart by kind
    assert case is None or isinstance(case, CaseFacts)  # noqa: S101
    return RowRecord(
        owner=owner,
        owner_external_id=data["owner_external_id"],
        pets=tuple(pet for pet in pets if isinstance(pet, PetFacts)),
        case=case,
        case_external_id=data["case_external_id"],
        skip=data["skip"],
    )


def final_status(row: StagedRecord, planned: PlannedRow) -> RowStatus:
    """The worst of what checking and planning found in a row."""
    warned = any(finding.severity is Severity.WARNING for finding in planned.findings)
    return RowStatus.WARNING if warned and row.status is RowStatus.VALID else row.status


def row_cells(ids: tuple[UUID, int, UUID], row: StagedRecord, planned: PlannedRow) -> tuple[Any, ...]:
    """One planned row in the order of ROW_COLUMNS; `ids` are import, table number, organisation."""
    import_id, table_no, organisation_id = ids
    main = planned.actions[-1] if planned.actions else None
    owner = next((one for one in planned.actions if one.kind is RecordKind.OWNER), None)
    match = planned.match
    return (
        import_id,
        table_no,
        planned.row_no,
        organisation_id,
        planned.outcome.value,
        final_status(row, planned).value,
        main.kind.value if main else "",
        main.record_id if main else None,
        owner.record_id if owner else (match.owner.id if match and match.owner else None),
        row.record.case_external_id or row.record.owner_external_id,
        any(finding.code is FindingCode.MATCH_UNDECIDED for finding in planned.findings),
        _match_json(match) if match else {},
        ("; ".join(row.errors) or planned.reason)[:500],
        row.digest,
    )


def action_cells(
    ids: tuple[UUID, int, UUID], row_no: int, ordinal: int, action: PlannedAction
) -> tuple[Any, ...]:
    """One planned action in the order of ACTION_COLUMNS."""
    import_id, table_no, organisation_id = ids
    return (
        import_id,
        table_no,
        row_no,
        ordinal,
        organisation_id,
        action.kind.value,
        action.action.value,
        action.record_id,
        action.parent_id,
        action.base_version,
        action.external_id,
        body_of(action),
    )


def _match_json(match: MatchAnswer) -> dict[str, Any]:
    return {
        "outcome": match.outcome.value,
        "owner_id": str(match.owner.id) if match.owner else "",
        "planned": bool(match.owner and match.owner.planned),
        "score": match.score,
        "evidence": list(match.evidence),
        "explanation": match.explanation,
    }


def finding_cells(ids: tuple[UUID, int, UUID], planned: PlannedRow) -> list[tuple[Any, ...]]:
    """What planning found in a row, in the order of FINDING_COLUMNS."""
    import_id, table_no, organisation_id = ids
    return [
        (
            import_id,
            table_no,
            planned.row_no,
            "plan",
            ordinal,
            organisation_id,
            one.code.value,
            one.severity.value,
            one.column[:500],
            one.value[:250],
            one.detail,
        )
        for ordinal, one in enumerate(planned.findings)
    ]
