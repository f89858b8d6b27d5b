"""The source tables of an import: those that it takes, those that are left out, and what else is in the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.templates import UsedTemplate
from phcs.core.reading.tables import MOST_TABLES, Part, TableReading
from phcs.models.imports import Import, SourceTable
from phcs.queries.people import AnySession

NOT_LOOKED_INTO = f"It was not looked into: a file may hold {MOST_TABLES} tables."
HIDDEN = "It is hidden in the file."
NOT_CHOSEN = "Another part of the file was chosen to be read alone."


@dataclass(frozen=True, slots=True)
class ImportTable:
    """One source table of an import: how it is read and mapped."""

    table_no: int
    name: str
    kind: str
    reading: TableReading
    mapping: TableMapping
    template: UsedTemplate | None
    left_out: str = ""
    """Why nothing of it is imported, a sentence; '' for a table that is taken."""
    waits: bool = False
    """Whether a person has to see its mapping before its rows are checked."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of the file of which nothing is imported, and why; `table_no` is 0 where it could not be read."""

    name: str
    reason: str
    table_no: int = 0
    rows: int = -1


@dataclass(frozen=True, slots=True)
class ImportTables:
    """All tables of an import in order, and all parts of its file."""

    all: tuple[ImportTable, ...]
    parts: tuple[Part, ...]

    @property
    def taken(self) -> tuple[ImportTable, ...]:
        """The tables whose rows are imported."""
        return tuple(table for table in self.all if not table.left_out)

    @property
    def are_several(self) -> bool:
        """Whether the file holds more than one table, taken or not."""
        return len(self.all) > 1 or bool(self.left_out)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The other tables, and the parts that could not be read as one; but not the `other_files`."""
        return tuple(self._left_out())

    def _left_out(self) -> Iterator[LeftOut]:
        for table in self.all:
            if table.left_out:
                yield LeftOut(table.name, table.left_out, table.table_no, table.reading.rows)
        known = {table.reading.part for table in self.all}
        for part in self.parts:
            if part.name not in known and not part.is_other and (why := _why_not(part)):
                yield LeftOut(part.name, why)

    @property
    def empty(self) -> tuple[Part, ...]:
        """The parts without a row below their headings, such as a new workbook's other sheets: nothing is missed."""
        known = {table.reading.part for table in self.all}
        return tuple(
            part
            for part in self.parts
            if part.rows == 0 and not (part.name in known or part.is_other or part.note)
        )

    @property
    def are_all_as_saved(self) -> bool:
        """Whether each table was mapped as somebody had saved it, and none is left out or cannot be read."""
        torn = any(part.note and not part.is_other for part in self.parts)
        return bool(self.all) and not torn and all(one.template and not one.left_out for one in self.all)

    @property
    def other_files(self) -> tuple[Part, ...]:
        """The files of an archive that nobody takes for tables: documents, letters, pictures."""
        return tuple(part for part in self.parts if part.is_other)


def tables_of(session: Session, found: Import) -> ImportTables:
    """All tables of an import; none before its file was read."""
    stored = session.scalars(
        sa.select(SourceTable)
        .where(SourceTable.organisation_id == found.organisation_id, SourceTable.import_id == found.id)
        .order_by(SourceTable.table_no)
    )
    return _with_parts(tuple(map(_table, stored)))


def table_names(session: AnySession, *, organisation_id: UUID, import_id: UUID) -> dict[int, str]:
    """What the tables that are imported are called, by their numbers; a row is named with them."""
    rows = session.execute(
        sa.select(SourceTable.table_no, SourceTable.name).where(
            SourceTable.organisation_id == organisation_id,
            SourceTable.import_id == import_id,
            SourceTable.left_out == "",
        )
    )
    return dict(rows.all())


def tables_by_import(session: AnySession, import_ids: Sequence[UUID]) -> dict[UUID, ImportTables]:
    """All tables of each of these imports, whatever their organisations: for who looks after all of them."""
    stored = session.scalars(
        sa.select(SourceTable)
        .where(SourceTable.import_id.in_(import_ids))
        .order_by(SourceTable.import_id, SourceTable.table_no)
    )
    tables: dict[UUID, list[ImportTable]] = {import_id: [] for import_id in import_ids}
    for one in stored:
        tables[one.import_id].append(_table(one))
    return {import_id: _with_parts(tuple(found)) for import_id, found in tables.items()}


def _with_parts(tables: tuple[ImportTable, ...]) -> ImportTables:
    return ImportTables(tables, next((one.reading.parts for one in tables if one.reading.parts), ()))


def _table(one: SourceTable) -> ImportTable:
    return ImportTable(
        table_no=one.table_no,
        name=one.name,
        kind=one.kind,
        reading=TableReading.from_json(one.reading),
        mapping=TableMapping.from_json(one.mapping),
        template=UsedTemplate.from_json(one.template),
        left_out=one.left_out,
        waits=one.waits,
    )


def _why_not(part: Part) -> str:
    """Why nothing of a part that is no stored table is imported; '' for an empty one."""
    if part.note:
        return part.note
    if part.hidden and part.rows:
        return HIDDEN
    return NOT_LOOKED_INTO if part.rows < 0 else NOT_CHOSEN if part.rows else ""
