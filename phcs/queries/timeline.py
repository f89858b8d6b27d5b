"""What happened to a pet or an owner, of all kinds, the newest first; page 200 is as quick as page 1."""

import base64
import binascii
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import InvalidInputError
from phcs.core.history import HISTORY, FactType, fact_specs
from phcs.core.records import RecordKind, fact_names
from phcs.models.history import HISTORY_TABLES
from phcs.models.records import Case, CasePet, Pet
from phcs.queries.cases import CaseLine, PetName, lines_of_cases
from phcs.queries.live_facts import TABLES
from phcs.queries.paging import PAGE_SIZE, WRONG_CURSOR, Page
from phcs.queries.searching import RecordFilter, Shown, is_shown

KINDS = (
    RecordKind.CASE,
    RecordKind.MEDICAL_RECORD,
    RecordKind.VACCINATION,
    RecordKind.APPOINTMENT,
    RecordKind.INVOICE,
    RecordKind.PAYMENT,
    RecordKind.DOCUMENT,
)
"""The kinds that a history is made of; of one moment they come in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineOf:
    """Whose history: an owner's, or a pet's; and what of it is wanted."""

    organisation_id: UUID
    owner_id: UUID | None = None
    pet_id: UUID | None = None
    kind: RecordKind | None = None
    source: str = ""
    import_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One record of a history. `facts` are typed as its columns are; of a case they are in `case`."""

    kind: RecordKind
    id: UUID
    when: datetime | date | None
    source: str
    facts: Mapping[str, Any]
    pet: PetName | None = None
    case: CaseLine | None = None


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where an entry stands; a larger one is shown earlier. Without a time it is the earliest of all."""

    moment: datetime
    rank: int
    id: UUID


_NEVER = datetime(1, 1, 2, tzinfo=UTC)


def timeline(
    session: Session, *, of: TimelineOf, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[TimelineEntry]:
    """A page of the history, in two or three queries for each kind, each by its own index.

    The page has no way back but to the newest. Raises InvalidInputError for a cursor that it did not give.
    """
    before = _place_of(cursor) if cursor else None
    kinds = [kind for kind in KINDS if of.kind in {None, kind}]
    places = [place for kind in kinds for place in _dated(session, of, kind, before, size + 1)]
    if len(places) <= size:
        places += [place for kind in kinds for place in _undated(session, of, kind, before, size + 1)]
    places = sorted(places, reverse=True)[: size + 1]
    entries = _entries(session, of, places[:size])
    more = len(places) > size
    return Page(entries, next=_cursor(places[size - 1]) if more else None)


@dataclass(frozen=True, slots=True)
class TimelineContents:
    """How many records of each kind a history has, kinds without any left out, and where they came from."""

    counts: dict[RecordKind, int]
    sources: tuple[str, ...]


def timeline_contents(session: Session, *, of: TimelineOf) -> TimelineContents:
    """What there is in a history, whatever kind is wanted, in one query for each kind."""
    counts: dict[RecordKind, int] = {}
    sources: set[str] = set()
    for kind in KINDS:
        table = _table(kind)
        asked = sa.select(table.source, sa.func.count()).where(*_of(table, of, kind)).group_by(table.source)
        for source, number in session.execute(asked):
            counts[kind] = counts.get(kind, 0) + number
            sources.add(source)
    return TimelineContents(counts, tuple(sorted(sources)))


def _table(kind: RecordKind) -> Any:
    return Case if kind is RecordKind.CASE else HISTORY_TABLES[kind]


def _when(kind: RecordKind) -> Any:
    return Case.listed_at if kind is RecordKind.CASE else getattr(_table(kind), HISTORY[kind.value].when)


def _is_day(kind: RecordKind) -> bool:
    return kind.is_history and fact_specs(kind.value)[HISTORY[kind.value].when].type is FactType.DAY


def _of(table: Any, of: TimelineOf, kind: RecordKind) -> list[sa.ColumnElement[bool]]:
    shown = RecordFilter(source=of.source, import_id=of.import_id, shown=Shown.ALL)
    found = [table.organisation_id == of.organisation_id, *is_shown(table, of.organisation_id, shown)]
    if of.owner_id:
        found.append(table.owner_id == of.owner_id)
    if of.pet_id and kind is RecordKind.CASE:
        named = sa.select(CasePet.case_id).where(
            CasePet.organisation_id == of.organisation_id, CasePet.pet_id == of.pet_id
        )
        found.append(Case.id.in_(named))
    elif of.pet_id:
        found.append(table.pet_id == of.pet_id if hasattr(table, "pet_id") else sa.false())
    return found


def _dated(
    session: Session, of: TimelineOf, kind: RecordKind, before: _Place | None, limit: int
) -> Iterable[_Place]:
    table, when, rank = _table(kind), _when(kind), _rank(kind)
    conditions = [*_of(table, of, kind), when.is_not(None)]
    if before is not None:
        conditions.append(_earlier(kind, before))
    asked = sa.select(when, table.id).where(*conditions).order_by(when.desc(), table.id.desc()).limit(limit)
    for found, record_id in session.execute(asked):
        yield _Place(_moment(found), rank, record_id)


def _undated(
    session: Session, of: TimelineOf, kind: RecordKind, before: _Place | None, limit: int
) -> Iterable[_Place]:
    table, rank = _table(kind), _rank(kind)
    conditions = [*_of(table, of, kind), _when(kind).is_(None)]
    if before is not None and before.moment == _NEVER:
        if rank > before.rank:
            return
        if rank == before.rank:
            conditions.append(table.id < before.id)
    asked = sa.select(table.id).where(*conditions).order_by(table.id.desc()).limit(limit)
    for record_id in session.scalars(asked):
        yield _Place(_NEVER, rank, record_id)


def _rank(kind: RecordKind) -> int:
    return len(KINDS) - KINDS.index(kind)


def _moment(found: datetime | date) -> datetime:
    return found if isinstance(found, datetime) else datetime.combine(found, time(), UTC)


def _earlier(kind: RecordKind, before: _Place) -> sa.ColumnElement[bool]:
    """Records that stand after this place. A day counts as its first moment."""
    key, when, rank = _table(kind).id, _when(kind), _rank(kind)
    here: Any = before.moment
    is_same: sa.ColumnElement[bool] = sa.true()
    if _is_day(kind):
        here = before.moment.date()
        if before.moment != _moment(here):
            return when <= here  # type: ignore[no-any-return]
    if rank == before.rank:
        is_same = key < before.id
    elif rank > before.rank:
        is_same = sa.false()
    return sa.or_(when < here, sa.and_(when == here, is_same))


def _entries(session: Session, of: TimelineOf, places: Sequence[_Place]) -> tuple[TimelineEntry, ...]:
    by_kind: dict[RecordKind, list[UUID]] = {}
    for place in places:
        by_kind.setdefault(KINDS[len(KINDS) - place.rank], []).append(place.id)
    found: dict[UUID, TimelineEntry] = {}
    for kind, ids in by_kind.items():
        load = _cases if kind is RecordKind.CASE else _records
        found |= {entry.id: entry for entry in load(session, of, kind, ids)}
    return tuple(found[place.id] for place in places if place.id in found)


def _cases(
    session: Session, of: TimelineOf, kind: RecordKind, ids: Collection[UUID]
) -> Iterable[TimelineEntry]:
    for line in lines_of_cases(session, organisation_id=of.organisation_id, ids=ids):
        yield TimelineEntry(kind, line.id, line.opened_at, line.source, {}, case=line)


def _records(
    session: Session, of: TimelineOf, kind: RecordKind, ids: Collection[UUID]
) -> Iterable[TimelineEntry]:
    table, names = TABLES[kind], fact_names(kind)
    rows: Sequence[Any] = session.scalars(
        sa.select(table).where(table.organisation_id == of.organisation_id, table.id.in_(ids))
    ).all()
    pets = _pets(session, of, {pet for row in rows if (pet := getattr(row, "pet_id", None))})
    when = HISTORY[kind.value].when
    for row in rows:
        facts = {name: getattr(row, name) for name in names}
        yield TimelineEntry(kind, row.id, facts[when], row.source, facts, pets.get(facts.get("pet_id")))


def _pets(session: Session, of: TimelineOf, ids: Collection[UUID]) -> dict[UUID | None, PetName]:
    if not ids or of.pet_id:
        return {}
    asked = sa.select(Pet.id, Pet.name, Pet.species).where(
        Pet.organisation_id == of.organisation_id, Pet.id.in_(ids)
    )
    return {pet_id: PetName(pet_id, name, species) for pet_id, name, species in session.execute(asked)}


def _cursor(place: _Place) -> str:
    told = orjson.dumps([place.moment.isoformat(), place.rank, str(place.id)])
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def _place_of(cursor: str) -> _Place:
    try:
        moment, rank, key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = _Place(datetime.fromisoformat(moment), int(rank), UUID(key))
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as error:
        raise InvalidInputError(WRONG_CURSOR) from error
    if place.moment.tzinfo is None or not 1 <= place.rank <= len(KINDS):
        raise InvalidInputError(WRONG_CURSOR)
    return place
