"""What the references of a chunk's rows lead to, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.own_records import own_record_id
from phcs.core.planning.links import KnownLinks, KnownParent, Reference
from phcs.core.records import RecordKind
from phcs.models.history import Invoice
from phcs.models.plans import PlanAction
from phcs.models.records import ExternalId, Owner, Pet
from phcs.queries.absent_parents import absent_parents
from phcs.queries.among import among, by_index, checked
from phcs.queries.known_history import known_history
from phcs.queries.planned_records import HAS_EXTERNAL_ID, WorldScope, so_far

_LIVE: dict[RecordKind, Any] = {
    RecordKind.OWNER: Owner,
    RecordKind.PET: Pet,
    RecordKind.INVOICE: Invoice,
}


@dataclass(frozen=True, slots=True)
class LinkNeeds:
    """The references of some rows of one table, and the ids of their own records where those are of history."""

    kind: RecordKind
    references: Collection[Reference] = ()
    record_ids: Collection[str] = ()


def known_links(
    session: Session, scope: WorldScope, needs: LinkNeeds, *, kinds: Mapping[int, RecordKind]
) -> KnownLinks:
    """All that rows of one table name by its source's ids: what this plan makes, else what is live, else why not.

    `kinds` are those of the import's tables. Within an import a reference may lead to a table of another source,
    where its own has no such record.
    """
    wanted: dict[RecordKind, set[str]] = defaultdict(set)
    for kind, external_id in needs.references:
        if external_id:
            wanted[kind].add(external_id)
    with by_index(session):
        parents = _live(session, scope, wanted) | _planned(session, scope, wanted)
        lost = {(kind, one) for kind, ids in wanted.items() for one in ids} - parents.keys()
        return KnownLinks(
            parents=parents,
            absent=absent_parents(session, scope, lost, kinds=kinds),
            records=known_history(session, scope, needs.kind, needs.record_ids),
        )


def _planned(
    session: Session, scope: WorldScope, wanted: Mapping[RecordKind, Collection[str]]
) -> dict[Reference, KnownParent]:
    """What this import's plan has named so far; a table of the same source is believed first."""
    ids = {one for each in wanted.values() for one in each}
    if not ids:
        return {}
    rows = session.execute(
        sa.select(
            PlanAction.kind,
            PlanAction.external_id,
            PlanAction.record_id,
            PlanAction.parent_id,
            PlanAction.table_no,
        ).where(
            checked(PlanAction.organisation_id, scope.organisation_id),
            PlanAction.import_id == scope.import_id,
            HAS_EXTERNAL_ID,
            PlanAction.kind.in_(list(wanted)),
            *so_far(scope),
            among(session, PlanAction.external_id, ids),
        )
    ).all()
    found: dict[Reference, KnownParent] = {}
    in_order = sorted(rows, key=lambda row: (scope.source_of(row.table_no) != scope.source, row.table_no))
    for row in in_order:
        reference = (RecordKind(row.kind), row.external_id)
        owner_id = row.record_id if reference[0] is RecordKind.OWNER else row.parent_id
        if row.external_id in wanted.get(reference[0], ()) and owner_id is not None:
            found.setdefault(reference, KnownParent(row.record_id, owner_id))
    return found


def _live(
    session: Session, scope: WorldScope, wanted: Mapping[RecordKind, Collection[str]]
) -> dict[Reference, KnownParent]:
    """What earlier imports of the table's source, else of the import's other sources, have named."""
    ids = {one for each in wanted.values() for one in each}
    if not ids:
        return {}
    sources = list(dict.fromkeys((scope.source, *scope.sources.values())))
    names = session.execute(
        sa.select(ExternalId.source, ExternalId.kind, ExternalId.external_id, ExternalId.record_id).where(
            ExternalId.organisation_id == scope.organisation_id,
            ExternalId.source.in_(sources),
            ExternalId.kind.in_(list(wanted)),
            among(session, ExternalId.external_id, ids),
        )
    ).all()
    named: dict[Reference, UUID] = {}
    for row in sorted(names, key=lambda row: sources.index(row.source)):
        named.setdefault((RecordKind(row.kind), row.external_id), row.record_id)
    for kind, each in wanted.items():
        for external_id in each:
            own_id = own_record_id(scope.source, external_id)
            if own_id is not None:
                named.setdefault((kind, external_id), own_id)
    return _holders(session, scope, {one: named[one] for one in named if one[1] in wanted[one[0]]})


def _holders(
    session: Session, scope: WorldScope, named: Mapping[Reference, UUID]
) -> dict[Reference, KnownParent]:
    """Whose these records are, of those that are live."""
    found: dict[Reference, KnownParent] = {}
    for kind, table in _LIVE.items():
        of_kind = {reference: one for reference, one in named.items() if reference[0] is kind}
        if not of_kind:
            continue
        owners = dict(_owners_of(session, scope, table, set(of_kind.values())))
        for reference, record_id in of_kind.items():
            if record_id in owners:
                found[reference] = KnownParent(record_id, owners[record_id])
    return found


def _owners_of(
    session: Session, scope: WorldScope, table: Any, ids: Collection[UUID]
) -> Iterable[tuple[UUID, UUID]]:
    owner = table.id if table is Owner else table.owner_id
    rows = session.execute(
        sa.select(table.id, owner).where(
            checked(table.organisation_id, scope.organisation_id),
            among(session, table.id, ids),
            table.archived_at.is_(None),
        )
    )
    return [(record_id, owner_id) for record_id, owner_id in rows]
