"""Where a live value came from: file, row, column and approver (promise 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.mapping.feeding import FED_BY
from phcs.core.mapping.tables import TableMapping
from phcs.core.records import RecordKind, fact_names
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import, SourceTable
from phcs.models.records import ExternalId
from phcs.queries.audit import BLANK, changes_of

MOST_EVENTS = 300
"""Events of one record that are looked at: first those that changed it, then its newest links."""

DONE = ("created", "updated", "edited", "linked", "reverted", "reapplied", "restored", "merged")
"""The past participles of events that tell where a record's values come from."""


@dataclass(frozen=True, slots=True)
class ImportTouch:
    """An import that created, changed or linked a record, on behalf of one row."""

    import_id: UUID
    file_name: str
    table_name: str
    """'' where the import holds one table only."""
    row_no: int | None
    action: str
    at: datetime
    approver: str
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class FactOrigin:
    """What gave a fact its present value. `touch` is None when `actor_name` entered it here.

    `headings` are the columns' headings as the file spells them; empty when the value was found in a labelled
    data field, or chosen for the whole import (`is_constant`).
    """

    at: datetime
    actor_name: str
    touch: ImportTouch | None
    headings: tuple[str, ...] = ()
    is_constant: bool = False


@dataclass(frozen=True, slots=True)
class KnownAs:
    """What another system calls the record."""

    source: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """The imports of a record, newest first; the origin of each fact that has one; its external ids."""

    touches: tuple[ImportTouch, ...]
    origins: Mapping[str, FactOrigin]
    external_ids: tuple[KnownAs, ...]


@dataclass(frozen=True, slots=True)
class RecordFact:
    """A fact that has a value, typed as the live column is, and where it came from (None: unknown)."""

    name: str
    value: Any
    origin: FactOrigin | None


def provenance_of(
    session: Session, *, organisation_id: UUID, kind: RecordKind, record_id: UUID
) -> Provenance:
    """Everything known about where a record's values came from, in three queries."""
    events = _events(session, organisation_id, kind, record_id)
    imports = {event.import_id for event, _ in events if event.import_id}
    tables = _tables(session, organisation_id, imports)
    touches = {event.id: _touch(event, batch, tables) for event, batch in events if batch}
    return Provenance(
        touches=tuple(touches.values()),
        origins=_origins(kind, [event for event, _ in events], touches, tables),
        external_ids=_external_ids(session, organisation_id, kind, record_id),
    )


def record_facts(
    record: Any, *, kind: RecordKind, origins: Mapping[str, FactOrigin]
) -> tuple[RecordFact, ...]:
    """The facts of a live record that say something, in declared order."""
    named = [(name, getattr(record, name)) for name in fact_names(kind)]
    return tuple(RecordFact(name, value, origins.get(name)) for name, value in named if value not in BLANK)


def file_name_of(session: Session, *, organisation_id: UUID, import_id: UUID) -> str:
    """The export file of an import. Raises NotFoundError when this organisation has no such import."""
    asked = sa.select(Import.file_name).where(
        Import.organisation_id == organisation_id, Import.id == import_id
    )
    name = session.scalar(asked)
    if name is None:
        raise NotFoundError("There is no such import.")
    return name


Events = list[tuple[AuditEvent, Import | None]]
Tables = dict[tuple[UUID, int], SourceTable]


def _events(session: Session, organisation_id: UUID, kind: RecordKind, record_id: UUID) -> Events:
    actions = [f"{kind.value}.{done}" for done in DONE]
    own = sa.and_(Import.id == AuditEvent.import_id, Import.organisation_id == organisation_id)
    asked = (
        sa.select(AuditEvent, Import)
        .outerjoin(Import, own)
        .where(
            AuditEvent.organisation_id == organisation_id,
            AuditEvent.subject_id == record_id,
            AuditEvent.action.in_(actions),
        )
        .order_by(AuditEvent.action.like("%.linked"), AuditEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    found = [(event, batch) for event, batch in session.execute(asked)]
    return sorted(found, key=lambda pair: pair[0].id, reverse=True)


def _tables(session: Session, organisation_id: UUID, imports: set[UUID]) -> Tables:
    if not imports:
        return {}
    asked = sa.select(SourceTable).where(
        SourceTable.organisation_id == organisation_id, SourceTable.import_id.in_(imports)
    )
    return {(table.import_id, table.table_no): table for table in session.scalars(asked)}


def _table(event: AuditEvent, tables: Tables) -> SourceTable | None:
    """The table that the row of an event stands in: the first one where the event tells no other."""
    if event.import_id is None:
        return None
    return tables.get((event.import_id, int((event.detail or {}).get("table", 1))))


def _touch(event: AuditEvent, batch: Import, tables: Tables) -> ImportTouch:
    table = _table(event, tables)
    has_several = sum(import_id == batch.id for import_id, _ in tables) > 1
    is_approved = bool(batch.approved_fingerprint)
    return ImportTouch(
        import_id=batch.id,
        file_name=batch.file_name,
        table_name=table.name if table and has_several else "",
        row_no=event.row_no,
        action=event.action,
        at=event.at,
        approver=batch.decided_by_name if is_approved else "",
        approved_at=batch.decided_at if is_approved else None,
    )


def _origins(
    kind: RecordKind,
    events: list[AuditEvent],
    touches: Mapping[int, ImportTouch],
    tables: Tables,
) -> dict[str, FactOrigin]:
    """The newest event that set a fact; the creation for facts that no later event names.

    What an import said about a fact does not count from before an undo that took it back.
    """
    origins: dict[str, FactOrigin] = {}
    taken_back: set[tuple[str, UUID | None]] = set()
    for event in events:
        changed = [change.name for change in changes_of(event.values) if change.was is not None]
        if event.action == f"{kind.value}.reverted":
            taken_back.update((name, event.import_id) for name in changed if name not in origins)
            continue
        names = fact_names(kind) if event.action == f"{kind.value}.created" else changed
        mapping = _mapping(_table(event, tables))
        for name in names:
            if name not in origins and (name, event.import_id) not in taken_back:
                origins[name] = _origin(event, f"{kind.value}.{name}", touches.get(event.id), mapping)
    return origins


def _mapping(table: SourceTable | None) -> TableMapping | None:
    return TableMapping.from_json(table.mapping) if table is not None and table.mapping else None


def _origin(
    event: AuditEvent, target: str, touch: ImportTouch | None, mapping: TableMapping | None
) -> FactOrigin:
    if touch is None or mapping is None:
        return FactOrigin(at=event.at, actor_name=event.actor_name, touch=touch)
    constants = [name for name, _ in mapping.constants]
    fed = {column.target for column in mapping.columns} | set(constants)
    own = [name for name in fed if name == target or name.startswith(f"{target}.")]
    targets = own or FED_BY.get(target, ())
    return FactOrigin(
        at=event.at,
        actor_name=event.actor_name,
        touch=touch,
        headings=tuple(column.heading for column in mapping.columns if column.target in targets),
        is_constant=any(name in targets for name in constants),
    )


def _external_ids(
    session: Session, organisation_id: UUID, kind: RecordKind, record_id: UUID
) -> tuple[KnownAs, ...]:
    asked = (
        sa.select(ExternalId.source, ExternalId.external_id)
        .where(
            ExternalId.organisation_id == organisation_id,
            ExternalId.record_id == record_id,
            ExternalId.kind == kind,
        )
        .order_by(ExternalId.source, ExternalId.external_id)
    )
    return tuple(KnownAs(source, external_id) for source, external_id in session.execute(asked))
