"""What an import's plan has done to records so far, as planning needs to know it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import CaseFacts, OwnerFacts, PetFacts, RecordKind
from phcs.models.plans import PlanAction
from phcs.queries.among import among, checked


@dataclass(frozen=True, slots=True)
class WorldScope:
    """Whose world it is: one organisation's, seen by one import from one source."""

    organisation_id: UUID
    import_id: UUID
    source: str


def planned_actions_on(
    session: Session, scope: WorldScope, kind: RecordKind, column: Any, values: Collection[Any]
) -> Sequence[sa.Row[Any]]:
    """The import's planned actions on these records of one kind, in file order."""
    if not values:
        return []
    found = session.execute(
        sa.select(
            PlanAction.table_no,
            PlanAction.row_no,
            PlanAction.ordinal,
            PlanAction.action,
            PlanAction.record_id,
            PlanAction.parent_id,
            PlanAction.external_id,
            PlanAction.body,
        ).where(
            checked(PlanAction.organisation_id, scope.organisation_id),
            PlanAction.import_id == scope.import_id,
            PlanAction.kind == kind,
            among(session, column, values),
        )
    ).all()
    return sorted(found, key=lambda action: (action.table_no, action.row_no, action.ordinal))


def with_changes(facts: Any, changes: dict[str, Any]) -> Any:
    new = {name: tuple(pair[1]) if isinstance(pair[1], list) else pair[1] for name, pair in changes.items()}
    return replace(facts, **new)


def owner_facts(facts: Any) -> OwnerFacts:
    assert isinstance(facts, OwnerFacts)  # noqa: S101 - told apart by kind
    return facts


def pet_facts(facts: Any) -> PetFacts:
    assert isinstance(facts, PetFacts)  # noqa: S101 - told apart by kind
    return facts


def case_facts(facts: Any) -> CaseFacts:
    assert isinstance(facts, CaseFacts)  # noqa: S101 - told apart by kind
    return facts
