"""A decision about an import in review that has its plan made anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import WrongStateError
from phcs.core.permissions import Permission
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.services import auditing
from phcs.services.approval import change_state, find_import
from phcs.services.transactions import transaction


@contextmanager
def import_in_review(actor: Actor, import_id: UUID) -> Iterator[tuple[Session, Import]]:
    """An import in review and the transaction in which this person decides about it.

    Raises WrongStateError when it is not in review, NotFoundError, NotAllowedError.
    """
    actor.require(Permission.DECIDE_DUPLICATES)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state is not ImportState.REVIEW:
            raise WrongStateError(found.state, ImportState.STAGING)
        yield session, found


def plan_anew(
    session: Session,
    found: Import,
    *,
    actor: Actor,
    now: datetime,
    action: str,
    detail: dict[str, Any],
    options: dict[str, Any] | None = None,
) -> None:
    """Have the plan made anew, under other `options` if they are given, and say who decided what.

    Four eyes know that this person prepared the import.
    """
    change_state(
        session,
        found,
        ImportState.STAGING,
        now=now,
        stage="matching",
        options=found.options if options is None else options,
        edited_by=sorted({*found.edited_by, str(actor.id)}),
    )
    auditing.record_on_import(session, actor=actor, now=now, action=action, import_id=found.id, detail=detail)
