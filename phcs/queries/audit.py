"""The audit trail as people read it: who did what to which record, when, and what changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import ActorKind
from phcs.core.history import HISTORY
from phcs.core.history_titles import history_title
from phcs.core.records import RecordKind
from phcs.models.audit import AuditEvent
from phcs.models.history import HISTORY_TABLES, HistoryRecord
from phcs.models.imports import Import, SourceTable
from phcs.models.mapping_templates import MappingTemplate
from phcs.models.organisations import ApiKey, Person
from phcs.models.records import Case, Owner, Pet
from phcs.models.repairs import RepairRecipe
from phcs.models.schedules import ImportSchedule
from phcs.models.webhooks import WebhookEndpoint
from phcs.queries.live_facts import fact_value
from phcs.queries.paging import PAGE_SIZE, Page, page_of

BLANK: tuple[Any, ...] = (None, "", [], (), {})
"""Values that say nothing."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events are wanted; the default wants all.

    `actor` is the id of a person or key, or the name of an `ActorKind`. `since` and `until` are days in
    `time_zone` (IANA), both included.
    """

    import_id: UUID | None = None
    subject_id: UUID | None = None
    actor: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Change:
    """One value: `was` is None where nothing was replaced, '' or empty where there was none before."""

    name: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event with the names that its sentence needs; a name is '' where the thing is gone or has none."""

    id: int
    chain_id: UUID
    seq: int
    at: datetime
    actor_kind: str
    actor_name: str
    action: str
    subject_kind: str
    subject_id: UUID | None
    subject_name: str
    import_id: UUID | None
    file_name: str
    row_no: int | None
    table_name: str
    """The table of the row, where the import has several."""
    detail: tuple[tuple[str, Any], ...]
    changes: tuple[Change, ...]
    is_erased: bool
    """Whether the values were erased for a person's sake; their digest stays."""
    digest: str
    previous_hash: str
    hash: str
    table_names: Mapping[int, str] = field(default_factory=dict, compare=False)
    """What the tables of the event's import are called, by their numbers."""


@dataclass(frozen=True, slots=True)
class AuditActor:
    """Somebody or something to filter by."""

    value: str
    name: str


