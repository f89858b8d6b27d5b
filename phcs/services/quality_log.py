"""The data-quality log, kept in step with the findings: a few statements for all rows at once, never one for each.

Called inside the transaction that makes a plan, promotes it or ends the import without; so the log never tells of
something that did not happen.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.planning import Action
from phcs.core.quality import Resolution
from phcs.models.imports import Import, StagedFinding
from phcs.models.plans import PlanRow
from phcs.models.quality import FindingCount, LoggedFinding
from phcs.models.repairs import Repair
from phcs.services.quality_resolving import (
    OPEN_AGAIN,
    change_log,
    say_what_came_back,
    say_what_is_confirmed,
    say_who_decided,
    say_who_repaired,
)

LOGGED = (
    "organisation_id",
    "import_id",
    "table_no",
    "row_no",
    "code",
    "column_name",
    "occurrence",
    "severity",
    "value",
    "detail",
    "resolution",
    "resolved_by_name",
)
_L, _F = LoggedFinding, StagedFinding
_GONE = (Resolution.REPAIRED, Resolution.CORRECTED, Resolution.RECHECKED, Resolution.DECIDED)


def reconcile_log(session: Session, *, found: Import, now: datetime) -> None:
    """Let the log say of every finding of this import, as its plan has just been made, whether it is still there.

    New ones are open; those that are gone were repaired, corrected, decided, or went when rows were checked anew;
    those that are back are open again.
    """
    change_log(
        session,
        found,
        _L.resolution.in_(_GONE),
        _is_there(),
        **OPEN_AGAIN,
    )
    change_log(session, found, _unsettled(), ~_is_there(), resolution=Resolution.RECHECKED, resolved_at=now)
    say_who_repaired(session, found, now)
    say_who_decided(session, found, now)
    _forget_open_of_repaired(session, found)
    _add_new(session, found)
    say_what_is_confirmed(session, found)
    _recount(session, found.organisation_id, found.id)


def close_promoted(session: Session, *, found: Import, now: datetime) -> None:
    """Say of every finding that is open that its row was promoted with it, or was rejected."""
    say_what_is_confirmed(session, found)
    rejected = sa.exists().where(
        PlanRow.import_id == _L.import_id,
        PlanRow.table_no == _L.table_no,
        PlanRow.row_no == _L.row_no,
        PlanRow.outcome == Action.REJECT.value,
    )
    change_log(
        session,
        found,
        _L.resolution == Resolution.OPEN,
        resolution=sa.case((rejected, Resolution.REJECTED.value), else_=Resolution.PROMOTED.value),
        resolved_by=found.decided_by,
        resolved_by_name=found.decided_by_name,
        resolved_at=now,
    )
    _recount(session, found.organisation_id, found.id)
    if found.corrects:
        say_what_came_back(session, found, found.corrects, now)
        _recount(session, found.organisation_id, found.corrects)


def close_declined(session: Session, *, found: Import, by: UUID | None, by_name: str, now: datetime) -> None:
    """Say of every finding that is open that the import was aborted or cancelled with it."""
    change_log(
        session,
        found,
        _L.resolution == Resolution.OPEN,
        resolution=Resolution.DECLINED,
        resolved_by=by,
        resolved_by_name=by_name,
        resolved_at=now,
    )
    _recount(session, found.organisation_id, found.id)


def note_confirmations(session: Session, *, found: Import) -> None:
    """Let the log say at once which findings people have confirmed, or no longer confirm."""
    say_what_is_confirmed(session, found)
    _recount(session, found.organisation_id, found.id)


def _unsettled() -> sa.ColumnElement[bool]:
    return _L.resolution.in_((Resolution.OPEN, Resolution.CONFIRMED))


def _is_there() -> sa.ColumnElement[bool]:
    """Whether the row still has this finding, or as many of the same code and column."""
    same = (
        sa.select(sa.func.count())
        .where(
            _F.import_id == _L.import_id,
            _F.table_no == _L.table_no,
            _F.row_no == _L.row_no,
            _F.organisation_id == _L.organisation_id,
            _F.code == _L.code,
            _F.column_name == _L.column_name,
        )
        .correlate(LoggedFinding)
        .scalar_subquery()
    )
    return same >= _L.occurrence


def _forget_open_of_repaired(session: Session, found: Import) -> None:
    """What is still open in a repaired row may be about another value by now: it is added anew."""
    was_repaired = sa.exists().where(
        Repair.import_id == _L.import_id,
        Repair.table_no == _L.table_no,
        Repair.row_no == _L.row_no,
        Repair.organisation_id == _L.organisation_id,
    )
    session.execute(
        sa.delete(LoggedFinding)
        .where(
            _L.organisation_id == found.organisation_id, _L.import_id == found.id, _unsettled(), was_repaired
        )
        .execution_options(synchronize_session=False)
    )


def _add_new(session: Session, found: Import) -> None:
    """Findings that the log does not know yet."""
    of_import = (_F.organisation_id == found.organisation_id, _F.import_id == found.id)
    occurrence = sa.func.row_number().over(
        partition_by=(_F.table_no, _F.row_no, _F.code, _F.column_name), order_by=(_F.stage, _F.ordinal)
    )
    live = (
        sa.select(
            *(getattr(_F, name) for name in LOGGED[:6]),
            occurrence.label("occurrence"),
            _F.severity,
            _F.value,
            _F.detail,
        )
        .where(*of_import)
        .subquery()
    )
    known = sa.exists().where(*(getattr(_L, name) == live.c[name] for name in LOGGED[:7]))
    session.execute(
        sa.insert(LoggedFinding).from_select(
            LOGGED,
            sa.select(*live.c, sa.literal(Resolution.OPEN.value, sa.String), sa.literal("", sa.String)).where(
                ~known
            ),
        )
    )


def _recount(session: Session, organisation_id: UUID, import_id: UUID) -> None:
    of_import = {"organisation_id": organisation_id, "import_id": import_id}
    session.execute(
        sa.delete(FindingCount).filter_by(**of_import).execution_options(synchronize_session=False)
    )
    keys = ("organisation_id", "import_id", "code", "severity", "resolution")
    columns = [getattr(_L, name) for name in keys]
    session.execute(
        sa.insert(FindingCount).from_select(
            (*keys, "number"),
            sa.select(*columns, sa.func.count()).filter_by(**of_import).group_by(*columns),
        )
    )
