"""A person says how the file is read and what it is; it is then read, recognised and checked anew."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, PurgedError, UnreadableFileError, WrongStateError
from phcs.core.options import AskedReading, AskedTable
from phcs.core.permissions import Permission
from phcs.core.reading.choices import check_choices
from phcs.core.sources import require_on_offer
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.queries.import_tables import tables_of
from phcs.queries.mapping_templates import require_template
from phcs.services import auditing
from phcs.services.approval import change_state, drop_staged, find_import
from phcs.services.mapping_columns import OPEN
from phcs.services.transactions import transaction


def reread_import(*, actor: Actor, now: datetime, import_id: UUID, asked: AskedReading) -> None:
    """Have the file read anew as asked; what was mapped, staged and planned so far is dropped.

    Allowed while the mapping may still change, and where reading failed. Raises InvalidInputError for a choice
    that is not on offer, WrongStateError when it is too late, PurgedError when the file was deleted.
    """
    with transaction() as session:
        found = _open_import(session, actor, import_id)
        _require_choices(session, actor, asked.usual)
        _send_back_to_reading(session, found, asked, asked.usual, actor, now)


def reread_table(*, actor: Actor, now: datetime, import_id: UUID, part: str, asked: AskedTable) -> None:
    """Have one table of a file of several read anew as asked; it is taken in, and the others keep their mapping.

    `part` is its name in the file's parts. Raises as `reread_import` does, and InvalidInputError for a part that the
    file does not have.
    """
    with transaction() as session:
        found = _open_import(session, actor, import_id)
        _require_choices(session, actor, asked)
        tables = tables_of(session, found)
        if part not in {one.name for one in tables.parts} or asked.choices.part:
            raise InvalidInputError(f"The file has no part called “{part[:100]}”.")
        former = AskedReading.from_json(found.asked, source=found.source, kind=found.kind)
        _send_back_to_reading(session, found, former.with_table(part, asked), asked, actor, now)


def may_be_reread(state: ImportState, failed_from: str) -> bool:
    """Whether the file may be read in another way now."""
    return state in OPEN or (state is ImportState.FAILED and failed_from == ImportState.RECEIVED.value)


def _open_import(session: Session, actor: Actor, import_id: UUID) -> Import:
    """The import, while its file may be read anew; what was staged is dropped."""
    actor.require(Permission.MAP_COLUMNS)
    found = find_import(session, actor, import_id)
    if not may_be_reread(found.state, found.failed_from):
        raise WrongStateError(found.state, ImportState.READING)
    if found.file_purged_at:
        raise PurgedError(
            f"The file was deleted on {found.file_purged_at.day} {found.file_purged_at:%b %Y}. Upload it anew."
        )
    drop_staged(session, found)
    return found


def _require_choices(session: Session, actor: Actor, asked: AskedTable) -> None:
    try:
        check_choices(asked.choices)
    except UnreadableFileError as problem:
        raise InvalidInputError(problem.sentence) from problem
    require_on_offer(source=asked.source, kind=asked.kind)
    require_template(session, organisation_id=actor.organisation_id, name=asked.template)


def _send_back_to_reading(
    session: Session, found: Import, asked: AskedReading, wishes: AskedTable, actor: Actor, now: datetime
) -> None:
    change_state(
        session,
        found,
        ImportState.RECEIVED,
        now=now,
        asked=asked.as_json(),
        stage="",
        staged_through=0,
        rows_done=0,
        row_counts={},
        finding_counts={},
        plan_counts={},
        plan_fingerprint="",
        failure="",
        failure_code="",
        failed_from="",
        finished_at=None,
        edited_by=sorted({*found.edited_by, str(actor.id)}),
    )
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action="import.reread",
        import_id=found.id,
        detail={"source": wishes.source, "kind": wishes.kind},
        values={
            **wishes.choices.as_json(),
            "template": wishes.template,
            **({"table": asked.again} if asked.again else {}),
        },
    )
