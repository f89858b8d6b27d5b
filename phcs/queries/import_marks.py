"""Whether an import that a worker has is still what it was: the cheapest question about one."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.states import ENDS, WAITING_FOR_PERSON
from phcs.models.imports import Import

_IMPORTS = Import.__table__.c
_MARK = sa.select(_IMPORTS.state, _IMPORTS.version, _IMPORTS.updated_at, _IMPORTS.rows_done).where(
    _IMPORTS.organisation_id == sa.bindparam("organisation_id"), _IMPORTS.id == sa.bindparam("import_id")
)
"""Made once: it is asked hundreds of times a second."""


def moving_mark(session: Session, *, organisation_id: UUID, import_id: UUID) -> str | None:
    """What stands for the import as it is now; None unless it waits for a worker or one works on it.

    Then only workers write, and each of their transactions sets `updated_at` (`leasing.renew`). People change what
    belongs to an import without touching its row: of one that waits for them nothing short of all of it is a mark.
    """
    asked = {"organisation_id": organisation_id, "import_id": import_id}
    found = session.execute(_MARK, asked).one_or_none()
    if found is None or found.state in ENDS | WAITING_FOR_PERSON:
        return None
    return f"{found.state.value}-{found.version}-{found.updated_at.timestamp():.6f}-{found.rows_done}"
