"""Live records in the order of their ids, a page at a time, as rows of an export."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.exporting import ExportRow, case_row, owner_row, pet_row
from phcs.core.exporting.rows import PET_ID, CustomKeys
from phcs.core.history import HISTORY
from phcs.core.records import CaseStatus, RecordKind
from phcs.models.history import HISTORY_TABLES
from phcs.models.records import Case, CasePet, Owner, Pet
from phcs.queries import exporting_history
from phcs.queries.among import among, checked
from phcs.queries.cases import case_says
from phcs.queries.live_facts import facts_of
from phcs.queries.owners import owner_says
from phcs.queries.pets import pet_says
from phcs.queries.planned_records import case_facts, owner_facts, pet_facts
from phcs.queries.searching import RecordFilter, is_shown

ROWS_AT_ONCE = 1_000

TABLES: dict[RecordKind, Any] = {
    RecordKind.OWNER: Owner,
    RecordKind.PET: Pet,
    RecordKind.CASE: Case,
    **HISTORY_TABLES,
}
EXPORTED_KINDS = {HISTORY[kind.value].path if kind.is_history else f"{kind.value}s": kind for kind in TABLES}
"""What can be taken away, by the word of addresses and commands."""

_SAYS: dict[RecordKind, Callable[[str], sa.ColumnElement[bool]]] = {
    RecordKind.OWNER: owner_says,
    RecordKind.PET: pet_says,
    RecordKind.CASE: case_says,
    **exporting_history.SAYS,
}
STATUSES: dict[RecordKind, tuple[Any, tuple[str, ...]]] = {
    RecordKind.CASE: (Case.status, tuple(status.value for status in CaseStatus)),
    **exporting_history.STATUSES,
}
"""Kinds that have a status: its column and its words."""
_MOMENTS: dict[RecordKind, Any] = {
    RecordKind.OWNER: Owner.created_at,
    RecordKind.PET: Pet.created_at,
    RecordKind.CASE: Case.listed_at,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFilter:
    """Which records are wanted; '' and None leave a question open. Archived ones never are.

    `text` and `status` mean what they mean in the lists; only some kinds have a status (`STATUSES`). `source` is as
    records carry it, `import_id` wants whatever that import created, updated or linked. `since` and `until` ask when
    a case was opened or something of a history happened, and when an owner, a pet or a product came here. All but
    cases have the tags of their owner.
    """

    text: str = ""
    status: str = ""
    source: str = ""
    import_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    tag: str = ""


def export_rows(
    session: Session, *, organisation_id: UUID, kind: RecordKind, wanted: ExportFilter
) -> Iterator[ExportRow]:
    """The rows, in a constant number of queries for a thousand; no transaction stays open between two pages.

    So a slow reader holds nothing up; a record that is changed meanwhile is there as it was or as it is.
    """
    after: UUID | None = None
    while True:
        statement = _statement(session, organisation_id, kind, wanted)
        if after is not None:
            statement = statement.where(TABLES[kind].id > after)
        found = session.execute(statement.order_by(TABLES[kind].id).limit(ROWS_AT_ONCE)).all()
        rows = _rows(session, organisation_id, kind, found)
        after = found[-1][0].id if found else None
        session.expunge_all()
        session.rollback()
        yield from rows
        if len(rows) < ROWS_AT_ONCE:
            return


def export_count(
    session: Session,
    *,
    organisation_id: UUID,
    kind: RecordKind,
    wanted: ExportFilter,
    at_most: int | None = None,
) -> int:
    """How many records are wanted; counting stops at `at_most`."""
    found = _statement(session, organisation_id, kind, wanted).with_only_columns(TABLES[kind].id)
    rows = found.limit(at_most).subquery()
    number = session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0
    session.rollback()
    return number


def custom_keys(
    session: Session, *, organisation_id: UUID, kind: RecordKind, wanted: ExportFilter
) -> CustomKeys:
    """The names of the custom fields that the wanted records have; a history tells its owner by id alone."""
    if kind.is_history:
        return CustomKeys()
    found = CustomKeys(
        owner=_keys(session, organisation_id, kind, wanted, Owner.custom),
        case=_keys(session, organisation_id, kind, wanted, Case.custom) if kind is RecordKind.CASE else (),
    )
    session.rollback()
    return found


def _keys(
    session: Session, organisation_id: UUID, kind: RecordKind, wanted: ExportFilter, custom: Any
) -> Collection[str]:
    keys = sa.func.json_each(custom).table_valued("key")
    statement = _statement(session, organisation_id, kind, wanted).join(keys, sa.true())
    return session.scalars(statement.with_only_columns(keys.c.key).distinct()).all()


def _statement(
    session: Session, organisation_id: UUID, kind: RecordKind, wanted: ExportFilter
) -> sa.Select[Any]:
    table = TABLES[kind]
    chosen: sa.Select[Any] = sa.select(Owner)
    if kind.is_history:
        chosen = exporting_history.statement_of(kind, organisation_id)
    elif kind is not RecordKind.OWNER:
        chosen = _with_owner(table, organisation_id)
    shown = RecordFilter(source=wanted.source, import_id=wanted.import_id)
    conditions: list[sa.ColumnElement[bool]] = [
        checked(
            table.organisation_id, organisation_id
        ),  # by an index on it, each page would sort everything anew
        *is_shown(table, organisation_id, shown),
        _SAYS[kind](wanted.text),
    ]
    if wanted.status:
        conditions.append(STATUSES[kind][0] == wanted.status)
    conditions += _in_time(kind, wanted)
    if wanted.tag:
        tags = Case.tags if kind is RecordKind.CASE else Owner.tags
        conditions.append(_has_tag(session, tags, wanted.tag))
    return chosen.where(*conditions)


def _in_time(kind: RecordKind, wanted: ExportFilter) -> list[sa.ColumnElement[bool]]:
    if kind.is_history:
        return exporting_history.in_time(kind, wanted.since, wanted.until)
    found = []
    if wanted.since:
        found.append(_MOMENTS[kind] >= wanted.since)
    if wanted.until:
        found.append(_MOMENTS[kind] < wanted.until)
    return found


def _with_owner(table: Any, organisation_id: UUID) -> sa.Select[Any]:
    return sa.select(table, Owner).join(
        Owner, sa.and_(Owner.id == table.owner_id, checked(Owner.organisation_id, organisation_id))
    )


def _has_tag(session: Session, tags: Any, tag: str) -> sa.ColumnElement[bool]:
    """One of the tags is exactly this."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    unpack = sa.func.json_each if is_sqlite else sa.func.json_array_elements_text
    each = unpack(tags).table_valued("value")
    return sa.exists(sa.select(sa.literal(1)).select_from(each).where(each.c.value == tag))


