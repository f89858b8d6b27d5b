"""External ids in an undo or redo: an import's statement is taken out of the row of statements, or put back in.

The newest statement lies in `external_ids`; each import that restated an id keeps the one before in
`former_external_ids`.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import StalePlanError
from phcs.core.records import RecordKind
from phcs.core.undoing import StatedName
from phcs.models.imports import Import
from phcs.models.records import ExternalId, FormerExternalId
from phcs.queries.among import among, by_index, checked
from phcs.services import bulk

STATEMENT = ("record_id", "import_id", "imported", "imported_rows")
NAME = ("organisation_id", "source", "kind", "external_id")
NameMove = tuple[UUID, StatedName]
"""A record, and what becomes of the import's statement about it."""


class Statement(NamedTuple):
    """What an import said an external id stands for."""

    record_id: UUID
    import_id: UUID
    imported: dict[str, Any]
    imported_rows: Sequence[str]


Place = tuple[UUID | None, str]
"""Where a statement lies: with the import that holds it as the former one (None: it is the newest), by external id."""
Statements = dict[Place, Statement]


def restate_names(session: Session, found: Import, kind: RecordKind, moves: Collection[NameMove]) -> None:
    """Carry out these moves in bulk. Raises StalePlanError when a statement is not where it was."""
    of_source: dict[str, list[NameMove]] = {}
    for move in moves:
        of_source.setdefault(move[1].source or found.source, []).append(move)
    for source, of_this in of_source.items():
        _restate(session, NamesOf(found, source, kind), of_this)


class NamesOf(NamedTuple):
    """Whose names are moved: one import's of one source, for one kind of record."""

    found: Import
    source: str
    kind: RecordKind


def _restate(session: Session, own: NamesOf, moves: Collection[NameMove]) -> None:
    with by_index(session):
        before = _stored(session, own, moves)
        after = dict(before)
        for record_id, name in moves:
            if name.stated:
                _state(after, own.found.id, record_id, name)
            else:
                _take_back(after, own.found.id, record_id, name)
        _keep(session, own, before, after)


def _take_back(statements: Statements, import_id: UUID, record_id: UUID, name: StatedName) -> None:
    place = (name.holder, name.external_id)
    own = statements.get(place)
    if own is None or own.import_id != import_id or own.record_id != record_id:
        raise StalePlanError("An external id was stated again since this was planned.")
    former = statements.pop((import_id, name.external_id), None)
    if former is None:
        del statements[place]
    else:
        statements[place] = former


def _state(statements: Statements, import_id: UUID, record_id: UUID, name: StatedName) -> None:
    place = (name.holder, name.external_id)
    former = statements.get(place)
    if former is not None:
        if former.record_id != record_id:
            raise StalePlanError("An external id belongs to another record by now.")
        statements[import_id, name.external_id] = former
    statements[place] = Statement(record_id, import_id, name.imported, name.imported_rows)


def _stored(session: Session, own: NamesOf, moves: Collection[NameMove]) -> Statements:
    found, source, kind = own
    external_ids = {name.external_id for _, name in moves}
    holders = {found.id, *(name.holder for _, name in moves if name.holder)}
    newest = session.execute(
        sa.select(ExternalId.external_id, *[getattr(ExternalId, name) for name in STATEMENT]).where(
            ExternalId.organisation_id == found.organisation_id,
            ExternalId.source == source,
            ExternalId.kind == kind,
            among(session, ExternalId.external_id, external_ids),
        )
    )
    stored: Statements = {(None, row.external_id): Statement(*row[1:]) for row in newest}
    former = session.execute(
        sa.select(
            FormerExternalId.import_id.label("holder"),
            FormerExternalId.external_id,
            FormerExternalId.record_id,
            FormerExternalId.former_import_id,
            FormerExternalId.imported,
            FormerExternalId.imported_rows,
        ).where(
            checked(FormerExternalId.organisation_id, found.organisation_id),
            FormerExternalId.import_id.in_(holders),
            FormerExternalId.source == source,
            FormerExternalId.kind == kind,
            among(session, FormerExternalId.external_id, external_ids),
        )
    )
    return stored | {(row.holder, row.external_id): Statement(*row[2:]) for row in former}


def _keep(session: Session, own: NamesOf, before: Statements, after: Statements) -> None:
    changed = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
    _delete(session, own, changed & before.keys())
    name = (own.found.organisation_id, own.source, own.kind.value)
    written = [(place, after[place]) for place in sorted(changed & after.keys(), key=str)]
    bulk.insert_rows(
        session,
        ExternalId,
        (*NAME, *STATEMENT),
        [(*name, external_id, *one) for (holder, external_id), one in written if holder is None],
    )
    bulk.insert_rows(
        session,
        FormerExternalId,
        (*NAME, "import_id", "record_id", "former_import_id", "imported", "imported_rows"),
        [(*name, external_id, holder, *one) for (holder, external_id), one in written if holder],
    )


def _delete(session: Session, own: NamesOf, places: Iterable[Place]) -> None:
    """Delete these statements: one statement of SQL for each holder, and there are as many as later imports."""
    of_holder: dict[UUID | None, list[str]] = {}
    for holder, external_id in places:
        of_holder.setdefault(holder, []).append(external_id)
    for holder, external_ids in of_holder.items():
        table = ExternalId if holder is None else FormerExternalId
        condition = [] if holder is None else [FormerExternalId.import_id == holder]
        session.execute(
            sa.delete(table)
            .where(
                table.organisation_id == own.found.organisation_id,
                table.source == own.source,
                table.kind == own.kind,
                among(session, table.external_id, external_ids),
                *condition,
            )
            .execution_options(synchronize_session=False)
        )
