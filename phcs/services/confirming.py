"""People confirm warnings that are alike: they have looked, and the rows are right as they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.findings import FindingCode, Severity
from phcs.core.permissions import Permission
from phcs.core.row_places import told_table
from phcs.models.finding_causes import FindingCause, FindingConfirmation, FindingValue
from phcs.models.imports import Import
from phcs.services import auditing
from phcs.services.import_moves import find_import, update_guarded
from phcs.services.quality_log import note_confirmations
from phcs.services.repair_work import require_repairable
from phcs.services.transactions import transaction


@dataclass(frozen=True, slots=True)
class WarningsOf:
    """Warnings of one code in one column of one table."""

    table_no: int
    code: FindingCode
    column: str


def confirm_findings(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    code: FindingCode,
    column: str,
    value: str | None = None,
    table_no: int = 1,
) -> int:
    """Confirm all warnings of one cause, or those with one value; gives how many that are.

    Nothing changes in the plan: who confirms may still approve. More of the same since are open again. Raises
    InvalidInputError where there are none, WrongStateError unless the import is in review, NotFoundError.
    """
    actor.require(Permission.CONFIRM_FINDINGS)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        require_repairable(found)
        of = WarningsOf(table_no, code, column)
        number = _number(session, found, of, value)
        if not number:
            raise InvalidInputError(
                "There is nothing of this kind to confirm any more. Look at the list again."
            )
        update_guarded(session, found, now=now)
        session.execute(
            sa.delete(FindingConfirmation)
            .where(*_alike(found, of, value))
            .execution_options(synchronize_session=False)
        )
        session.add(
            FindingConfirmation(
                import_id=found.id,
                confirmation_no=_next_number(session, found),
                organisation_id=found.organisation_id,
                table_no=table_no,
                code=code,
                column_name=column,
                value=value or "",
                any_value=value is None,
                number=number,
                confirmed_by=actor.id,
                confirmed_by_name=actor.name,
                confirmed_at=now,
            )
        )
        session.flush()
        note_confirmations(session, found=found)
        _record(session, found, actor, now, "findings.confirmed", of, number, value)
    return number


def withdraw_confirmation(*, actor: Actor, now: datetime, import_id: UUID, confirmation_no: int) -> None:
    """Let confirmed warnings be open again. Raises NotFoundError, WrongStateError as `confirm_findings`."""
    actor.require(Permission.CONFIRM_FINDINGS)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        require_repairable(found)
        kept = session.get(FindingConfirmation, (import_id, confirmation_no))
        if kept is None or kept.organisation_id != found.organisation_id:
            raise NotFoundError("There is no such confirmation.")
        update_guarded(session, found, now=now)
        session.delete(kept)
        session.flush()
        note_confirmations(session, found=found)
        value = None if kept.any_value else kept.value
        of = WarningsOf(kept.table_no, FindingCode(kept.code), kept.column_name)
        _record(session, found, actor, now, "findings.reopened", of, kept.number, value)


def _number(session: Session, found: Import, of: WarningsOf, value: str | None) -> int:
    of_cause = (
        FindingCause.organisation_id == found.organisation_id,
        FindingCause.import_id == found.id,
        FindingCause.table_no == of.table_no,
        FindingCause.code == of.code,
        FindingCause.severity == Severity.WARNING,
        FindingCause.column_name == of.column,
    )
    asked: Any = sa.select(sa.func.sum(FindingCause.number)).where(*of_cause)
    if value is not None:
        asked = (
            sa.select(sa.func.sum(FindingValue.number))
            .join(
                FindingCause,
                sa.and_(
                    FindingCause.import_id == FindingValue.import_id,
                    FindingCause.table_no == FindingValue.table_no,
                    FindingCause.cause_no == FindingValue.cause_no,
                ),
            )
            .where(
                *of_cause,
                FindingValue.organisation_id == found.organisation_id,
                FindingValue.import_id == found.id,
                FindingValue.value == value,
            )
        )
    return int(session.scalar(asked) or 0)


def _alike(found: Import, of: WarningsOf, value: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    """Earlier confirmations that this one says again: of the cause with all values, or of the one value."""
    of_cause = (
        FindingConfirmation.organisation_id == found.organisation_id,
        FindingConfirmation.import_id == found.id,
        FindingConfirmation.table_no == of.table_no,
        FindingConfirmation.code == of.code,
        FindingConfirmation.column_name == of.column,
    )
    if value is None:
        return of_cause
    return (*of_cause, FindingConfirmation.any_value.is_(False), FindingConfirmation.value == value)


def _next_number(session: Session, found: Import) -> int:
    last = session.scalar(
        sa.select(sa.func.max(FindingConfirmation.confirmation_no)).where(
            FindingConfirmation.organisation_id == found.organisation_id,
            FindingConfirmation.import_id == found.id,
        )
    )
    return int(last or 0) + 1


def _record(
    session: Session,
    found: Import,
    actor: Actor,
    now: datetime,
    action: str,
    of: WarningsOf,
    number: int,
    value: str | None,
) -> None:
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action=action,
        import_id=found.id,
        detail={"code": of.code.value, "column": of.column, "findings": number, **told_table(of.table_no)},
        values={} if value is None else {"value": value},
    )
