"""Letting the history of a merged owner follow, and come back with the undo of the merge."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.editing import RecordChangedError
from phcs.core.merging.done import MovedHistory
from phcs.core.records import RecordKind
from phcs.models.history import HISTORY_TABLES
from phcs.services import bulk
from phcs.services.merge_writing import CHANGED

KEYS = ("organisation_id", "id", "version")


def move_history(
    session: Session, organisation_id: UUID, moved: Iterable[MovedHistory], owner_id: UUID, now: datetime
) -> None:
    """Give these records to an owner, and to another pet where one is named; versions are those they have afterwards.

    Raises RecordChangedError when one is at another version.
    """
    groups: dict[tuple[str, bool], list[MovedHistory]] = {}
    for one in moved:
        groups.setdefault((one.kind, one.pet_after is not None), []).append(one)
    for (kind, has_pet), records in groups.items():
        hit = bulk.update_rows(
            session,
            HISTORY_TABLES[RecordKind(kind)],
            KEYS,
            ("owner_id", "version", "updated_at", *(("pet_id",) if has_pet else ())),
            [
                (
                    *(owner_id, one.version, now),
                    *((one.pet_after,) if has_pet else ()),
                    *(organisation_id, one.record_id, one.version - 1),
                )
                for one in records
            ],
            checked=("organisation_id", "version"),
        )
        if hit != len(records):
            raise RecordChangedError(CHANGED)
