"""Carrying out a stored plan on the live tables, inside the caller's transaction: for good, or to see how it goes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import StalePlanError
from phcs.core.findings import RowStatus
from phcs.core.planning import Action, PlanCounts, PlanFingerprint, StoredAction
from phcs.core.reconciling import ExpectedPromotion, FoundPromotion, reconcile
from phcs.core.records import RecordKind
from phcs.models.imports import Import, StagedRow
from phcs.models.organisations import Organisation
from phcs.models.plans import LedgerRow, PlanRow
from phcs.queries import stored_plan
from phcs.queries.source_tables import TableInPlan, tables_in_plan
from phcs.services.auditing import Chain
from phcs.services.garbage import collect_between_chunks
from phcs.services.identifiers import new_id
from phcs.services.quality_log import close_promoted
from phcs.services.record_writing import RecordWriter
from phcs.services.stopwatch import Stopwatch
from phcs.services.working import Workshop

LEDGER_COLUMNS = (
    "import_id",
    "table_no",
    "row_no",
    "organisation_id",
    "outcome",
    "record_kind",
    "record_id",
    "owner_id",
    "external_id",
    "reason",
    "row_digest",
)


class UnbalancedPromotionError(RuntimeError):
    """What was written does not add up to the plan: a bug, so nothing is kept."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What was written: the chain of audit events, one for every record, and how many of what."""

    chain: Chain
    written: dict[str, int]


def carry_out_plan(
    session: Session,
    *,
    found: Import,
    fingerprint: str,
    actor: Actor,
    now: datetime,
    workshop: Workshop,
    watch: Stopwatch,
) -> CarriedOut:
    """Do to the live records exactly what the plan of this fingerprint says, and count it in the database.

    Raises StalePlanError when records changed since the plan was made or it is not that plan, and
    UnbalancedPromotionError when what was written does not add up; then nothing may be kept.
    """
    with watch.timing("promote"):
        _require_same_epoch(session, found)
        chain = Chain(actor=actor, now=now, chain_id=new_id(), import_id=found.id)
        writer = RecordWriter(session=session, found=found, now=now, chain=chain)
        bound = PlanFingerprint()
        done = 0
        chunks = enumerate(_chunks(session, found, workshop.chunk_rows), start=1)
        for chunk_no, (table, rows, actions) in chunks:
            _bind(bound, rows, actions, table_no=table.table_no)
            writer.write(actions, table_no=table.table_no, source=table.source)
            done += len(rows)
            collect_between_chunks(chunk_no)
            workshop.told("promoting", done, found.rows_total)
        writer.finish()
        if bound.hexdigest() != fingerprint:
            raise StalePlanError("The stored plan is not the one that was approved.")
        chain.keep_head(session)
        _keep_ledger(session, found)
        close_promoted(session, found=found, now=now)
    with watch.timing("verify"):
        _require_balance(session, found, writer, chain)
    return CarriedOut(chain, dict(writer.done))


def _require_same_epoch(session: Session, found: Import) -> None:
    """Raise StalePlanError when live records changed since the plan; else nobody changes them before we end.

    The lock on the organisation's row makes promotions of one organisation wait for each other.
    """
    epoch = session.scalar(
        sa.select(Organisation.record_epoch)
        .where(Organisation.id == found.organisation_id)
        .with_for_update(key_share=True)
    )
    if epoch != found.plan_epoch:
        raise StalePlanError("Records have changed since the plan was made.")
    session.execute(
        sa.update(Organisation)
        .where(Organisation.id == found.organisation_id)
        .values(record_epoch=Organisation.record_epoch + 1)
    )


def _bind(
    fingerprint: PlanFingerprint, rows: Sequence[Any], actions: Sequence[Any], *, table_no: int
) -> None:
    """Let the fingerprint take in the rows exactly as they are stored and carried out."""
    of_row: dict[int, list[StoredAction]] = {}
    for one in actions:
        of_row.setdefault(one[0], []).append(tuple(one[1:]))
    for row_no, outcome, _ in rows:
        fingerprint.add(row_no, outcome, of_row.get(row_no, ()), table_no=table_no)


def _chunks(
    session: Session, found: Import, size: int
) -> Iterator[tuple[TableInPlan, Sequence[Any], Sequence[Any]]]:
    """The stored plan table by table in file order: rows, and the actions of these rows."""
    for table in tables_in_plan(session, found):
        after = -1
        while rows := stored_plan.rows_after(
            session, found, table_no=table.table_no, after=after, limit=size
        ):
            first, last = rows[0].row_no, rows[-1].row_no
            actions = stored_plan.actions_between(
                session, found, table_no=table.table_no, first=first, last=last
            )
            yield table, rows, actions
            after = last


def _keep_ledger(session: Session, found: Import) -> None:
    of_import = (PlanRow.organisation_id == found.organisation_id, PlanRow.import_id == found.id)
    session.execute(
        sa.insert(LedgerRow).from_select(
            LEDGER_COLUMNS, sa.select(*(getattr(PlanRow, name) for name in LEDGER_COLUMNS)).where(*of_import)
        )
    )
    # Rejected rows stay until their date, so that they can be repaired and brought by a later import.
    session.execute(
        sa.delete(StagedRow).where(
            StagedRow.organisation_id == found.organisation_id,
            StagedRow.import_id == found.id,
            StagedRow.status != RowStatus.ERROR,
        )
    )


def _require_balance(session: Session, found: Import, writer: RecordWriter, chain: Chain) -> None:
    """Count in the database what is there now and compare it with the plan; a difference keeps nothing."""
    counts = PlanCounts.from_json(found.plan_counts, kind=RecordKind(found.kind))
    problems = reconcile(
        ExpectedPromotion.of_counts(found.rows_total, counts),
        FoundPromotion(
            ledger=_ledger_counts(session, found),
            inserted=writer.counted_in_database(),
            updated={kind: writer.done[f"{kind.value}.update"] for kind in RecordKind},
            events=chain.seq,
        ),
    )
    if problems:
        raise UnbalancedPromotionError(" ".join(problems))


def _ledger_counts(session: Session, found: Import) -> dict[Action, int]:
    rows = session.execute(
        sa.select(LedgerRow.outcome, sa.func.count())
        .where(LedgerRow.organisation_id == found.organisation_id, LedgerRow.import_id == found.id)
        .group_by(LedgerRow.outcome)
    ).all()
    return {Action(outcome): number for outcome, number in rows}
