"""Schedules, the files they have seen, and their imports that might be approved by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.findings import RowStatus
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.schedules import ImportSchedule, ScheduledFile
from phcs.queries.import_tables import tables_by_import
from phcs.queries.people import AnySession

NEWEST = 50


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """A schedule as people see it; `next_at` is None while it is switched off."""

    id: UUID
    name: str
    place: str
    cron: str
    choices: dict[str, Any]
    approves_clean: bool
    set_up_by_name: str
    next_at: datetime | None
    last_at: datetime | None
    last_result: str
    is_failing: bool


@dataclass(frozen=True, slots=True)
class ScheduledImport:
    """An import that a schedule made."""

    import_id: UUID
    file_name: str
    state: ImportState
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewedBySchedule:
    """An import at review that a schedule may approve; `is_clean` says whether there is nothing to look at."""

    file_id: UUID
    import_id: UUID
    organisation_id: UUID
    schedule_name: str
    fingerprint: str
    is_clean: bool


def schedules_of(session: AnySession, *, organisation_id: UUID) -> tuple[ScheduleFacts, ...]:
    """Every schedule of an organisation, the oldest first."""
    return tuple(_schedules(session, organisation_id, sa.true()))


def schedule(session: AnySession, *, organisation_id: UUID, schedule_id: UUID) -> ScheduleFacts:
    """One schedule. Raises NotFoundError."""
    found = _schedules(session, organisation_id, ImportSchedule.id == schedule_id)
    if not found:
        raise NotFoundError("There is no such schedule in your organisation.")
    return found[0]


def imports_of_schedule(
    session: AnySession, *, organisation_id: UUID, schedule_id: UUID
) -> tuple[ScheduledImport, ...]:
    """The newest imports that a schedule made."""
    rows = session.execute(
        sa.select(Import.id, Import.file_name, Import.state, ScheduledFile.seen_at)
        .join(ScheduledFile, ScheduledFile.import_id == Import.id)
        .where(Import.organisation_id == organisation_id, ScheduledFile.schedule_id == schedule_id)
        .order_by(Import.id.desc())
        .limit(NEWEST)
    )
    return tuple(ScheduledImport(*row) for row in rows)


def seen_before(session: Session, *, schedule_id: UUID, seen_as: Sequence[str]) -> frozenset[str]:
    """Which of these files of a watched folder have become imports already."""
    rows = session.scalars(
        sa.select(ScheduledFile.seen_as)
        .join(Import, Import.id == ScheduledFile.import_id)
        .where(ScheduledFile.schedule_id == schedule_id, ScheduledFile.seen_as.in_(seen_as))
    )
    return frozenset(rows)


def clean_imports(session: Session) -> list[ReviewedBySchedule]:
    """The imports at review, of schedules that approve clean files, whose plan nobody has considered yet."""
    rows = session.execute(
        sa.select(
            ScheduledFile.id,
            Import.id,
            Import.organisation_id,
            ImportSchedule.name,
            Import.plan_fingerprint,
            Import.row_counts,
        )
        .join(ImportSchedule, ImportSchedule.id == ScheduledFile.schedule_id)
        .join(Import, Import.id == ScheduledFile.import_id)
        .where(
            ImportSchedule.approves_clean.is_(True),
            ImportSchedule.next_at.is_not(None),
            Import.state == ImportState.REVIEW,
            Import.plan_fingerprint != ScheduledFile.judged,
        )
        .order_by(Import.id)
    ).all()
    tables = tables_by_import(session, [import_id for _, import_id, *_ in rows])
    return [
        ReviewedBySchedule(
            file_id,
            import_id,
            organisation_id,
            name,
            fingerprint,
            tables[import_id].are_all_as_saved and _all_valid(row_counts),
        )
        for file_id, import_id, organisation_id, name, fingerprint, row_counts in rows
    ]


def _all_valid(row_counts: dict[str, int]) -> bool:
    valid = RowStatus.VALID.value
    return row_counts.get(valid, 0) > 0 and not any(
        number for status, number in row_counts.items() if status != valid
    )


def _schedules(
    session: AnySession, organisation_id: UUID, which: sa.ColumnElement[bool]
) -> list[ScheduleFacts]:
    rows = session.scalars(
        sa.select(ImportSchedule)
        .where(ImportSchedule.organisation_id == organisation_id, which)
        .order_by(ImportSchedule.id)
    )
    return [
        ScheduleFacts(
            one.id,
            one.name,
            one.place,
            one.cron,
            one.choices,
            one.approves_clean,
            one.set_up_by_name,
            one.next_at,
            one.last_at,
            one.last_result,
            one.is_failing,
        )
        for one in rows
    ]
