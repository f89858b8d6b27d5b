"""All or nothing, or the good rows only: what a person chooses about rows with errors while an import is reviewed."""

from datetime import datetime
from uuid import UUID

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, WrongStateError
from phcs.core.options import OnError
from phcs.core.permissions import Permission
from phcs.core.states import ImportState
from phcs.services import auditing
from phcs.services.import_moves import find_import, update_guarded
from phcs.services.transactions import transaction

CHANGEABLE = frozenset({ImportState.MAPPING, ImportState.REVIEW})


def choose_on_error(*, actor: Actor, now: datetime, import_id: UUID, on_error: str) -> None:
    """Let an import stop at errors, or leave rows with errors out and import the others.

    Whoever may approve may choose; it changes no row and no plan, so it is no editing, and it is in the trail. Raises
    InvalidInputError for another choice, WrongStateError unless the import is mapped or reviewed.
    """
    actor.require(Permission.APPROVE)
    if on_error not in set(OnError):
        raise InvalidInputError(f"Choose {OnError.STOP.value} or {OnError.SKIP.value} for rows with errors.")
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state not in CHANGEABLE:
            raise WrongStateError(found.state, ImportState.REVIEW)
        before = found.options.get("on_error", OnError.SKIP.value)
        if before == on_error:
            return
        update_guarded(session, found, now=now, options={**found.options, "on_error": on_error})
        auditing.record_on_import(
            session,
            actor=actor,
            now=now,
            action="import.on_error_chosen",
            import_id=found.id,
            detail={"from": before, "to": on_error},
        )
