"""A program says how the tables of an import are mapped, all at once, by their names or numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.answers import ImportMappingDocument, MappingDocument
from phcs.core.mapping.tables import TableMapping
from phcs.core.reading.tables import TableReading
from phcs.core.sources import AUTO
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.services.choosing_tables import CHOSEN, understand_anew
from phcs.services.mapping_columns import (
    answered,
    left_open,
    move_on,
    of_table,
    open_tables,
    put_mapping,
    record_mapped,
)
from phcs.services.transactions import transaction


def confirm_document(
    *, actor: Actor, now: datetime, import_id: UUID, document: ImportMappingDocument
) -> tuple[int, ...]:
    """Take the mappings that the document states; tables that it does not name are confirmed as they are.

    Gives the numbers of the tables that still wait for a person; when none does, all rows are checked anew. A table
    that is named is taken in, unless it says `"take": false`. Raises InvalidInputError for what is not understood,
    for a table that is not there, and where something of a named table is still open; WrongStateError when it is too
    late.
    """
    with transaction() as session:
        found, tables = open_tables(session, actor, import_id)
        stated = _stated(tables, document)
        for table in tables:
            if table.table_no in stated:
                _take(session, found, tables, table, stated[table.table_no], actor, now)
            elif not table.left_out and not left_open(TableMapping.from_json(table.mapping)):
                table.waits = False
        if all(table.left_out for table in tables):
            raise InvalidInputError("At least one table has to be imported.")
        waiting = [table for table in tables if table.waits and not table.left_out]
        after = ImportState.MAPPING if waiting else ImportState.STAGING
        return move_on(session, found, tables, after, actor, now, asked_for=waiting)


def _stated(tables: Sequence[SourceTable], document: ImportMappingDocument) -> Mapping[int, MappingDocument]:
    """What the document says, by the tables' numbers."""
    if document.tables:
        return {_named(tables, name).table_no: one for name, one in document.tables.items()}
    taken = [table for table in tables if not table.left_out]
    if len(taken) > 1 and not document.only.says_nothing:
        raise InvalidInputError(
            f"The import has {len(taken)} tables. Say which one is meant: as “table”, or all of them as “tables”."
        )
    return {table.table_no: document.only for table in taken}


def _named(tables: Sequence[SourceTable], name: str) -> SourceTable:
    for table in tables:
        if name in {table.name, str(table.table_no)}:
            return table
    known = ", ".join(f"“{table.name}”" for table in tables)
    raise InvalidInputError(f"The import has no table called “{name[:100]}”. It has: {known[:500]}.")


def _take(
    session: Session,
    found: Import,
    tables: Sequence[SourceTable],
    table: SourceTable,
    stated: MappingDocument,
    actor: Actor,
    now: datetime,
) -> None:
    """Give one table the mapping that was stated, or leave it out."""
    if not stated.take:
        table.left_out, table.waits = CHOSEN, False
        return
    if stated.kind or stated.source:
        understand_anew(found, table, kind=stated.kind or AUTO, source=stated.source or AUTO)
    mapping = answered(table, stated.answers(TableReading.from_json(table.reading)))
    if left := left_open(mapping):
        raise InvalidInputError(of_table(tables, table, left))
    put_mapping(table, mapping, waits=False)
    table.left_out = ""
    record_mapped(session, found, tables, table, actor, now)
