"""What an import's plan has done to records so far, as planning needs to know it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import CaseFacts, OwnerFacts, PetFacts, RecordKind
from phcs.models.plans import PlanAction
from phcs.queries.among import among, checked
from phcs.queries.stored_values import hex_text, json_text


@dataclass(frozen=True, slots=True)
class WorldScope:
    """Whose world it is: one organisation's, seen by one import from one source.

    With `before_row` it is the world before that row of the plan as it is stored.
    """

    organisation_id: UUID
    import_id: UUID
    source: str
    before_row: int | None = None


@dataclass(frozen=True, slots=True)
class ActionSoFar:
    """An action of the plan so far, as far as later rows have to know it; keys as 32 hex digits."""

    row_no: int
    action: str
    record_id: str
    parent_id: str | None
    external_id: str
    body: dict[str, Any]


def planned_actions_on(
    session: Session, scope: WorldScope, kind: RecordKind, column: Any, values: Collection[Any]
) -> list[ActionSoFar]:
    """The import's planned actions on these records of one kind, in file order."""
    if not values:
        return []
    before = () if scope.before_row is None else (PlanAction.row_no < scope.before_row,)
    found = session.execute(
        sa.select(
            PlanAction.table_no,
            PlanAction.row_no,
            PlanAction.ordinal,
            PlanAction.action,
            hex_text(session, PlanAction.record_id),
            hex_text(session, PlanAction.parent_id),
            PlanAction.external_id,
            json_text(session, PlanAction.body),
        ).where(
            checked(PlanAction.organisation_id, scope.organisation_id),
            PlanAction.import_id == scope.import_id,
            *_of_kind(kind),
            *before,
            among(session, column, values),
        )
    ).all()
    found_in_order = sorted(found, key=itemgetter(0, 1, 2))
    return [
        ActionSoFar(row_no, action, record_id, parent_id, external_id, orjson.loads(text))
        for _, row_no, _, action, record_id, parent_id, external_id, text in found_in_order
    ]


def _of_kind(kind: RecordKind) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition as it stands in the partial indexes, in words: a parameter would not lead to them."""
    of_kind = PlanAction.kind == sa.literal_column(f"'{kind.value}'")
    if kind is RecordKind.CASE:
        return (of_kind, PlanAction.external_id != sa.literal_column("''"))
    return (of_kind,)


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
