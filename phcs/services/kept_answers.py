"""What was answered about two people is kept for later imports, and taken back on the owner's page."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import NotFoundError
from phcs.core.matching.incoming import incoming_person
from phcs.core.permissions import Permission
from phcs.core.records import record_from_json
from phcs.core.row_places import RowPlace, told_table
from phcs.models.imports import Import, StagedRow
from phcs.models.plans import KeptAnswer
from phcs.queries.among import among, at_places
from phcs.queries.source_tables import tables_in_plan
from phcs.services import auditing, bulk
from phcs.services.transactions import transaction

COLUMNS = (
    "organisation_id",
    "person",
    "owner_id",
    "same",
    "import_id",
    "row_no",
    "table_no",
    "decided_by",
    "decided_by_name",
    "decided_at",
)
Pairs = Mapping[tuple[str, UUID], tuple[RowPlace, bool]]
"""By incoming person and owner: the row that named the person, and whether they are the same."""


def persons_of_rows(session: Session, found: Import, places: Collection[RowPlace]) -> dict[RowPlace, str]:
    """Whom each staged row names; rows whose owner could be anybody are missing."""
    sources = {table.table_no: table.source for table in tables_in_plan(session, found)}
    rows = session.execute(
        sa.select(StagedRow.table_no, StagedRow.row_no, StagedRow.record).where(
            StagedRow.organisation_id == found.organisation_id,
            StagedRow.import_id == found.id,
            at_places(session, StagedRow, places),
        )
    )
    persons = {}
    for table_no, row_no, data in rows:
        record = record_from_json(data)
        if record.owner is not None:
            persons[RowPlace(table_no, row_no)] = incoming_person(
                record.owner,
                record.pets,
                source=sources[table_no],
                external_id=record.owner_external_id,
            )
    return {place: person for place, person in persons.items() if person}


def keep_answers(session: Session, found: Import, *, actor: Actor, now: datetime, pairs: Pairs) -> None:
    """Keep these answers; an earlier one about the same two gives way."""
    forget_answers(session, found.organisation_id, pairs)
    who = (actor.id, actor.name, now)
    rows = [
        (found.organisation_id, person, owner_id, same, found.id, place.row_no, place.table_no, *who)
        for (person, owner_id), (place, same) in pairs.items()
    ]
    bulk.insert_rows(session, KeptAnswer, COLUMNS, rows)


def forget_answers(session: Session, organisation_id: UUID, pairs: Collection[tuple[str, UUID]]) -> None:
    """Forget what is kept about these people and owners."""
    kept = session.execute(
        sa.select(KeptAnswer.person, KeptAnswer.owner_id).where(
            KeptAnswer.organisation_id == organisation_id,
            among(session, KeptAnswer.person, {person for person, _ in pairs}),
        )
    )
    wanted = set(pairs)
    gone = [{"who": one.person, "whom": one.owner_id} for one in kept if tuple(one) in wanted]
    if gone:
        session.connection().execute(
            sa.delete(KeptAnswer.__table__).where(  # type: ignore[arg-type]
                KeptAnswer.organisation_id == organisation_id,
                KeptAnswer.person == sa.bindparam("who"),
                KeptAnswer.owner_id == sa.bindparam("whom"),
            ),
            gone,
        )


def take_back_kept_answer(*, actor: Actor, now: datetime, owner_id: UUID, person: str) -> None:
    """Let later imports ask again whether this person is the owner. Plans that are made already stay as they are.

    Raises NotFoundError when nothing is kept about the two.
    """
    actor.require(Permission.DECIDE_DUPLICATES)
    with transaction() as session:
        kept = session.get(KeptAnswer, (actor.organisation_id, person, owner_id), with_for_update=True)
        if kept is None:
            raise NotFoundError("Nothing is kept about these two people.")
        said = {"same": kept.same, "kept_since": kept.decided_at.isoformat()}
        detail = said | told_table(kept.table_no)
        import_id, row_no = kept.import_id, kept.row_no
        session.delete(kept)
        auditing.record(
            session,
            actor=actor,
            now=now,
            action="match.forgotten",
            subject_kind="owner",
            subject_id=owner_id,
            import_id=import_id,
            row_no=row_no,
            detail=detail,
        )
