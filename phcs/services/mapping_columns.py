"""A person says which column feeds what; the import is then checked (anew) with that mapping."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, WrongStateError
from phcs.core.mapping.corrections import remap
from phcs.core.mapping.tables import TableMapping
from phcs.core.permissions import Permission
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.services import auditing
from phcs.services.approval import change_state, drop_staged, find_import
from phcs.services.transactions import transaction

OPEN = frozenset({ImportState.MAPPING, ImportState.REVIEW})


def confirm_mapping(
    *, actor: Actor, now: datetime, import_id: UUID, targets: dict[int, str], constants: dict[str, str]
) -> None:
    """Set the targets of columns (by position) and the constants of an import; its rows are then checked anew.

    Columns that are not named keep their target. Raises InvalidInputError when a target does not exist, is
    fed twice, or a required one is still missing; WrongStateError when the import no longer waits for this.
    """
    actor.require(Permission.MAP_COLUMNS)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state not in OPEN:
            raise WrongStateError(found.state, ImportState.STAGING)
        table = session.get_one(SourceTable, (import_id, 1))
        mapping = remap(TableMapping.from_json(table.mapping), targets=targets, constants=constants)
        if not mapping.is_complete:
            raise InvalidInputError(
                f"Still missing: {', '.join(mapping.missing)}. Choose a column or a value for it."
            )
        _apply(session, found, table, mapping, actor, now)


def _apply(
    session: Session, found: Import, table: SourceTable, mapping: TableMapping, actor: Actor, now: datetime
) -> None:
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
    change_state(
        session,
        found,
        ImportState.STAGING,
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
    auditing.record(
        session,
        actor=actor,
        now=now,
        action="import.mapped",
        subject_kind="import",
        subject_id=found.id,
        import_id=found.id,
        detail={"columns": {column.heading: column.target for column in mapping.columns if column.target}},
    )
