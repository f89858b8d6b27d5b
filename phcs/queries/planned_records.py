"""What an import's plan has done to records so far, as planning needs to know it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.immutable import immutable
from phcs.core.records import CaseFacts, OwnerFacts, PetFacts, RecordKind
from phcs.core.row_places import RowPlace
from phcs.models.plans import PlanAction
from phcs.queries.among import among, checked
from phcs.queries.stored_values import hex_text, json_text


@dataclass(frozen=True, slots=True)
class WorldScope:
    """Whose world it is: one organisation's, seen by one table of an import from one source.

    With `before` it is the world before that row of the plan as it is stored. `sources` are those of the import's
    tables, by number, where they are not all the same.
    """

    organisation_id: UUID
    import_id: UUID
    source: str
    before: RowPlace | None = None
    sources: Mapping[int, str] = field(default_factory=dict)

    def source_of(self, table_no: int) -> str:
        """The source of one of the import's tables."""
        return self.sources.get(table_no, self.source)


@immutable
class ActionSoFar:
    """An action of the plan so far, as far as later rows have to know it; keys as 32 hex digits."""

    table_no: int
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
    found = (
        session.connection()
        .execute(  # plain rows: nothing is mapped
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
                *_of_kind(kind, column),
                *so_far(scope),
                among(session, column, values),
            )
        )
        .all()
    )
    found_in_order = sorted(found, key=itemgetter(0, 1, 2))
    return [
        ActionSoFar(table_no, row_no, action, record_id, parent_id, external_id, orjson.loads(text))
        for table_no, row_no, _, action, record_id, parent_id, external_id, text in found_in_order
    ]


def so_far(scope: WorldScope) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that an action belongs to a row before the one that the scope names, if it names one."""
    if scope.before is None:
        return ()
    place = sa.tuple_(PlanAction.table_no, PlanAction.row_no)
    return (place < tuple(scope.before),)


def _of_kind(kind: RecordKind, column: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition as it stands in the partial indexes, in words: a parameter would not lead to them."""
    of_kind = PlanAction.kind == sa.literal_column(f"'{kind.value}'")
    return (of_kind, HAS_EXTERNAL_ID) if column is PlanAction.external_id else (of_kind,)


HAS_EXTERNAL_ID = PlanAction.external_id != sa.literal_column("''")
"""As the partial index says it."""


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
