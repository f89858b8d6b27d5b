"""Open questions of the same kind: what one answer may be given to."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.models.imports import Import
from phcs.models.plans import PlanRow

NO_ANSWER = PlanRow.answer == sa.literal_column("''")
"""In words that the index over open questions has."""


def alike_rows(
    session: Session, *, organisation_id: UUID, import_id: UUID, row_no: int, limit: int
) -> list[tuple[int, UUID]]:
    """The first open questions of the same kind as this row's, itself among them: row and owner, in file order."""
    conditions = alike_to(session, organisation_id=organisation_id, import_id=import_id, row_no=row_no)
    found = session.execute(
        sa.select(PlanRow.row_no, PlanRow.owner_id).where(*conditions).order_by(PlanRow.row_no).limit(limit)
    )
    return [(row.row_no, row.owner_id) for row in found]


def alike_to(
    session: Session, *, organisation_id: UUID, import_id: UUID, row_no: int
) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of open questions of the same kind as this row's."""
    kind = session.scalar(
        sa.select(PlanRow.question).where(
            PlanRow.organisation_id == organisation_id,
            PlanRow.import_id == import_id,
            PlanRow.table_no == 1,
            PlanRow.row_no == row_no,
        )
    )
    is_alike = PlanRow.question == kind if kind else PlanRow.row_no == row_no
    return (*open_questions(organisation_id, import_id), is_alike)


def open_questions(organisation_id: UUID, import_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of questions that nobody has answered yet.

    The import's own row says whose it is, so that the index over open questions alone can count them.
    """
    own = sa.select(Import.id).where(Import.organisation_id == organisation_id, Import.id == import_id)
    return (PlanRow.import_id == own.scalar_subquery(), PlanRow.undecided.is_(True), NO_ANSWER)