def audit_page(
    session: Session,
    *,
    organisation_id: UUID,
    wanted: AuditFilter,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[AuditLine]:
    """Events, newest first, in a bounded number of queries whatever the page's size."""
    statement = sa.select(AuditEvent).where(*_conditions(organisation_id, wanted))
    found = page_of(session, statement, keys=[AuditEvent.id], cursor=cursor, size=size, descending=True)
    events = [row[0] for row in found.rows]
    return found.with_rows(_lines(session, organisation_id, events))


def audit_actors(session: Session, *, organisation_id: UUID) -> tuple[AuditActor, ...]:
    """The people and keys of the organisation, by name, and the system itself."""
    people = sa.select(Person.id, Person.name).where(Person.organisation_id == organisation_id)
    keys = sa.select(ApiKey.id, ApiKey.name).where(ApiKey.organisation_id == organisation_id)
    found = session.execute(sa.union_all(people, keys)).all()
    actors = [AuditActor(str(id_), name) for id_, name in found]
    named = sorted(actors, key=lambda actor: actor.name.casefold())
    return (*named, AuditActor(ActorKind.PROCESS.value, ""))


def changes_of(values: dict[str, Any] | None) -> tuple[Change, ...]:
    """What an event's `values` say, name by name.

    `changes` holds `{name: [was, now]}`, `facts` holds `{name: value}`, and so do all others by themselves.
    """
    if not values:
        return ()
    changed = [Change(name, was, now) for name, (was, now) in values.get("changes", {}).items()]
    others = {name: value for name, value in values.items() if name not in {"changes", "facts"}}
    first = {**values.get("facts", {}), **others}
    return (*changed, *(Change(name, None, value) for name, value in first.items() if value not in BLANK))


def _conditions(organisation_id: UUID, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    found = [AuditEvent.organisation_id == organisation_id]
    if wanted.import_id:
        found.append(AuditEvent.import_id == wanted.import_id)
    if wanted.subject_id:
        found.append(AuditEvent.subject_id == wanted.subject_id)
    if wanted.actor in {kind.value for kind in ActorKind}:
        found.append(AuditEvent.actor_kind == wanted.actor)
    elif wanted.actor:
        found.append(AuditEvent.actor_id == wanted.actor)
    if wanted.action:
        found.append(AuditEvent.action == wanted.action)
    if wanted.since:
        found.append(AuditEvent.at >= _start_of(wanted.since, wanted.time_zone))
    if wanted.until:
        found.append(AuditEvent.at < _start_of(wanted.until + timedelta(days=1), wanted.time_zone))
    return found


def _start_of(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(time_zone))


def _lines(session: Session, organisation_id: UUID, events: list[AuditEvent]) -> list[AuditLine]:
    names = _subject_names(session, organisation_id, events)
    imports = {event.import_id for event in events} - {None}
    files = _named(session, organisation_id, Import, Import.file_name, imports)
    tables = _table_names(session, organisation_id, imports)
    return [_line(event, names, files, tables) for event in events]


def _line(
    event: AuditEvent, names: dict[UUID, str], files: dict[UUID, str], tables: dict[UUID, dict[int, str]]
) -> AuditLine:
    return AuditLine(
        id=event.id,
        chain_id=event.chain_id,
        seq=event.seq,
        at=event.at,
        actor_kind=event.actor_kind,
        actor_name=event.actor_name,
        action=event.action,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        subject_name=names.get(event.subject_id, "") if event.subject_id else "",
        import_id=event.import_id,
        file_name=files.get(event.import_id, "") if event.import_id else "",
        row_no=event.row_no,
        table_name=_table_name(event, tables),
        detail=tuple((event.detail or {}).items()),
        changes=changes_of(event.values),
        is_erased=event.values is None and event.salt is None,
        digest=event.digest,
        previous_hash=event.previous_hash,
        hash=event.hash,
        table_names=tables.get(event.import_id, {}) if event.import_id else {},
    )


def _table_names(
    session: Session, organisation_id: UUID, imports: Collection[UUID | None]
) -> dict[UUID, dict[int, str]]:
    """What the tables of these imports are called, by their numbers."""
    if not imports:
        return {}
    asked = sa.select(SourceTable.import_id, SourceTable.table_no, SourceTable.name).where(
        SourceTable.organisation_id == organisation_id, SourceTable.import_id.in_(imports)
    )
    found: dict[UUID, dict[int, str]] = defaultdict(dict)
    for import_id, table_no, name in session.execute(asked):
        found[import_id][table_no] = name
    return found


def _table_name(event: AuditEvent, tables: dict[UUID, dict[int, str]]) -> str:
    """The table that the event's row stands in, the first one where it tells no other; '' where there is one only."""
    of_import = tables.get(event.import_id, {}) if event.import_id else {}
    if event.row_no is None or len(of_import) < 2:
        return ""
    return of_import.get(int((event.detail or {}).get("table", 1)), "")


def _subject_names(session: Session, organisation_id: UUID, events: Iterable[AuditEvent]) -> dict[UUID, str]:
    ids: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        if event.subject_id:
            ids[event.subject_kind].add(event.subject_id)
    found = {
        **_named(session, organisation_id, Owner, Owner.full_name, ids["owner"]),
        **_named(session, organisation_id, Pet, Pet.name, ids["pet"]),
        **_named(session, organisation_id, Import, Import.file_name, ids["import"]),
        **_named(session, organisation_id, Person, Person.name, ids["person"]),
        **_named(session, organisation_id, ApiKey, ApiKey.name, ids["api_key"]),
        **_named(session, organisation_id, ImportSchedule, ImportSchedule.name, ids["schedule"]),
        **_named(session, organisation_id, WebhookEndpoint, WebhookEndpoint.url, ids["webhook"]),
        **_named(session, organisation_id, MappingTemplate, MappingTemplate.name, ids["template"]),
        **_named(session, organisation_id, RepairRecipe, RepairRecipe.name, ids["recipe"]),
    }
    if ids["case"]:
        named = sa.select(Case.id, Owner.full_name).join(Owner, Owner.id == Case.owner_id)
        here = named.where(Case.organisation_id == organisation_id, Case.id.in_(ids["case"]))
        found.update({row[0]: row[1] for row in session.execute(here)})
    for kind, table in HISTORY_TABLES.items():
        found.update(_titles(session, organisation_id, kind, table, ids[kind.value]))
    return found


def _titles(
    session: Session, organisation_id: UUID, kind: RecordKind, table: type[HistoryRecord], ids: set[UUID]
) -> dict[UUID, str]:
    """What records of one kind of history are called, in one query, or none when there is nothing to ask."""
    if not ids:
        return {}
    declared = HISTORY[kind.value]
    names = [name for name in dict.fromkeys((*declared.titled, declared.when)) if name]
    asked = sa.select(table.id, *(getattr(table, name) for name in names)).where(
        table.organisation_id == organisation_id, table.id.in_(ids)
    )
    facts = (
        (record_id, {name: fact_value(name, value) for name, value in zip(names, values, strict=True)})
        for record_id, *values in session.execute(asked)
    )
    return {record_id: history_title(kind.value, said) for record_id, said in facts}


def _named(
    session: Session, organisation_id: UUID, model: Any, name: Any, ids: Collection[UUID | None]
) -> dict[UUID, str]:
    """The names of these, in one query, or none when there is nothing to ask."""
    if not ids:
        return {}
    asked = sa.select(model.id, name).where(model.organisation_id == organisation_id, model.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(asked)}
