"""Merges of an organisation: the list, what one did, and what undoing it would do now."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from phcs.core.errors import NotFoundError
from phcs.core.merging.done import MergeDone
from phcs.core.merging.undoing import LiveCase, LivePet, MergedWorld, MergeUndo, work_out_undo
from phcs.core.merging.words import MergeState
from phcs.core.records import RecordKind, fact_names
from phcs.models.audit import AuditEvent
from phcs.models.merges import OwnerMerge
from phcs.models.records import Case, CasePet, ExternalId, Owner, Pet
from phcs.queries.among import among, checked
from phcs.queries.live_facts import LISTS, PLAIN, fact_value
from phcs.queries.merging_history import history_now, history_since
from phcs.queries.paging import PAGE_SIZE, Page, page_of


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge in a list; names are '' for owners that are gone."""

    id: UUID
    state: MergeState
    kept_id: UUID
    kept_name: str
    other_id: UUID
    other_name: str
    merged_by_name: str
    merged_at: datetime
    undone_by_name: str
    undone_at: datetime | None
    is_forgotten: bool
    """Whether what undoing needs was deleted because its date had come."""
    counts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MergePage:
    """A merge, and what undoing it would do now; `undo` is None when it was undone or cannot be.

    `later` is the merge that would have to be undone first.
    """

    line: MergeLine
    undo: MergeUndo | None
    later: MergeLine | None = None


