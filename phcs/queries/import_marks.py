"""Whether an import is still what it was: the cheapest question about one, asked by every poll."""

import hashlib
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.retention import KeepDays
from phcs.core.states import ENDS, WAITING_FOR_PERSON
from phcs.models.imports import Import, SourceTable
from phcs.queries.purging import REVERSED_AT

_IMPORTS, _TABLES = Import.__table__.c, SourceTable.__table__.c
_ASKED = (sa.bindparam("organisation_id", type_=sa.Uuid), sa.bindparam("import_id", type_=sa.Uuid))
_OF_IMPORT = (_IMPORTS.organisation_id == _ASKED[0], _IMPORTS.id == _ASKED[1])
_OF_TABLES = (_TABLES.organisation_id == _ASKED[0], _TABLES.import_id == _ASKED[1])


def _as_text(column: sa.ColumnElement[object]) -> sa.ColumnElement[str]:
    """A column as the database writes it: nobody here turns it into a moment, a number or a document."""
    return sa.cast(column, sa.Text)


_MARK = sa.select(_IMPORTS.state, _IMPORTS.version, _IMPORTS.updated_at, _IMPORTS.rows_done).where(
    *_OF_IMPORT
)
_WHOLE_IMPORT = sa.select(*map(_as_text, _IMPORTS), REVERSED_AT).where(*_OF_IMPORT)
_WHOLE_TABLES = sa.select(*map(_as_text, _TABLES)).where(*_OF_TABLES).order_by(_TABLES.table_no)
"""Made once, all three: they are asked hundreds of times a second."""


def import_mark(session: Session, *, organisation_id: UUID, import_id: UUID, keep: KeepDays) -> str:
    """What stands for the answer about an import as it is now. Raises NotFoundError.

    While it waits for a worker or one works on it, only workers write, and each of their transactions sets
    `updated_at` (`leasing.renew`). Otherwise people change what belongs to it without touching its row: then all
    that the answer is made of is the mark, unread. `keep` says which dates the answer tells. The mark is asked for
    before the answer, so no answer is older than its mark. An answer that a new release words otherwise is seen with
    the next change only.
    """
    asked = {"organisation_id": organisation_id, "import_id": import_id}
    found = session.execute(_MARK, asked).one_or_none()
    if found is None:
        raise NotFoundError("There is no such import.")
    if found.state not in ENDS | WAITING_FOR_PERSON:
        return f"{found.state.value}-{found.version}-{found.updated_at.timestamp():.6f}-{found.rows_done}"
    rows = (*session.execute(_WHOLE_IMPORT, asked), *session.execute(_WHOLE_TABLES, asked))
    whole = hashlib.sha256(repr((keep, *map(tuple, rows))).encode()).hexdigest()[:32]
    return f"{found.state.value}-{found.version}-{whole}"
