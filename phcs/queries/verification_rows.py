"""Rows of an import as verification compares them: the ledger, the plan's records, repairs; always by table and row."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind
from phcs.core.verifying.looks import LedgerEntry, PlannedRecord
from phcs.core.verifying.sampling import RowKey
from phcs.models.imports import SourceTable
from phcs.models.plans import LedgerRow, PlanAction
from phcs.models.repairs import Repair
from phcs.queries.among import checked
from phcs.queries.stored_values import word
from phcs.queries.verification_trail import ImportScope

KEYS_AT_ONCE = 20_000


def source_tables(session: Session, scope: ImportScope) -> tuple[SourceTable, ...]:
    """The import's tables in their order, detached."""
    found = session.scalars(
        sa.select(SourceTable)
        .where(SourceTable.organisation_id == scope.organisation_id, SourceTable.import_id == scope.import_id)
        .order_by(SourceTable.table_no)
    ).all()
    for one in found:
        session.expunge(one)
    return tuple(found)


def ledger_numbers(session: Session, scope: ImportScope) -> dict[int, Counter[str]]:
    """How many rows of each table the ledger keeps, by outcome."""
    rows = session.execute(
        sa.select(LedgerRow.table_no, LedgerRow.outcome, sa.func.count())
        .where(
            checked(LedgerRow.organisation_id, scope.organisation_id), LedgerRow.import_id == scope.import_id
        )
        .group_by(LedgerRow.table_no, LedgerRow.outcome)
    )
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for table_no, outcome, number in rows:
        found[table_no][outcome] += number
    return found


def ledger_keys(session: Session, scope: ImportScope, *, outcomes: Collection[str] = ()) -> Iterator[RowKey]:
    """Every row of the ledger by table and row, in file order; only those of some outcomes where any are named."""
    after: RowKey = (-1, -1)
    while True:
        asked = sa.select(LedgerRow.table_no, LedgerRow.row_no).where(
            checked(LedgerRow.organisation_id, scope.organisation_id),
            LedgerRow.import_id == scope.import_id,
            sa.tuple_(LedgerRow.table_no, LedgerRow.row_no) > after,
        )
        if outcomes:
            asked = asked.where(LedgerRow.outcome.in_(outcomes))
        rows = session.execute(asked.order_by(LedgerRow.table_no, LedgerRow.row_no).limit(KEYS_AT_ONCE)).all()
        if not rows:
            return
        yield from ((row.table_no, row.row_no) for row in rows)
        after = (rows[-1].table_no, rows[-1].row_no)


def ledger_between(
    session: Session, scope: ImportScope, *, table_no: int, first: int, last: int
) -> dict[int, LedgerEntry]:
    """The ledger's rows from `first` through `last`, by number."""
    rows = session.execute(
        sa.select(LedgerRow.row_no, LedgerRow.outcome, LedgerRow.reason, LedgerRow.row_digest).where(
            checked(LedgerRow.organisation_id, scope.organisation_id),
            LedgerRow.import_id == scope.import_id,
            LedgerRow.table_no == table_no,
            LedgerRow.row_no.between(first, last),
        )
    )
    return {row.row_no: LedgerEntry(row.outcome, row.reason, row.row_digest) for row in rows}


def records_between(
    session: Session, scope: ImportScope, *, table_no: int, first: int, last: int
) -> dict[int, list[PlannedRecord]]:
    """The records that the approved plan names for the rows from `first` through `last`, in their order."""
    rows = session.execute(
        sa.select(
            PlanAction.row_no,
            word(PlanAction.kind),
            PlanAction.action,
            PlanAction.record_id,
            PlanAction.external_id,
        )
        .where(
            checked(PlanAction.organisation_id, scope.organisation_id),
            PlanAction.import_id == scope.import_id,
            PlanAction.table_no == table_no,
            PlanAction.row_no.between(first, last),
        )
        .order_by(PlanAction.row_no, PlanAction.ordinal)
    )
    found: dict[int, list[PlannedRecord]] = defaultdict(list)
    for row_no, kind, action, record_id, external_id in rows:
        found[row_no].append(PlannedRecord(RecordKind(kind), action, record_id, external_id))
    return found


def has_repairs(session: Session, scope: ImportScope) -> bool:
    """Whether any cell was repaired and is so still."""
    return session.scalar(_repairs(scope).limit(1)) is not None


def repairs_between(
    session: Session, scope: ImportScope, *, table_no: int, first: int, last: int
) -> dict[int, dict[int, str]]:
    """What repaired cells say instead of the file, by row and position; of several repairs the newest."""
    rows: Any = session.execute(
        sa.select(Repair.row_no, Repair.position, Repair.value)
        .where(*_holding(scope), Repair.table_no == table_no, Repair.row_no.between(first, last))
        .order_by(Repair.row_no, Repair.batch_no)
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for row_no, position, value in rows:
        found[row_no][position] = value
    return found


def _repairs(scope: ImportScope) -> sa.Select[Any]:
    return sa.select(Repair.row_no).where(*_holding(scope))


def _holding(scope: ImportScope) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Repair.organisation_id == scope.organisation_id,
        Repair.import_id == scope.import_id,
        Repair.taken_back.is_(False),
        Repair.fits.is_(True),
    )
