"""Live owners and their pets as matching needs them, thousands at a time: plain columns, no mapped objects."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.known import KnownPet
from phcs.core.records import OwnerFacts, PetFacts, RecordKind, fact_names
from phcs.models.records import Owner, Pet
from phcs.queries.among import among, checked
from phcs.queries.stored_values import json_text

OWNER_NAMES, PET_NAMES = fact_names(RecordKind.OWNER), fact_names(RecordKind.PET)
OWNER_DATE, PET_DATE = OWNER_NAMES.index("birth_date"), PET_NAMES.index("birth_date")
TAGS, CUSTOM = OWNER_NAMES.index("tags"), OWNER_NAMES.index("custom")
NO_TAGS, NO_CUSTOM = "[]", "{}"


def live_owners(
    session: Session, organisation_id: UUID, ids: Collection[UUID]
) -> Iterator[tuple[UUID, int, OwnerFacts]]:
    """The owners that are not archived, each with version and facts."""
    columns = Owner.__table__.c
    stored = [
        json_text(session, columns[name]) if name in {"tags", "custom"} else columns[name]
        for name in OWNER_NAMES
    ]
    rows = session.execute(
        sa.select(columns.id, columns.version, *stored).where(
            checked(columns.organisation_id, organisation_id),
            among(session, columns.id, ids),
            columns.archived_at.is_(None),
        )
    )
    for owner_id, version, *values in rows:
        values[OWNER_DATE] = _date(values[OWNER_DATE])
        tags, custom = values[TAGS], values[CUSTOM]
        values[TAGS] = () if tags == NO_TAGS else tuple(orjson.loads(tags))
        values[CUSTOM] = {} if custom == NO_CUSTOM else orjson.loads(custom)
        yield owner_id, version, OwnerFacts(*values)


def live_pets(
    session: Session, organisation_id: UUID, owner_ids: Collection[UUID]
) -> Iterator[tuple[UUID, KnownPet]]:
    """The pets of these owners that are not archived, each with the owner's id."""
    columns = Pet.__table__.c
    rows = session.execute(
        sa.select(
            columns.id, columns.owner_id, columns.version, *[columns[name] for name in PET_NAMES]
        ).where(
            checked(columns.organisation_id, organisation_id),
            among(session, columns.owner_id, owner_ids),
            columns.archived_at.is_(None),
        )
    )
    for pet_id, owner_id, version, *values in rows:
        values[PET_DATE] = _date(values[PET_DATE])
        yield owner_id, KnownPet(id=pet_id, version=version, planned=False, facts=PetFacts(*values))


def _date(value: date | None) -> Any:
    return value.isoformat() if value else ""
