"""How a worker takes a row that waits for one, and how it keeps it: the same for all that workers take up.

A claim locks the row and raises its fence; every later write proves the claim by that fence, in one guarded UPDATE.
"""

from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import LeaseLostError
from phcs.models.export_jobs import ExportJob
from phcs.models.imports import Import
from phcs.models.merges import DuplicateSearch
from phcs.models.rehearsals import Rehearsal
from phcs.models.verifications import Verification

Claimable = TypeVar("Claimable", DuplicateSearch, ExportJob, Import, Rehearsal, Verification)


def row_to_claim(
    session: Session, model: type[Claimable], *waiting: sa.ColumnElement[bool], now: datetime
) -> Claimable | None:
    """The one row of which `waiting` is true, locked; None while a worker holds it or another looks at it."""
    is_free = sa.or_(model.lease_until.is_(None), model.lease_until < now)
    return session.scalar(sa.select(model).where(*waiting, is_free).with_for_update(skip_locked=True))


def change_held(session: Session, change: sa.Update, *, what: str) -> None:
    """Carry out the guarded UPDATE of a worker; `what` it works on is told when nothing was hit.

    Raises LeaseLostError when the row is somebody else's by now.
    """
    done = session.execute(change)
    if done.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE's result counts its rows
        raise LeaseLostError(f"Somebody else has taken this {what} over.")
