"""Workers that are frozen in the middle of a transaction: on PostgreSQL their locks are taken from them.

A killed process loses its locks at once, a stopped one keeps them for as long as it is stopped: the server waits for
its next word, and no timeout of the server ends a COPY that waits. So the taker ends that session. What the
frozen worker had not committed is undone, and when it wakes up the fence refuses the rest.

On SQLite nobody can take a lock away. There a worker that was stopped goes on when it wakes up.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.extensions import db
from phcs.queries.rehearsals import rehearsals_without_worker
from phcs.queries.waiting import imports_without_worker

NAME = "phcs import "
"""Before an import's id: what a session is called while it holds that import in a transaction."""

REHEARSAL = "phcs rehearsal "

log = logging.getLogger(__name__)


def mark_hold(session: Session, import_id: UUID) -> None:
    """Write on the open transaction's session whose import it is about to lock; the server shows it to others."""
    _name_session(session, f"{NAME}{import_id}")


def mark_chunk(session: Session, import_id: UUID, chunk_no: int) -> None:
    """Write on the open transaction's session which chunk of an import it stages for the import's owner."""
    _name_session(session, _chunk_name(import_id, chunk_no))


def mark_rehearsal(session: Session, rehearsal_id: UUID) -> None:
    """Write on the open transaction's session which rehearsal it carries out."""
    _name_session(session, f"{REHEARSAL}{rehearsal_id}")


def end_frozen_chunks(*, import_id: UUID, chunk_numbers: Sequence[int], frozen_seconds: int) -> int:
    """End the sessions of workers whose leases of these chunks ran out, as `end_frozen_holds` does."""
    session = db.session()
    if session.get_bind().dialect.name != "postgresql" or not chunk_numbers:
        return 0
    return _end_sessions(
        session, [_chunk_name(import_id, number) for number in chunk_numbers], frozen_seconds=frozen_seconds
    )


def end_frozen_holds(*, now: datetime, frozen_seconds: int) -> int:
    """End the sessions that hold something without a lease and leave the server waiting for so long; gives how many.

    A worker that works is never hit, however long its transaction takes: no statement of it waits for the
    worker that long.
    """
    session = db.session()
    if session.get_bind().dialect.name != "postgresql":
        return 0
    late = [f"{NAME}{import_id}" for import_id in imports_without_worker(session, now=now)]
    late += [f"{REHEARSAL}{one}" for one in rehearsals_without_worker(session, now=now)]
    return _end_sessions(session, late, frozen_seconds=frozen_seconds)


def _chunk_name(import_id: UUID, chunk_no: int) -> str:
    return f"phcs chunk {import_id.hex}/{chunk_no}"


def _name_session(session: Session, name: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT set_config('application_name', :name, true)"), {"name": name})


def _end_sessions(session: Session, names: list[str], *, frozen_seconds: int) -> int:
    ended = session.execute(
        sa.text(
            "SELECT application_name, pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = ANY(:names)"
            " AND wait_event IN ('ClientRead', 'ClientWrite') AND state <> 'idle'"
            " AND state_change < clock_timestamp() - make_interval(secs => :seconds)"
        ),
        {"names": names, "seconds": frozen_seconds},
    ).all()
    session.rollback()
    for name, _ in ended:
        log.warning("%s: its worker was silent for more than %s seconds and lost it", name, frozen_seconds)
    return len(ended)
