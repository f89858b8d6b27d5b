"""A person says which tables of a file are imported and what their rows are; every row is then checked anew."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, UnreadableFileError
from phcs.core.mapping.corrections import remap
from phcs.core.mapping.dropping import without_dropped
from phcs.core.options import ImportOptions
from phcs.core.reading.tables import TableReading
from phcs.core.sources import AUTO, recognise, require_on_offer
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.services import auditing
from phcs.services.mapping_columns import move_on, open_tables, put_mapping
from phcs.services.source_tables import require_table
from phcs.services.transactions import transaction

CHOSEN = "Somebody chose to leave it out."


def leave_out_table(*, actor: Actor, now: datetime, import_id: UUID, table_no: int) -> None:
    """Import nothing of this table; the import goes on with the others as far as they wait for nobody.

    Raises InvalidInputError for the only table that is taken, NotFoundError, WrongStateError when it is too late.
    """
    with transaction() as session:
        found, tables = open_tables(session, actor, import_id)
        table = require_table(tables, table_no)
        if not any(one for one in tables if one is not table and not one.left_out):
            raise InvalidInputError("At least one table has to be imported. Take another one in first.")
        table.left_out = CHOSEN
        _record(session, found, table, actor, now, "import.table_left_out")
        _go_on(session, found, tables, actor, now)


def take_table_in(*, actor: Actor, now: datetime, import_id: UUID, table_no: int) -> int:
    """Import a table that was left out, with its mapping as it is; it waits where something is still open.

    Gives its number from now on. Raises NotFoundError, WrongStateError when it is too late.
    """
    with transaction() as session:
        found, tables = open_tables(session, actor, import_id)
        table = require_table(tables, table_no)
        table.left_out = ""
        _record(session, found, table, actor, now, "import.table_taken_in")
        return _go_on(session, found, tables, actor, now, of=table)


def choose_table_kind(
    *, actor: Actor, now: datetime, import_id: UUID, table_no: int, kind: str, source: str = AUTO
) -> int:
    """Say what a row of this table is, and which system it comes from; it is mapped anew, and a person looks at it.

    Gives its number from now on: tables are numbered by their kinds. Raises InvalidInputError for a kind or source
    that is not on offer, NotFoundError, WrongStateError when it is too late.
    """
    with transaction() as session:
        found, tables = open_tables(session, actor, import_id)
        table = require_table(tables, table_no)
        understand_anew(found, table, kind=kind, source=source)
        _record(session, found, table, actor, now, "import.table_kind_chosen")
        return _go_on(session, found, tables, actor, now, of=table)


def understand_anew(found: Import, table: SourceTable, *, kind: str, source: str) -> None:
    """Map a table as one whose rows are of this kind, out of what is known of its columns; a person looks at it.

    Raises InvalidInputError for a kind or source that is not on offer, or that its headings rule out.
    """
    require_on_offer(source=source, kind=kind)
    reading = TableReading.from_json(table.reading)
    try:
        mapping = recognise(reading, source=source, kind=kind)
    except UnreadableFileError as refusal:
        raise InvalidInputError(refusal.sentence) from refusal
    if service := ImportOptions.from_json(found.options).service:
        mapping = remap(mapping, targets={}, constants={"case.services": service})
    put_mapping(table, mapping, waits=True)
    table.reading = without_dropped(reading, mapping).as_json()
    table.template, table.left_out = {}, ""


def _go_on(
    session: Session,
    found: Import,
    tables: Sequence[SourceTable],
    actor: Actor,
    now: datetime,
    *,
    of: SourceTable | None = None,
) -> int:
    """Check all rows anew, or wait for a person where a table does; gives the new number `of` a table, else 0."""
    waits = any(table.waits for table in tables if not table.left_out)
    after = ImportState.MAPPING if waits else ImportState.STAGING
    moved = move_on(session, found, tables, after, actor, now, asked_for=[of] if of else [])
    return moved[0] if moved else 0


def _record(
    session: Session, found: Import, table: SourceTable, actor: Actor, now: datetime, action: str
) -> None:
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action=action,
        import_id=found.id,
        detail={"kind": table.kind, "source": table.source},
        values={"table": table.name},
    )
