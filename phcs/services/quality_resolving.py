"""Who and what resolved findings: repairs, answers, confirmations, corrected files. Statements for all rows at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import FindingCode, Severity
from phcs.core.planning import Action
from phcs.core.quality import Resolution
from phcs.core.repairing import RepairWay
from phcs.models.finding_causes import FindingConfirmation
from phcs.models.imports import Import
from phcs.models.plans import MatchDecision, PlanRow
from phcs.models.quality import CorrectedRow, LoggedFinding
from phcs.models.repairs import Repair, RepairBatch

_L = LoggedFinding
OPEN_AGAIN: dict[str, Any] = {
    "resolution": Resolution.OPEN,
    "resolved_by": None,
    "resolved_by_name": "",
    "resolved_at": None,
}


def change_log(session: Session, found: Import, *where: sa.ColumnElement[bool], **values: Any) -> None:
    """Set values of this import's entries under these conditions."""
    session.execute(
        sa.update(LoggedFinding)
        .where(_L.organisation_id == found.organisation_id, _L.import_id == found.id, *where)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def say_who_repaired(session: Session, found: Import, now: datetime) -> None:
    """Findings that have just gone from rows with repairs: whose repair was the last."""
    last = (
        sa.select(sa.func.max(Repair.batch_no))
        .where(
            Repair.import_id == _L.import_id,
            Repair.table_no == _L.table_no,
            Repair.row_no == _L.row_no,
            Repair.organisation_id == _L.organisation_id,
            Repair.taken_back.is_(False),
        )
        .correlate(LoggedFinding)
        .scalar_subquery()
    )

    def of_batch(column: Any) -> Any:
        return (
            sa.select(column)
            .where(RepairBatch.import_id == _L.import_id, RepairBatch.batch_no == last)
            .correlate(LoggedFinding)
            .scalar_subquery()
        )

    way = sa.case(
        (RepairBatch.way == RepairWay.CORRECTION.value, Resolution.CORRECTED.value),
        else_=Resolution.REPAIRED.value,
    )
    change_log(
        session,
        found,
        *_just_gone(now),
        last.is_not(None),
        resolution=of_batch(way),
        resolved_by=of_batch(RepairBatch.repaired_by),
        resolved_by_name=of_batch(RepairBatch.repaired_by_name),
        resolved_at=of_batch(RepairBatch.repaired_at),
    )


def say_who_decided(session: Session, found: Import, now: datetime) -> None:
    """Questions about who somebody is that have just gone: who answered them."""
    of_row = (
        MatchDecision.import_id == _L.import_id,
        MatchDecision.table_no == _L.table_no,
        MatchDecision.row_no == _L.row_no,
        MatchDecision.organisation_id == _L.organisation_id,
    )

    def first(column: Any) -> Any:
        return (
            sa.select(column)
            .where(*of_row)
            .order_by(MatchDecision.decided_at.desc(), MatchDecision.owner_id)
            .limit(1)
            .correlate(LoggedFinding)
            .scalar_subquery()
        )

    change_log(
        session,
        found,
        *_just_gone(now),
        _L.code == FindingCode.MATCH_UNDECIDED,
        sa.exists().where(*of_row).correlate(LoggedFinding),
        resolution=Resolution.DECIDED,
        resolved_by=first(MatchDecision.decided_by),
        resolved_by_name=first(MatchDecision.decided_by_name),
        resolved_at=first(MatchDecision.decided_at),
    )


def _just_gone(now: datetime) -> Sequence[sa.ColumnElement[bool]]:
    return _L.resolution == Resolution.RECHECKED, _L.resolved_at == now


def say_what_is_confirmed(session: Session, found: Import) -> None:
    """What people have looked at and called right, and what they no longer do."""
    alike = (
        FindingConfirmation.import_id == _L.import_id,
        FindingConfirmation.organisation_id == _L.organisation_id,
        FindingConfirmation.table_no == _L.table_no,
        _L.severity == Severity.WARNING,
        FindingConfirmation.code == _L.code,
        FindingConfirmation.column_name == _L.column_name,
        sa.or_(FindingConfirmation.any_value.is_(True), FindingConfirmation.value == _L.value),
    )
    is_confirmed = sa.exists().where(*alike).correlate(LoggedFinding)

    def last(column: Any) -> Any:
        return (
            sa.select(column)
            .where(*alike)
            .order_by(FindingConfirmation.confirmation_no.desc())
            .limit(1)
            .correlate(LoggedFinding)
            .scalar_subquery()
        )

    change_log(
        session,
        found,
        _L.resolution == Resolution.CONFIRMED,
        ~is_confirmed,
        **OPEN_AGAIN,
    )
    change_log(
        session,
        found,
        _L.resolution == Resolution.OPEN,
        is_confirmed,
        resolution=Resolution.CONFIRMED,
        resolved_by=last(FindingConfirmation.confirmed_by),
        resolved_by_name=last(FindingConfirmation.confirmed_by_name),
        resolved_at=last(FindingConfirmation.confirmed_at),
    )


def say_what_came_back(session: Session, found: Import, corrects: UUID, now: datetime) -> None:
    """The rows of an earlier import that this one has brought, repaired: their findings are corrected."""
    came_back = sa.exists().where(
        CorrectedRow.organisation_id == _L.organisation_id,
        CorrectedRow.import_id == _L.import_id,
        CorrectedRow.table_no == _L.table_no,
        CorrectedRow.row_no == _L.row_no,
        CorrectedRow.corrected_in == found.id,
        PlanRow.import_id == found.id,
        PlanRow.table_no == CorrectedRow.corrected_table_no,
        PlanRow.row_no == CorrectedRow.corrected_row_no,
        PlanRow.outcome != Action.REJECT.value,
    )
    session.execute(
        sa.update(LoggedFinding)
        .where(
            _L.organisation_id == found.organisation_id,
            _L.import_id == corrects,
            _L.resolution == Resolution.REJECTED,
            came_back.correlate(LoggedFinding),
        )
        .values(
            resolution=Resolution.CORRECTED,
            resolved_by=found.uploaded_by,
            resolved_by_name=found.uploaded_by_name,
            resolved_at=now,
        )
        .execution_options(synchronize_session=False)
    )
