"""What the start page tells: how much PHCS holds, what is being worked on, what ended last."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.states import WAITING_FOR_WORKER, WORKING, ImportState
from phcs.models.imports import Import
from phcs.models.records import Case, Owner, Pet
from phcs.queries.imports import HistoryFilter, ImportRow, recent_imports

SHOWN = 5


@dataclass(frozen=True, slots=True)
class LiveTotals:
    """How many live records an organisation has; archived ones do not count."""

    owners: int
    pets: int
    cases: int


def live_totals(session: Session, *, organisation_id: UUID) -> LiveTotals:
    """The organisation's live records, counted."""
    owners, pets, cases = (
        session.scalar(
            sa.select(sa.func.count()).where(
                table.organisation_id == organisation_id, table.archived_at.is_(None)
            )
        )
        or 0
        for table in (Owner, Pet, Case)
    )
    return LiveTotals(owners, pets, cases)


def imports_being_worked_on(session: Session, *, organisation_id: UUID) -> tuple[ImportRow, ...]:
    """The newest imports that go on by themselves."""
    return _newest(session, organisation_id, frozenset(WORKING | WAITING_FOR_WORKER))


def imports_finished(session: Session, *, organisation_id: UUID) -> tuple[ImportRow, ...]:
    """The newest imports that were promoted."""
    return _newest(session, organisation_id, frozenset({ImportState.COMPLETED}))


def _newest(session: Session, organisation_id: UUID, states: frozenset[ImportState]) -> tuple[ImportRow, ...]:
    found = [
        row
        for state in states
        for row in recent_imports(
            session, organisation_id=organisation_id, wanted=HistoryFilter(state=state), size=SHOWN
        ).rows
    ]
    return tuple(sorted(found, key=lambda row: row.id, reverse=True)[:SHOWN])


def imports_by_state(session: Session) -> dict[ImportState, int]:
    """How many imports of all organisations are in each state: numbers for monitoring, nothing of anybody."""
    found: dict[ImportState, int] = dict.fromkeys(ImportState, 0)
    for state, number in session.execute(sa.select(Import.state, sa.func.count()).group_by(Import.state)):
        found[ImportState(state)] = number
    return found
