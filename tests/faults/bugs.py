"""Bugs to plant in a worker: the campaigns must find each of them. There is no such switch in the product."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.services import bulk, leasing
from phcs.services.leasing import Claim


def keep_each_chunk() -> None:
    """Promotion keeps what it has written so far each time that it has told the audit trail."""
    insert = bulk.insert_rows

    def insert_and_keep(session: Session, table: Any, columns: Any, rows: Any, **named: Any) -> int:
        number = insert(session, table, columns, rows, **named)
        if table is AuditEvent and len(rows) > 1:
            session.commit()
        return number

    bulk.insert_rows = insert_and_keep


def forget_the_fence() -> None:
    """A worker that wakes up late writes on, though another has taken its import over."""

    def write(session: Session, claim: Claim, *, now: Any, **values: Any) -> None:
        session.execute(
            sa.update(Import).where(Import.id == claim.import_id).values(updated_at=now, **values)
        )

    def move(session: Session, claim: Claim, after: Any, *, now: Any, **values: Any) -> None:
        write(session, claim, now=now, state=after, lease_until=None, attempts=0, stage="", **values)

    leasing.renew = write
    leasing.move = move


def forget_events() -> None:
    """The audit trail misses every record that is told in company."""
    insert = bulk.insert_rows

    def insert_but_events(session: Session, table: Any, columns: Any, rows: Any, **named: Any) -> int:
        if table is AuditEvent and len(rows) > 1:
            return len(rows)
        return insert(session, table, columns, rows, **named)

    bulk.insert_rows = insert_but_events


def count_before_keeping() -> None:
    """A chunk counts as kept a moment before it is."""
    renew = leasing.renew

    def renew_and_keep(session: Session, *given: Any, **named: Any) -> None:
        renew(session, *given, **named)
        session.commit()

    leasing.renew = renew_and_keep


BUGS: dict[str, Callable[[], None]] = {
    bug.__name__.replace("_", "-"): bug
    for bug in (keep_each_chunk, forget_the_fence, forget_events, count_before_keeping)
}
