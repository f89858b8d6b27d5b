"""External ids with the imports that stated them, newest first, as far back as is kept."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind
from phcs.core.undoing import LiveName
from phcs.models.records import ExternalId, FormerExternalId
from phcs.queries.among import among, checked
from phcs.queries.reversal_needs import UndoScope

Name = tuple[str, str]
"""A source, '' for the import's own, and an external id."""


def names_among(
    session: Session, scope: UndoScope, kind: RecordKind, names: Collection[Name]
) -> dict[Name, LiveName]:
    """What these external ids stand for, those that exist: a few queries for each source."""
    of_source: dict[str, set[str]] = defaultdict(set)
    for source, external_id in names:
        of_source[source].add(external_id)
    found: dict[Name, LiveName] = {}
    for source, external_ids in of_source.items():
        found |= _of_source(session, scope, kind, source, external_ids)
    return found


def _of_source(
    session: Session, scope: UndoScope, kind: RecordKind, source: str, external_ids: Collection[str]
) -> dict[Name, LiveName]:
    rows = session.execute(
        sa.select(
            ExternalId.external_id,
            ExternalId.record_id,
            ExternalId.import_id,
        ).where(
            ExternalId.organisation_id == scope.organisation_id,
            ExternalId.source == (source or scope.source),
            ExternalId.kind == kind,
            among(session, ExternalId.external_id, external_ids),
        )
    ).all()
    chains: dict[str, list[Any]] = {row[0]: [row] for row in rows}
    _follow(session, scope, kind, source, chains)
    return {(source, external_id): _name(scope, source, chain) for external_id, chain in chains.items()}


def _follow(
    session: Session, scope: UndoScope, kind: RecordKind, source: str, chains: dict[str, list[Any]]
) -> None:
    """Go back from statement to statement until this import's own is found, and one further."""
    open_ends = {external_id: chain[-1].import_id for external_id, chain in chains.items()}
    while open_ends:
        holders = set(open_ends.values())
        rows = session.execute(
            sa.select(
                FormerExternalId.import_id.label("holder"),
                FormerExternalId.external_id,
                FormerExternalId.record_id,
                FormerExternalId.former_import_id.label("import_id"),
            ).where(
                checked(FormerExternalId.organisation_id, scope.organisation_id),
                FormerExternalId.import_id.in_(holders),
                FormerExternalId.source == (source or scope.source),
                FormerExternalId.kind == kind,
                among(session, FormerExternalId.external_id, set(open_ends)),
            )
        ).all()
        ends, open_ends = open_ends, {}
        for row in rows:
            if ends.get(row.external_id) == row.holder:
                chains[row.external_id].append(row)
                if row.holder != scope.import_id:
                    open_ends[row.external_id] = row.import_id


def _name(scope: UndoScope, source: str, chain: list[Any]) -> LiveName:
    stated_by = tuple(row.import_id for row in chain)
    place = stated_by.index(scope.import_id) if scope.import_id in stated_by else None
    return LiveName(
        external_id=chain[0].external_id,
        record_id=chain[0].record_id,
        stated_by=stated_by,
        has_former=place is not None and place + 1 < len(chain),
        source=source,
    )
