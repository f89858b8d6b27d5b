"""The tables of an import: looked up, numbered in planning order, and what the import as a whole says of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.table_order import planning_key
from phcs.models.finding_causes import FindingConfirmation
from phcs.models.imports import Import, SourceTable
from phcs.models.orphans import OrphansDecided
from phcs.models.repairs import Repair

Numbered = SourceTable | Repair | FindingConfirmation | OrphansDecided

_PREPARED: tuple[type[Numbered], ...] = (Repair, FindingConfirmation, OrphansDecided)
"""What people have prepared for the rows of a table, and which goes along with it."""
_APART = 1_000
"""Numbers from here on are nobody's: tables pass through them while they change places."""


def known_tables(session: Session, found: Import) -> list[SourceTable]:
    """All tables of the import by their numbers, those that are left out after the others."""
    return list(
        session.scalars(
            sa.select(SourceTable)
            .where(SourceTable.organisation_id == found.organisation_id, SourceTable.import_id == found.id)
            .order_by(SourceTable.table_no)
        )
    )


def require_table(tables: Sequence[SourceTable], table_no: int) -> SourceTable:
    """The table of this number. Raises NotFoundError."""
    for table in tables:
        if table.table_no == table_no:
            return table
    raise NotFoundError("The import has no such table.")


def part_of(table: SourceTable) -> str:
    """Which part of the file it is, '' where the file is one table."""
    return str(table.reading.get("part", ""))


def in_order(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """The tables as they are to be numbered: those that are taken in planning order, then the others by name."""
    return sorted(
        tables, key=lambda one: (one.left_out != "", *planning_key(one.kind, one.name), one.table_no)
    )


def about_tables(tables: Sequence[SourceTable]) -> dict[str, Any]:
    """What the import says of its tables (not left out) as a whole; give at least one, in order."""
    taken = [table for table in in_order(tables) if not table.left_out]
    sources = Counter(table.source for table in taken)
    return {
        "source": sources.most_common(1)[0][0],
        "kind": taken[0].kind,
        "rows_total": sum(table.rows for table in taken),
    }


def number_anew(session: Session, found: Import, tables: Sequence[SourceTable]) -> dict[int, int]:
    """Number the stored tables in planning order; gives the new number by the old one.

    Repairs, confirmations and decisions about orphans go along. Nothing else may hang on the numbers: what was staged
    must have been dropped.
    """
    moved = {one.table_no: number for number, one in enumerate(in_order(tables), 1)}
    session.flush()
    for table in tables:
        session.expunge(table)
    _move(session, found, SourceTable, moved)
    move_prepared(session, found, moved)
    return moved


def move_prepared(session: Session, found: Import, moved: Mapping[int, int]) -> None:
    """Let what people have prepared and decided follow their tables to the new numbers."""
    for prepared in _PREPARED:
        _move(session, found, prepared, moved)


def _move(session: Session, found: Import, of: type[Numbered], moved: Mapping[int, int]) -> None:
    """Give these rows their tables' new numbers, in two steps, so that none meets another on the way."""
    changes = {before: after for before, after in moved.items() if before != after}
    steps = [(before, after + _APART) for before, after in changes.items()]
    steps += [(after + _APART, after) for after in changes.values()]
    for before, after in steps:
        session.execute(
            sa.update(of)
            .where(
                of.organisation_id == found.organisation_id,
                of.import_id == found.id,
                of.table_no == before,
            )
            .values(table_no=after)
            .execution_options(synchronize_session=False)
        )
