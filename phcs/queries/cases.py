"""Cases: the list, one page, and the lines that other pages show of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.records import CaseStatus, RecordKind, ServiceType
from phcs.models.records import Case, CasePet, Owner, Pet
from phcs.queries.paging import PAGE_SIZE, Page, page_of
from phcs.queries.provenance import Provenance, RecordFact, provenance_of, record_facts
from phcs.queries.searching import RecordFilter, cleaned_search, holds_text, is_shown

MOMENT = Case.listed_at
"""By which cases are sorted: when it was opened, else when it came here."""


@dataclass(frozen=True, slots=True)
class CaseFilter(RecordFilter):
    """Which cases are wanted; the default wants all that are not archived."""

    status: CaseStatus | None = None
    service: ServiceType | None = None
    owner_id: UUID | None = None
    pet_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PetName:
    """A pet as a case names it; the name may be unknown ('')."""

    id: UUID
    name: str
    species: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list or a timeline."""

    id: UUID
    status: str
    services: tuple[str, ...]
    service_given: str
    opened_at: datetime | None
    closed_at: datetime | None
    outcome: str
    location: str
    notes: str
    owner_id: UUID
    owner_name: str
    pets: tuple[PetName, ...]
    source: str
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with its owner, pets, and where it came from."""

    line: CaseLine
    facts: tuple[RecordFact, ...]
    pet_count: int | None
    created_at: datetime
    updated_at: datetime
    import_id: UUID | None
    provenance: Provenance


def case_lines(
    session: Session,
    *,
    organisation_id: UUID,
    wanted: CaseFilter,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[CaseLine]:
    """Cases, the newest first, in two queries."""
    found = page_of(
        session,
        sa.select(Case, Owner.full_name)
        .join(Owner, sa.and_(Owner.id == Case.owner_id, Owner.organisation_id == organisation_id))
        .where(*_conditions(organisation_id, wanted)),
        keys=[MOMENT, Case.id],
        cursor=cursor,
        size=size,
        descending=True,
    )
    pets = _pets_of(session, organisation_id, [row[0].id for row in found.rows])
    return found.of(lambda row: _line(row[0], row[1], pets.get(row[0].id, ())))


def lines_of_cases(session: Session, *, organisation_id: UUID, ids: Collection[UUID]) -> tuple[CaseLine, ...]:
    """These cases, in no order, in two queries."""
    rows = session.execute(
        sa.select(Case, Owner.full_name)
        .join(Owner, sa.and_(Owner.id == Case.owner_id, Owner.organisation_id == organisation_id))
        .where(Case.organisation_id == organisation_id, Case.id.in_(ids))
    ).all()
    pets = _pets_of(session, organisation_id, ids)
    return tuple(_line(case, owner_name, pets.get(case.id, ())) for case, owner_name in rows)


def case_page(session: Session, *, organisation_id: UUID, case_id: UUID) -> CasePage:
    """One case. Raises NotFoundError when this organisation has none with this id."""
    asked = (
        sa.select(Case, Owner.full_name)
        .join(Owner, sa.and_(Owner.id == Case.owner_id, Owner.organisation_id == organisation_id))
        .where(Case.organisation_id == organisation_id, Case.id == case_id)
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        raise NotFoundError("There is no such case.")
    case, owner_name = found
    provenance = provenance_of(
        session,
        organisation_id=organisation_id,
        kind=RecordKind.CASE,
        record_id=case.id,
    )
    return CasePage(
        line=_line(case, owner_name, _pets_of(session, organisation_id, [case.id]).get(case.id, ())),
        facts=record_facts(case, kind=RecordKind.CASE, origins=provenance.origins),
        pet_count=case.pet_count,
        created_at=case.created_at,
        updated_at=case.updated_at,
        import_id=case.import_id,
        provenance=provenance,
    )


def case_says(text: str) -> sa.ColumnElement[bool]:
    """A case (beside its owner) is found by what somebody typed; every case by nothing."""
    if not (text := cleaned_search(text)):
        return sa.true()
    return sa.or_(holds_text(Owner.full_name, text), holds_text(Case.notes, text))


def _conditions(organisation_id: UUID, wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    found = [Case.organisation_id == organisation_id, *is_shown(Case, organisation_id, wanted)]
    found.append(case_says(wanted.text))
    if wanted.status:
        found.append(Case.status == wanted.status)
    if wanted.service:
        found.append(sa.cast(Case.services, sa.Text).contains(f'"{wanted.service.value}"'))
    if wanted.owner_id:
        found.append(Case.owner_id == wanted.owner_id)
    if wanted.pet_id:
        cases = sa.select(CasePet.case_id).where(
            CasePet.organisation_id == organisation_id, CasePet.pet_id == wanted.pet_id
        )
        found.append(Case.id.in_(cases))
    return found


def _pets_of(
    session: Session, organisation_id: UUID, cases: Collection[UUID]
) -> dict[UUID, tuple[PetName, ...]]:
    if not cases:
        return {}
    asked = (
        sa.select(CasePet.case_id, Pet.id, Pet.name, Pet.species)
        .join(Pet, Pet.id == CasePet.pet_id)
        .where(CasePet.organisation_id == organisation_id, CasePet.case_id.in_(cases))
        .order_by(Pet.name, Pet.id)
    )
    found: dict[UUID, list[PetName]] = defaultdict(list)
    for case_id, pet_id, name, species in session.execute(asked):
        found[case_id].append(PetName(pet_id, name, species))
    return {case_id: tuple(pets) for case_id, pets in found.items()}


def _line(case: Case, owner_name: str, pets: tuple[PetName, ...]) -> CaseLine:
    return CaseLine(
        id=case.id,
        status=case.status.value,
        services=tuple(case.services),
        service_given=case.service_given,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        location=case.location,
        notes=case.notes,
        owner_id=case.owner_id,
        owner_name=owner_name,
        pets=pets,
        source=case.source,
        archived_at=case.archived_at,
    )
