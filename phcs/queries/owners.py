"""Owners: the list, and one owner's page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.merging.words import MergeState
from phcs.core.records import RecordKind
from phcs.models.merges import OwnerMerge
from phcs.models.records import Case, Owner, Pet
from phcs.queries.paging import PAGE_SIZE, Page, page_of
from phcs.queries.pets import PetFilter, PetLine, pet_lines
from phcs.queries.provenance import Provenance, RecordFact, provenance_of, record_facts
from phcs.queries.searching import RecordFilter, Shown, cleaned_search, holds_digits, holds_text, is_shown

MOST_PETS = 200
"""Pets on an owner's page; the pet list has all of them."""


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """An owner in a list."""

    id: UUID
    full_name: str
    phone: str
    email: str
    city: str
    pet_count: int
    case_count: int
    source: str
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class MergedWith:
    """The other owner of a merge that holds."""

    id: UUID
    name: str
    merge_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """An owner with pets, and where it all came from."""

    id: UUID
    full_name: str
    source: str
    archived_at: datetime | None
    facts: tuple[RecordFact, ...]
    created_at: datetime
    updated_at: datetime
    import_id: UUID | None
    pets: Page[PetLine]
    provenance: Provenance
    merged_into: MergedWith | None
    """Who this owner is now."""
    merged_here: tuple[MergedWith, ...]


def owner_lines(
    session: Session,
    *,
    organisation_id: UUID,
    wanted: RecordFilter,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[OwnerLine]:
    """Owners by name, in three queries."""
    statement = sa.select(Owner).where(*_conditions(organisation_id, wanted))
    found = page_of(session, statement, keys=[Owner.full_name, Owner.id], cursor=cursor, size=size)
    ids = [row[0].id for row in found.rows]
    pets = _counted(session, organisation_id, Pet, ids)
    cases = _counted(session, organisation_id, Case, ids)
    return found.of(lambda row: _line(row[0], pets.get(row[0].id, 0), cases.get(row[0].id, 0)))


def owner_page(session: Session, *, organisation_id: UUID, owner_id: UUID) -> OwnerPage:
    """One owner. Raises NotFoundError when this organisation has none with this id."""
    asked = sa.select(Owner).where(Owner.organisation_id == organisation_id, Owner.id == owner_id)
    owner = session.scalars(asked).one_or_none()
    if owner is None:
        raise NotFoundError("There is no such owner.")
    provenance = provenance_of(
        session,
        organisation_id=organisation_id,
        kind=RecordKind.OWNER,
        record_id=owner.id,
    )
    pets = PetFilter(owner_id=owner.id, shown=Shown.ALL)
    return OwnerPage(
        id=owner.id,
        full_name=owner.full_name,
        source=owner.source,
        archived_at=owner.archived_at,
        facts=record_facts(owner, kind=RecordKind.OWNER, origins=provenance.origins),
        created_at=owner.created_at,
        updated_at=owner.updated_at,
        import_id=owner.import_id,
        pets=pet_lines(session, organisation_id=organisation_id, wanted=pets, size=MOST_PETS),
        provenance=provenance,
        merged_into=next(iter(_merges(session, organisation_id, OwnerMerge.other_id, owner.id)), None),
        merged_here=_merges(session, organisation_id, OwnerMerge.kept_id, owner.id),
    )


def _merges(session: Session, organisation_id: UUID, side: Any, owner_id: UUID) -> tuple[MergedWith, ...]:
    """The merges that hold and in which the owner is on this side, each with the one on the other side."""
    there = OwnerMerge.kept_id if side is OwnerMerge.other_id else OwnerMerge.other_id
    asked = (
        sa.select(Owner.id, Owner.full_name, OwnerMerge.id, OwnerMerge.merged_at)
        .join(Owner, sa.and_(Owner.id == there, Owner.organisation_id == organisation_id))
        .where(
            OwnerMerge.organisation_id == organisation_id,
            side == owner_id,
            OwnerMerge.state == MergeState.DONE,
        )
        .order_by(OwnerMerge.id.desc())
        .limit(MOST_PETS)
    )
    return tuple(MergedWith(*row) for row in session.execute(asked))


def owner_says(text: str) -> sa.ColumnElement[bool]:
    """An owner is found by what somebody typed; everybody by nothing."""
    if not (text := cleaned_search(text)):
        return sa.true()
    return sa.or_(
        holds_text(Owner.full_name, text),
        holds_text(Owner.email, text),
        holds_digits(Owner.phone, text),
        holds_digits(Owner.phone2, text),
    )


def _conditions(organisation_id: UUID, wanted: RecordFilter) -> list[sa.ColumnElement[bool]]:
    shown = is_shown(Owner, organisation_id, wanted)
    return [Owner.organisation_id == organisation_id, *shown, owner_says(wanted.text)]


def _counted(
    session: Session, organisation_id: UUID, model: Any, owners: Collection[UUID]
) -> dict[UUID, int]:
    """How many of the owners' pets or cases are not archived."""
    if not owners:
        return {}
    asked = (
        sa.select(model.owner_id, sa.func.count())
        .where(
            model.organisation_id == organisation_id, model.owner_id.in_(owners), model.archived_at.is_(None)
        )
        .group_by(model.owner_id)
    )
    return {row[0]: row[1] for row in session.execute(asked)}


def _line(owner: Owner, pet_count: int, case_count: int) -> OwnerLine:
    return OwnerLine(
        id=owner.id,
        full_name=owner.full_name,
        phone=owner.phone or owner.phone_given,
        email=owner.email,
        city=owner.city,
        pet_count=pet_count,
        case_count=case_count,
        source=owner.source,
        archived_at=owner.archived_at,
    )
