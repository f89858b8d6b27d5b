"""Which staged rows say what in a column."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.models.imports import StagedRow
from phcs.queries.among import among


def rows_saying(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    position: int,
    texts: Sequence[str],
    table_no: int = 1,
    after: int = -1,
    limit: int,
) -> list[int]:
    """The numbers of a table's next staged rows after `after` whose cell says one of these texts, in file order.

    Blanks around a cell do not count. Reads the rows of the import, so it is for what a person asked for once.
    """
    return list(
        session.scalars(
            sa.select(StagedRow.row_no)
            .where(
                *_saying(session, (organisation_id, import_id, table_no), position, texts),
                StagedRow.row_no > after,
            )
            .order_by(StagedRow.row_no)
            .limit(limit)
        )
    )


def count_saying(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    position: int,
    texts: Sequence[str],
    table_no: int = 1,
) -> int:
    """How many staged rows `rows_saying` would give in all."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(StagedRow)
            .where(*_saying(session, (organisation_id, import_id, table_no), position, texts))
        )
        or 0
    )


def values_saying(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    position: int,
    texts: Sequence[str],
    table_no: int = 1,
) -> dict[str, int]:
    """How many cells say each of these texts; those that none says are left out."""
    cells = (
        sa.select(_cell(position).label("cell"))
        .where(*_saying(session, (organisation_id, import_id, table_no), position, texts))
        .subquery()
    )
    asked = sa.select(cells.c.cell, sa.func.count().label("number")).group_by(cells.c.cell)
    return {row.cell: row.number for row in session.execute(asked)}


def _cell(position: int) -> Any:
    """What a cell says, without blanks around it."""
    return sa.func.trim(StagedRow.cells[position].as_string(), " \t\r\n", type_=sa.Text)


def _saying(
    session: Session, of: tuple[UUID, UUID, int], position: int, texts: Sequence[str]
) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of such rows of an organisation's import's table."""
    organisation_id, import_id, table_no = of
    cell = _cell(position)
    return (
        StagedRow.organisation_id == organisation_id,
        StagedRow.import_id == import_id,
        StagedRow.table_no == table_no,
        among(session, cell, [text.strip() for text in texts]),
    )
