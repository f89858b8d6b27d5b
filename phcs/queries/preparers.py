"""Who prepared an import: uploaded it, edited it, or decided on its duplicates."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.models.imports import Import
from phcs.models.organisations import ApiKey, Person
from phcs.models.plans import MatchDecision


@dataclass(frozen=True, slots=True)
class Hands:
    """Through whose hands an import went: names, and for deciders how many questions each has answered."""

    editors: tuple[str, ...]
    deciders: tuple[tuple[str, int], ...]


def prepared_by(session: Session, *, organisation_id: UUID, import_id: UUID) -> frozenset[str]:
    """The ids of everybody who prepared the import; with a key also whoever made the key."""
    found = session.execute(
        sa.select(Import.uploaded_by, Import.edited_by).where(
            Import.organisation_id == organisation_id, Import.id == import_id
        )
    ).one_or_none()
    if found is None:
        return frozenset()
    deciders = session.scalars(
        sa.select(MatchDecision.decided_by)
        .where(
            MatchDecision.organisation_id == organisation_id,
            MatchDecision.import_id == import_id,
            MatchDecision.decided_by.is_not(None),
        )
        .distinct()
    )
    uploader = {str(found.uploaded_by)} if found.uploaded_by else set()
    ids = {*uploader, *map(str, found.edited_by), *map(str, deciders)}
    return people_behind(session, organisation_id=organisation_id, ids=ids)


def own_ids(session: Session, *, organisation_id: UUID, person_id: UUID) -> frozenset[UUID]:
    """The person's id and those of the keys that they made."""
    keys = session.scalars(
        sa.select(ApiKey.id).where(ApiKey.organisation_id == organisation_id, ApiKey.created_by == person_id)
    )
    return frozenset({person_id, *keys})


def prepared_among(
    session: Session, *, organisation_id: UUID, import_ids: Collection[UUID], own: Collection[UUID]
) -> frozenset[UUID]:
    """Which of these imports somebody with these ids (`own_ids`) prepared. Two queries, however many imports."""
    found = session.execute(
        sa.select(Import.id, Import.uploaded_by, Import.edited_by).where(
            Import.organisation_id == organisation_id, Import.id.in_(import_ids)
        )
    )
    texts = {str(one) for one in own}
    prepared = {row.id for row in found if row.uploaded_by in own or texts & set(row.edited_by)}
    decided = session.scalars(
        sa.select(MatchDecision.import_id)
        .where(
            MatchDecision.organisation_id == organisation_id,
            MatchDecision.import_id.in_(import_ids),
            MatchDecision.decided_by.in_(own),
        )
        .distinct()
    )
    return frozenset(prepared | set(decided))


def people_behind(session: Session, *, organisation_id: UUID, ids: Collection[str]) -> frozenset[str]:
    """These ids, and for those that are keys also whoever made the key."""
    makers = session.scalars(
        sa.select(ApiKey.created_by).where(
            ApiKey.organisation_id == organisation_id,
            ApiKey.id.in_([UUID(one) for one in ids]),
            ApiKey.created_by.is_not(None),
        )
    )
    return frozenset(ids) | {str(maker) for maker in makers}


def hands_of(
    session: Session, *, organisation_id: UUID, import_id: UUID, edited_by: Collection[str]
) -> Hands:
    """The names of those who edited the import and of those who decided on its duplicates."""
    ids = [UUID(one) for one in edited_by]
    people = session.scalars(
        sa.select(Person.name).where(Person.organisation_id == organisation_id, Person.id.in_(ids))
    )
    keys = session.scalars(
        sa.select(ApiKey.name).where(ApiKey.organisation_id == organisation_id, ApiKey.id.in_(ids))
    )
    deciders = session.execute(
        sa.select(MatchDecision.decided_by_name, sa.func.count())
        .where(MatchDecision.organisation_id == organisation_id, MatchDecision.import_id == import_id)
        .group_by(MatchDecision.decided_by_name)
        .order_by(MatchDecision.decided_by_name)
    )
    return Hands(
        editors=tuple(sorted({*people, *keys})),
        deciders=tuple((name, number) for name, number in deciders),
    )
