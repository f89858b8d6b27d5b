"""A person says which column feeds what and what values mean; the import is then checked (anew) with that."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, WrongStateError
from phcs.core.mapping.answers import MappingAnswers
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.targets import TARGETS
from phcs.core.permissions import Permission
from phcs.core.reading.tables import TableReading
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.services import auditing
from phcs.services.approval import change_state, drop_staged, find_import
from phcs.services.transactions import transaction

OPEN = frozenset({ImportState.MAPPING, ImportState.REVIEW})


def confirm_mapping(*, actor: Actor, now: datetime, import_id: UUID, answers: MappingAnswers) -> None:
    """Take what a person says about the mapping of an import; its rows are then checked anew.

    What is not named stays. Raises InvalidInputError when an answer is not understood, or something required
    or an order of day and month is still open; WrongStateError when the import no longer waits for this.
    """
    with transaction() as session:
        found, table, mapping = _answered(session, actor, import_id, answers)
        if left := left_open(mapping):
            raise InvalidInputError(left)
        _store(session, found, table, mapping)
        _move(session, found, ImportState.STAGING, actor, now)
        _record(session, found, mapping, actor, now)


def keep_mapping(*, actor: Actor, now: datetime, import_id: UUID, answers: MappingAnswers) -> None:
    """Take what a person says so far; the import waits (in `mapping`) for the rest, incomplete as it may be.

    Raises InvalidInputError when an answer is not understood, WrongStateError when it is too late.
    """
    with transaction() as session:
        found, table, mapping = _answered(session, actor, import_id, answers)
        _store(session, found, table, mapping)
        _move(session, found, ImportState.MAPPING, actor, now)
        _record(session, found, mapping, actor, now)


def left_open(mapping: TableMapping) -> str:
    """What a person must still say before rows can be checked, as a sentence; '' when nothing is left."""
    if mapping.missing:
        words = ", ".join(f"{dict(TARGETS)[target]} ({target})" for target in mapping.missing)
        return f"Still missing: {words}. Choose a column or a value for it."
    if mapping.open_dates:
        headings = ", ".join(f"“{column.heading}”" for column in mapping.open_dates)
        return f"Say how the dates of {headings} are read: day first, or month first."
    return ""


def _answered(
    session: Session, actor: Actor, import_id: UUID, answers: MappingAnswers
) -> tuple[Import, SourceTable, TableMapping]:
    actor.require(Permission.MAP_COLUMNS)
    found = find_import(session, actor, import_id)
    if found.state not in OPEN:
        raise WrongStateError(found.state, ImportState.STAGING)
    table = session.get_one(SourceTable, (import_id, 1))
    mapping = answers.applied(TableMapping.from_json(table.mapping), TableReading.from_json(table.reading))
    return found, table, mapping


def _store(session: Session, found: Import, table: SourceTable, mapping: TableMapping) -> None:
    drop_staged(session, found)
    session.execute(
        sa.update(SourceTable)
        .where(
            SourceTable.organisation_id == found.organisation_id,
            SourceTable.import_id == found.id,
            SourceTable.table_no == table.table_no,
        )
        .values(mapping=mapping.as_json(), kind=mapping.kind.value)
        .execution_options(synchronize_session=False)
    )


def _move(session: Session, found: Import, after: ImportState, actor: Actor, now: datetime) -> None:
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
    )


def _record(session: Session, found: Import, mapping: TableMapping, actor: Actor, now: datetime) -> None:
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action="import.mapped",
        import_id=found.id,
        detail={"columns": {column.heading: column.target for column in mapping.columns if column.target}},
    )
