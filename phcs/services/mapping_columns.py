"""A person says which column feeds what and what values mean; the import is then checked (anew) with that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, WrongStateError
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.mapping.tables import TableMapping
from phcs.core.permissions import Permission
from phcs.core.reading.tables import TableReading
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.services import auditing
from phcs.services.approval import change_state, drop_staged, find_import
from phcs.services.source_tables import about_tables, known_tables, number_anew, require_table
from phcs.services.transactions import transaction

OPEN = frozenset({ImportState.MAPPING, ImportState.REVIEW})


def confirm_mapping(
    *, actor: Actor, now: datetime, import_id: UUID, answers: MappingAnswers, table_no: int = 1
) -> tuple[int, ...]:
    """Take what a person says about the mapping of one table; what is not named stays.

    Gives the numbers of the tables that still wait for a person; when none does, all rows are checked anew. A table
    that was left out is taken in. Raises InvalidInputError when an answer is not understood, or something required
    or an order of day and month is still open; NotFoundError; WrongStateError when the import no longer waits for
    this.
    """
    return confirm_mappings(actor=actor, now=now, import_id=import_id, answers={table_no: answers})


def confirm_mappings(
    *, actor: Actor, now: datetime, import_id: UUID, answers: Mapping[int, MappingAnswers]
) -> tuple[int, ...]:
    """Take what a person says about the mappings of several tables at once; see `confirm_mapping`."""
    with transaction() as session:
        found, tables = open_tables(session, actor, import_id)
        for table_no, one in answers.items():
            table = require_table(tables, table_no)
            mapping = answered(table, one)
            if left := left_open(mapping):
                raise InvalidInputError(of_table(tables, table, left))
            put_mapping(table, mapping, waits=False)
            table.left_out = ""
            record_mapped(session, found, tables, table, actor, now)
        waiting = [table for table in tables if table.waits and not table.left_out]
        after = ImportState.MAPPING if waiting else ImportState.STAGING
        return move_on(session, found, tables, after, actor, now, asked_for=waiting)


def keep_mapping(
    *, actor: Actor, now: datetime, import_id: UUID, answers: MappingAnswers, table_no: int = 1
) -> int:
    """Take what a person says so far; the import waits (in `mapping`) for the rest, incomplete as it may be.

    Gives the table's number from now on. Raises InvalidInputError when an answer is not understood, NotFoundError,
    WrongStateError when it is too late.
    """
    with transaction() as session:
        found, tables = open_tables(session, actor, import_id)
        table = require_table(tables, table_no)
        put_mapping(table, answered(table, answers), waits=True)
        table.left_out = ""
        record_mapped(session, found, tables, table, actor, now)
        return move_on(session, found, tables, ImportState.MAPPING, actor, now, asked_for=[table])[0]


def left_open(mapping: TableMapping) -> str:
    """What a person must still say before rows can be checked, as a sentence; '' when nothing is left."""
    if mapping.missing:
        pairs = zip(mapping.missing_words, mapping.missing, strict=True)
        words = "; ".join(f"{told} ({target})" for told, target in pairs)
        return f"Still missing: {words}. Choose a column or a value for it."
    if mapping.open_dates:
        headings = ", ".join(f"“{column.heading}”" for column in mapping.open_dates)
        return f"Say how the dates of {headings} are read: day first, or month first."
    return ""


def open_tables(session: Session, actor: Actor, import_id: UUID) -> tuple[Import, list[SourceTable]]:
    """The import and its tables, while their mappings may still change; what was staged is dropped."""
    actor.require(Permission.MAP_COLUMNS)
    found = find_import(session, actor, import_id)
    if found.state not in OPEN:
        raise WrongStateError(found.state, ImportState.STAGING)
    drop_staged(session, found)
    return found, known_tables(session, found)


def put_mapping(table: SourceTable, mapping: TableMapping, *, waits: bool) -> None:
    """Give the table this mapping; `waits` says whether a person has to see it before its rows are checked."""
    table.mapping, table.kind, table.source = mapping.as_json(), mapping.kind.value, mapping.source
    table.waits = waits


def move_on(
    session: Session,
    found: Import,
    tables: Sequence[SourceTable],
    after: ImportState,
    actor: Actor,
    now: datetime,
    *,
    asked_for: Sequence[SourceTable],
) -> tuple[int, ...]:
    """Number the tables anew and move the import on; gives the new numbers of the tables that are asked for."""
    about, before = about_tables(tables), [table.table_no for table in asked_for]
    moved = number_anew(session, found, tables)
    change_state(
        session,
        found,
        after,
        now=now,
        stage="",
        staged_through=0,
        rows_done=0,
        row_counts={},
        finding_counts={},
        plan_counts={},
        plan_fingerprint="",
        edited_by=sorted({*found.edited_by, str(actor.id)}),
        **about,
    )
    return tuple(moved[table_no] for table_no in before)


def answered(table: SourceTable, answers: MappingAnswers) -> TableMapping:
    """The table's mapping with these answers. Raises InvalidInputError for one that is not understood."""
    return answers.applied(TableMapping.from_json(table.mapping), TableReading.from_json(table.reading))


def of_table(tables: Sequence[SourceTable], table: SourceTable, sentence: str) -> str:
    """A sentence about a table, with its name where there are several."""
    return f"{table.name}: {sentence}" if len(tables) > 1 else sentence


def record_mapped(
    session: Session,
    found: Import,
    tables: Sequence[SourceTable],
    table: SourceTable,
    actor: Actor,
    now: datetime,
) -> None:
    """Write into the audit trail what the columns of a table feed now."""
    mapping = TableMapping.from_json(table.mapping)
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action="import.mapped",
        import_id=found.id,
        detail={
            **({"table": table.name} if len(tables) > 1 else {}),
            "columns": {column.heading: column.target for column in mapping.columns if column.target},
        },
    )
