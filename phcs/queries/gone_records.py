"""Records that earlier imports brought from a source and that this import's file does not name any more."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind
from phcs.models.imports import Import
from phcs.models.plans import PlanRow
from phcs.models.records import ExternalId
from phcs.queries.source_tables import tables_in_plan

FIRST = 20
"""So many records of a kind are shown."""


@dataclass(frozen=True, slots=True)
class GoneRecords:
    """The records of one kind that no row names; they are listed and never deleted.

    That they are gone from the source follows only where the file holds all of its records of the kind.
    """

    kind: RecordKind
    source: str
    number: int
    first: tuple[tuple[str, UUID], ...]
    """The source's own id and the record, in the order of the ids."""


def gone_records(session: Session, *, organisation_id: UUID, import_id: UUID) -> tuple[GoneRecords, ...]:
    """What the import's tables leave out of what their sources named before, by kind; () where nothing is.

    Reads all ids of the kinds in question: two queries for each kind, no row of them is held in memory.
    """
    found = session.scalar(
        sa.select(Import).where(Import.organisation_id == organisation_id, Import.id == import_id)
    )
    if found is None:
        return ()
    numbers: dict[tuple[RecordKind, str], list[int]] = {}
    for table in tables_in_plan(session, found):
        numbers.setdefault((table.kind, table.source), []).append(table.table_no)
    gone = [_of_kind(session, found, kind, source, tables) for (kind, source), tables in numbers.items()]
    return tuple(one for one in gone if one.number)


def _of_kind(
    session: Session, found: Import, kind: RecordKind, source: str, tables: list[int]
) -> GoneRecords:
    of_source = (
        ExternalId.organisation_id == found.organisation_id,
        ExternalId.source == source,
        ExternalId.kind == kind,
        ExternalId.import_id != found.id,
    )
    named = sa.select(PlanRow.external_id).where(
        PlanRow.organisation_id == found.organisation_id,
        PlanRow.import_id == found.id,
        PlanRow.table_no.in_(tables),
    )
    gone = sa.select(ExternalId.external_id).where(*of_source).except_(named).subquery()
    number = session.scalar(sa.select(sa.func.count()).select_from(gone)) or 0
    first: list[Any] = []
    if number:
        first = list(
            session.execute(
                sa.select(ExternalId.external_id, ExternalId.record_id)
                .where(*of_source, ExternalId.external_id.in_(sa.select(gone.c.external_id)))
                .order_by(ExternalId.external_id)
                .limit(FIRST)
            )
        )
    return GoneRecords(kind, source, number, tuple((row.external_id, row.record_id) for row in first))
