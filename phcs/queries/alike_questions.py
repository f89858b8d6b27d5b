"""Open questions of the same kind: what one answer may be given to."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.row_places import RowPlace
from phcs.models.imports import Import
from phcs.models.plans import PlanRow

NO_ANSWER = PlanRow.answer == sa.literal_column("''")
"""In words that the index over open questions has."""


def alike_rows(
    session: Session, *, organisation_id: UUID, import_id: UUID, place: RowPlace, limit: int
) -> list[tuple[RowPlace, UUID]]:
    """The first open questions of the same kind as this row's, itself among them: row and owner, in file order."""
    conditions = alike_to(session, organisation_id=organisation_id, import_id=import_id, place=place)
    found = session.execute(
        sa.select(PlanRow.table_no, PlanRow.row_no, PlanRow.owner_id)
        .where(*conditions)
        .order_by(PlanRow.table_no, PlanRow.row_no)
        .limit(limit)
    )
    return [(RowPlace(row.table_no, row.row_no), row.owner_id) for row in found]


def alike_to(
    session: Session, *, organisation_id: UUID, import_id: UUID, place: RowPlace
) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of open questions of the same kind as this row's."""
    kind = session.scalar(
        sa.select(PlanRow.question).where(
            PlanRow.organisation_id == organisation_id,
            PlanRow.import_id == import_id,
            PlanRow.table_no == place.table_no,
            PlanRow.row_no == place.row_no,
        )
    )
    itself = sa.and_(PlanRow.table_no == place.table_no, PlanRow.row_no == place.row_no)
    is_alike = PlanRow.question == kind if kind else itself
    return (*open_questions(organisation_id, import_id), is_alike)


def open_questions(organisation_id: UUID, import_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of questions that nobody has answered yet.

    The import's own row says whose it is, so that the index over open questions alone can count them.
    """
    own = sa.select(Import.id).where(Import.organisation_id == organisation_id, Import.id == import_id)
    return (PlanRow.import_id == own.scalar_subquery(), PlanRow.undecided.is_(True), NO_ANSWER)
