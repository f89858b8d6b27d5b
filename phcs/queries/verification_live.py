"""Live records as verification compares them: their facts, their numbers, their external ids."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind, fact_names
from phcs.models.records import ExternalId
from phcs.queries.among import among, by_index, checked
from phcs.queries.live_facts import LISTS, PLAIN, TABLES, column_value, fact_value
from phcs.queries.stored_values import word
from phcs.queries.verification_trail import ImportScope

LiveFacts = Mapping[str, Any]


def normal_value(name: str, value: Any) -> Any:
    """A fact as its column would give it back, with lists for tuples; a text that no column takes stays as it is."""
    if name in PLAIN:
        return value or ""
    try:
        found = fact_value(name, column_value(name, value))
    except (TypeError, ValueError):
        return value
    return list(found) if name in LISTS else found


def live_facts_among(
    session: Session, scope: ImportScope, ids: Mapping[RecordKind, Collection[UUID]]
) -> dict[UUID, LiveFacts]:
    """The facts of these live records that say something, and `owner_id`, in one query for each kind."""
    found: dict[UUID, LiveFacts] = {}
    with by_index(session):
        for kind, wanted in ids.items():
            if wanted:
                found.update(_of_kind(session, scope, kind, wanted))
    return found


def _of_kind(
    session: Session, scope: ImportScope, kind: RecordKind, ids: Collection[UUID]
) -> Iterable[tuple[UUID, LiveFacts]]:
    columns = TABLES[kind].__table__.c
    names = (*fact_names(kind), *(("owner_id",) if "owner_id" in columns else ()))
    rows = session.execute(
        sa.select(columns.id, *[columns[name] for name in names]).where(
            checked(columns.organisation_id, scope.organisation_id), among(session, columns.id, ids)
        )
    )
    for row in rows:
        yield (
            row[0],
            {
                name: value if name in PLAIN else _as_json(name, value)
                for name, value in zip(names, row[1:], strict=True)
                if value is not None and value != ""
            },
        )


def _as_json(name: str, value: Any) -> Any:
    return list(value) if name in LISTS else fact_value(name, value)


def live_numbers(session: Session, scope: ImportScope) -> dict[RecordKind, int]:
    """How many live records of each kind name this import as the one that made them."""
    return {
        kind: session.scalar(
            sa.select(sa.func.count())
            .select_from(table)
            .where(
                table.__table__.c.organisation_id == scope.organisation_id,
                table.__table__.c.import_id == scope.import_id,
            )
        )
        or 0
        for kind, table in TABLES.items()
    }


def holders_of(
    session: Session, scope: ImportScope, external_ids: Collection[str]
) -> dict[tuple[str, str], UUID]:
    """Which records these ids of the import's sources stand for, by kind and id."""
    if not external_ids:
        return {}
    with by_index(session):
        rows = session.execute(
            sa.select(word(ExternalId.kind), ExternalId.external_id, ExternalId.record_id).where(
                ExternalId.organisation_id == scope.organisation_id,
                ExternalId.source.in_(scope.sources),
                ExternalId.kind.in_(list(RecordKind)),
                among(session, ExternalId.external_id, external_ids),
            )
        ).all()
    return {(kind, external_id): record_id for kind, external_id, record_id in rows}