def _rows(session: Session, organisation_id: UUID, kind: RecordKind, found: Any) -> list[ExportRow]:
    if kind.is_history:
        return exporting_history.rows_of(kind, found)
    if kind is RecordKind.OWNER:
        return [_owner(row[0]) for row in found]
    if kind is RecordKind.PET:
        return [
            _owner(row[1]) | pet_row(pet_facts(facts_of(row[0]))) | {PET_ID: str(row[0].id)} for row in found
        ]
    pets = _pets(session, organisation_id, [row[0].id for row in found])
    return [
        _owner(row[1])
        | case_row(
            row[0].id,
            case_facts(facts_of(row[0])),
            [pet_facts(facts_of(pet)) for pet in pets.get(row[0].id, ())],
        )
        for row in found
    ]


def _owner(owner: Owner) -> ExportRow:
    return owner_row(owner.id, owner_facts(facts_of(owner)))


def _pets(session: Session, organisation_id: UUID, cases: Collection[UUID]) -> dict[UUID, list[Pet]]:
    asked = (
        sa.select(CasePet.case_id, Pet)
        .join(Pet, Pet.id == CasePet.pet_id)
        .where(CasePet.organisation_id == organisation_id, among(session, CasePet.case_id, cases))
        .order_by(Pet.id)
    )
    found: dict[UUID, list[Pet]] = defaultdict(list)
    for case_id, pet in session.execute(asked):
        found[case_id].append(pet)
    return found
