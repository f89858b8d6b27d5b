"""Counting everything that a verification puts into equations, in one snapshot of the database; changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError, UnreadableFileError
from phcs.core.mapping.tables import TableMapping
from phcs.core.planning.actions import Action
from phcs.core.reading.tables import TableReading
from phcs.core.records import RecordKind
from phcs.core.states import PROMOTED
from phcs.core.verifying.accounts import Accounts, Problem, RecordAccount, TableAccount
from phcs.core.verifying.columns import ColumnTally
from phcs.core.verifying.details import RowDetail
from phcs.core.verifying.sampling import RowKey
from phcs.extensions import db
from phcs.models.imports import Import, SourceTable
from phcs.queries.verification_live import live_numbers
from phcs.queries.verification_rows import ledger_numbers, source_tables
from phcs.queries.verification_trail import Anchor, ImportScope, anchors_of, told_of_records
from phcs.services.staging_order import check_order_of
from phcs.services.verification import NOT_PROMOTED, NotPromotedError
from phcs.services.verification_records import RecordsPass
from phcs.services.verification_rows import RowsPass, TableOrder
from phcs.services.working import Workshop

FILE_DELETED = "The file was deleted when its date had come, so its rows were not read again."
PLAN_DELETED = (
    "The plan was deleted when its date had come, so no value was compared with the record of its row."
)
NOT_FIRST_FILE = frozenset({"file.changed", "file.missing"})
DrawRows = Callable[[Session, ImportScope], Iterable[RowKey]]
Alive = Callable[[int], None]
"""Is called with the rows done so far; raises when this work is somebody else's by now."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of one import, and the rows that were drawn, in full."""

    found: Import
    accounts: Accounts
    details: tuple[RowDetail, ...]
    anchors: tuple[Anchor, ...]


@contextmanager
def snapshot() -> Iterator[Session]:
    """A session that sees the database as it is now, whatever others change meanwhile; it writes nothing."""
    db.session.rollback()
    is_postgresql = db.engine.dialect.name == "postgresql"
    engine = db.engine.execution_options(isolation_level="REPEATABLE READ") if is_postgresql else db.engine
    with Session(bind=engine, expire_on_commit=False) as session:
        yield session


def count_import(
    *,
    organisation_id: UUID,
    import_id: UUID,
    draw: DrawRows,
    workshop: Workshop,
    alive: Alive,
    trail: bool = True,
) -> Counted:
    """Count an import that was promoted, and look at the rows that `draw` names; without `trail` only its rows.

    Raises NotFoundError, NotPromotedError, and UnreadableFileError where the file is whole but cannot be read now.
    """
    with snapshot() as session:
        found = session.scalar(
            sa.select(Import).where(Import.organisation_id == organisation_id, Import.id == import_id)
        )
        if found is None:
            raise NotFoundError("There is no such import.")
        if found.state not in PROMOTED:
            raise NotPromotedError(NOT_PROMOTED)
        session.expunge(found)
        tables = source_tables(session, _scope(found, ()))
        scope = _scope(found, tables)
        anchors = anchors_of(session, scope)
        accounts = _accounts(session, scope, found, tables)
        accounts.sample = tuple(draw(session, scope))
        details = _file(session, scope, found, accounts, tables, anchors, workshop, alive)
        if trail:
            records = RecordsPass(session, scope, accounts.problems, alive)
            accounts.chains = records.check_chains(anchors)
            accounts.trail = records.account
        return Counted(found, accounts, tuple(details), anchors)


def _scope(found: Import, tables: Sequence[SourceTable]) -> ImportScope:
    sources = dict.fromkeys([found.source, *(table.source for table in tables if table.source)])
    names = {table.table_no: table.name for table in tables}
    return ImportScope(found.organisation_id, found.id, tuple(sources), found.file_name, names)


def _accounts(session: Session, scope: ImportScope, found: Import, tables: Iterable[SourceTable]) -> Accounts:
    ledger = ledger_numbers(session, scope)
    counts = found.plan_counts
    planned = {
        kind: {action: counts.get(kind.value, {}).get(action.value, 0) for action in Action}
        for kind in RecordKind
    }
    told, live = told_of_records(session, scope), live_numbers(session, scope)
    return Accounts(
        tables=[
            TableAccount(
                table_no=table.table_no,
                name=table.name,
                kind=table.kind,
                rows_first=TableReading.from_json(table.reading).rows,
                ledger=sum(ledger.get(table.table_no, {}).values()),
                outcomes=ledger[table.table_no],
            )
            for table in tables
            if not table.left_out
        ],
        planned_rows={action: counts.get("rows", {}).get(action.value, 0) for action in Action},
        records=[
            RecordAccount(kind, planned[kind], told.get(kind, {}), live.get(kind, 0))
            for kind in RecordKind
            if any(planned[kind].values()) or told.get(kind) or live.get(kind)
        ],
        file_note=FILE_DELETED if found.file_purged_at else "",
        plan_note=PLAN_DELETED if found.rows_purge_begun_at else "",
    )


def _file(
    session: Session,
    scope: ImportScope,
    found: Import,
    accounts: Accounts,
    tables: Iterable[SourceTable],
    anchors: Iterable[Anchor],
    workshop: Workshop,
    alive: Alive,
) -> list[RowDetail]:
    orders = _orders(found, accounts, tables)
    if accounts.file_note:
        return []
    promoted = max((one.number for one in anchors if one.action == "import.promoted"), default=0)
    rows = RowsPass(
        session=session,
        scope=scope,
        accounts=accounts,
        workshop=workshop,
        promoted_number=promoted,
        has_plan=not accounts.plan_note,
        wanted=frozenset(accounts.sample),
        alive=alive,
    )
    try:
        with workshop.store.fetched(found.stored_name, sha256=found.file_sha256) as path:
            for order in orders:
                rows.check_table(path, order)
    except UnreadableFileError as problem:
        if problem.reason not in NOT_FIRST_FILE:
            raise
        accounts.file_note = problem.sentence
        accounts.problems.add(Problem(problem.reason, f"The stored file: {problem.sentence}"))
    return rows.details


def _orders(found: Import, accounts: Accounts, tables: Iterable[SourceTable]) -> list[TableOrder]:
    of_table = {account.table_no: account for account in accounts.tables}
    orders = []
    for table in tables:
        account = of_table.get(table.table_no)
        if account is None:
            continue
        reading = TableReading.from_json(table.reading)
        tally = ColumnTally(reading, TableMapping.from_json(table.mapping))
        account.columns = tally.columns
        orders.append(TableOrder(reading, check_order_of(found, table, reading), account, tally))
    return orders
