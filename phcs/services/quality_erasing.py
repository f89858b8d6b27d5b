"""What the data-quality log keeps of the file's values goes with the rows; that they were found stays for ever."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.models.quality import LoggedFinding

ERASED = "quality_log_values"
"""What the trail calls them."""


def erase_values(session: Session, *, organisation_id: UUID, import_id: UUID, at_most: int) -> int:
    """Empty the values of about so many entries of one import; gives their number, 0 when none is left."""
    left = (
        LoggedFinding.organisation_id == organisation_id,
        LoggedFinding.import_id == import_id,
        sa.or_(LoggedFinding.value != "", LoggedFinding.detail != ""),
    )
    place = sa.tuple_(LoggedFinding.table_no, LoggedFinding.row_no)
    order = (LoggedFinding.table_no, LoggedFinding.row_no)
    last = session.execute(
        sa.select(*order).where(*left).order_by(*order).offset(at_most - 1).limit(1)
    ).first()
    upto = () if last is None else (place <= tuple(last),)
    done = session.execute(
        sa.update(LoggedFinding)
        .where(*left, *upto)
        .values(value="", detail="")
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result counts its rows