def merge_lines(
    session: Session,
    *,
    organisation_id: UUID,
    owner_id: UUID | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[MergeLine]:
    """Merges, the newest first; those of one owner if named. One query."""
    statement = _lines(organisation_id)
    if owner_id is not None:
        statement = statement.where(sa.or_(OwnerMerge.kept_id == owner_id, OwnerMerge.other_id == owner_id))
    found = page_of(session, statement, keys=[OwnerMerge.id], cursor=cursor, size=size, descending=True)
    return found.of(_line)


def merge_page(session: Session, *, organisation_id: UUID, merge_id: UUID) -> MergePage:
    """One merge. Raises NotFoundError when the organisation has none with this id."""
    row = session.execute(_lines(organisation_id).where(OwnerMerge.id == merge_id)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such merge.")
    line, merge = _line(row), row[0]
    later = later_merge(session, merge)
    if line.state is MergeState.UNDONE or line.is_forgotten or later is not None:
        return MergePage(line, None, later)
    return MergePage(line, undo_of(session, merge))


def later_merge(session: Session, merge: OwnerMerge) -> MergeLine | None:
    """A merge that holds and needs this one: it merged the same owner again. The newest, which goes first."""
    if merge.state is not MergeState.DONE:
        return None
    found = session.execute(
        _lines(merge.organisation_id)
        .where(
            OwnerMerge.id > merge.id,
            OwnerMerge.state == MergeState.DONE,
            sa.or_(OwnerMerge.kept_id == merge.kept_id, OwnerMerge.other_id == merge.kept_id),
        )
        .order_by(OwnerMerge.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else _line(found)


def undo_of(session: Session, merge: OwnerMerge) -> MergeUndo:
    """What undoing this merge does to the records as they are now, in a constant number of queries.

    Raises NotFoundError when one of the two owners is not there any more.
    """
    done = MergeDone.from_json(merge.body)
    return work_out_undo(done, _world(session, merge, done), kept_id=merge.kept_id)


def _world(session: Session, merge: OwnerMerge, done: MergeDone) -> MergedWorld:
    organisation_id = merge.organisation_id
    owners = {
        row.id: row
        for row in session.execute(
            sa.select(*Owner.__table__.columns).where(
                Owner.organisation_id == organisation_id, Owner.id.in_((merge.kept_id, merge.other_id))
            )
        )
    }
    if len(owners) < 2:
        raise NotFoundError("One of the two owners is not there any more, so this merge cannot be undone.")
    kept = owners[merge.kept_id]
    pets_of_cases = {case for one in done.merged_pets for case in (*one.cases, *one.cases_of_both)}
    touched = {*done.pets, *(pet for one in done.merged_pets for pet in (one.pet_id, one.into))}
    known = {*done.own, *touched, *done.cases}
    return MergedWorld(
        kept_version=kept.version,
        kept_facts=_facts(RecordKind.OWNER, kept),
        other_version=owners[merge.other_id].version,
        pets=_pets(session, organisation_id, touched),
        cases=_cases(session, organisation_id, {*done.cases, *pets_of_cases}),
        names=_names(session, organisation_id, {one.after for one in done.names}),
        pets_since=_pets_since(session, merge, known),
        cases_since=frozenset(
            session.scalars(
                sa.select(Case.id).where(
                    Case.organisation_id == organisation_id, Case.owner_id == merge.kept_id
                )
            )
        )
        - known,
        raised=_raised_by_later_merges(
            session, merge, {*done.pets, *done.cases, *(one.record_id for one in done.history)}
        ),
        history=history_now(session, organisation_id=organisation_id, moved=done.history),
        history_since=history_since(
            session, organisation_id=organisation_id, owner_id=merge.kept_id, since=merge.merged_at
        ),
    )


def _raised_by_later_merges(session: Session, merge: OwnerMerge, ids: Collection[UUID]) -> Counter[UUID]:
    """How often later merges, all undone by now, and their undoing have raised the versions of these records."""
    later = session.scalars(
        sa.select(OwnerMerge.id).where(
            OwnerMerge.organisation_id == merge.organisation_id, OwnerMerge.id > merge.id
        )
    )
    merges = {str(one) for one in later}
    if not merges:
        return Counter()
    events = session.execute(
        sa.select(AuditEvent.subject_id, AuditEvent.detail).where(
            checked(AuditEvent.organisation_id, merge.organisation_id),
            among(session, AuditEvent.subject_id, ids),
        )
    )
    return Counter(event.subject_id for event in events if (event.detail or {}).get("merge") in merges)


def _pets(session: Session, organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, LivePet]:
    rows = session.execute(
        sa.select(*Pet.__table__.columns).where(
            checked(Pet.organisation_id, organisation_id), among(session, Pet.id, ids)
        )
    )
    return {
        row.id: LivePet(
            row.owner_id, row.version, row.name, row.archived_at is not None, _facts(RecordKind.PET, row)
        )
        for row in rows
    }


def _pets_since(session: Session, merge: OwnerMerge, known: Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(
        sa.select(Pet.id, Pet.name)
        .where(Pet.organisation_id == merge.organisation_id, Pet.owner_id == merge.kept_id)
        .order_by(Pet.id)
    )
    return {row.id: row.name for row in rows if row.id not in known}


def _cases(session: Session, organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, LiveCase]:
    pets: dict[UUID, set[UUID]] = {case: set() for case in ids}
    linked = session.execute(
        sa.select(CasePet.case_id, CasePet.pet_id).where(
            checked(CasePet.organisation_id, organisation_id), among(session, CasePet.case_id, ids)
        )
    )
    for case_id, pet_id in linked:
        pets[case_id].add(pet_id)
    rows = session.execute(
        sa.select(Case.id, Case.owner_id, Case.version).where(
            checked(Case.organisation_id, organisation_id), among(session, Case.id, ids)
        )
    )
    return {row.id: LiveCase(row.owner_id, row.version, frozenset(pets[row.id])) for row in rows}


def _names(
    session: Session, organisation_id: UUID, records: Collection[UUID]
) -> dict[tuple[str, str, str], UUID]:
    rows = session.execute(
        sa.select(ExternalId.source, ExternalId.kind, ExternalId.external_id, ExternalId.record_id).where(
            checked(ExternalId.organisation_id, organisation_id),
            among(session, ExternalId.record_id, records),
        )
    )
    return {(row.source, row.kind.value, row.external_id): row.record_id for row in rows}


def _facts(kind: RecordKind, row: Any) -> dict[str, Any]:
    return {name: _as_json(name, getattr(row, name)) for name in fact_names(kind)}


def _as_json(name: str, value: Any) -> Any:
    if name in PLAIN:
        return value
    return list(value or ()) if name in LISTS else fact_value(name, value)


def _lines(organisation_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    kept, other = aliased(Owner), aliased(Owner)
    lines: sa.Select[*tuple[Any, ...]] = (
        sa.select(OwnerMerge, kept.full_name, other.full_name)
        .outerjoin(kept, sa.and_(kept.id == OwnerMerge.kept_id, kept.organisation_id == organisation_id))
        .outerjoin(other, sa.and_(other.id == OwnerMerge.other_id, other.organisation_id == organisation_id))
        .where(OwnerMerge.organisation_id == organisation_id)
    )
    return lines


def _line(row: Any) -> MergeLine:
    merge: OwnerMerge = row[0]
    return MergeLine(
        id=merge.id,
        state=merge.state,
        kept_id=merge.kept_id,
        kept_name=row[1] or "",
        other_id=merge.other_id,
        other_name=row[2] or "",
        merged_by_name=merge.merged_by_name,
        merged_at=merge.merged_at,
        undone_by_name=merge.undone_by_name,
        undone_at=merge.undone_at,
        is_forgotten=merge.forgotten_at is not None,
        counts=merge.counts,
    )
