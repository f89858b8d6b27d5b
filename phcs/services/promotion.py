"""Promotion: the approved plan becomes live records in one transaction, or nothing does."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, ActorKind, process_actor
from phcs.core.errors import StalePlanError
from phcs.core.findings import RowStatus
from phcs.core.planning import Action, PlanCounts, PlanFingerprint, StoredAction
from phcs.core.reconciling import ExpectedPromotion, FoundPromotion, reconcile
from phcs.core.records import RecordKind
from phcs.core.states import ImportState
from phcs.models.imports import Import, StagedRow
from phcs.models.organisations import Organisation
from phcs.models.plans import LedgerRow, PlanRow
from phcs.queries import stored_plan
from phcs.services import auditing, leasing
from phcs.services.auditing import Chain
from phcs.services.identifiers import new_id
from phcs.services.leasing import Claim
from phcs.services.noticing import tell_promoted
from phcs.services.quality_log import close_promoted
from phcs.services.record_writing import RecordWriter
from phcs.services.stopwatch import Stopwatch, peak_memory_mb
from phcs.services.transactions import transaction
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


def promote_import(*, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> ImportState:
    """Carry out the approved plan, all of it or none of it, with an audit event for every record.

    Gives the state that follows: `completed`, or `staging` when records changed since the plan was made;
    then it is planned anew, and an equal plan goes on by itself while any other goes back to review.
    Doing this twice is impossible: the second finds the import no longer `promoting` under its fence.
    """
    try:
        with transaction() as session:
            _promote(session, claim, found, workshop, watch)
    except StalePlanError:
        _plan_anew(claim, workshop.clock())
        return ImportState.STAGING
    return ImportState.COMPLETED


def _promote(session: Session, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> None:
    now = workshop.clock()
    with watch.timing("promote"):
        leasing.renew(session, claim, now=now, stage="promoting", stage_started_at=now)
        _require_same_epoch(session, found)
        chain = Chain(actor=_approver(found), now=now, chain_id=new_id(), import_id=found.id)
        writer = RecordWriter(session=session, found=found, now=now, chain=chain)
        fingerprint = PlanFingerprint()
        done = 0
        for rows, actions in _chunks(session, found, workshop.chunk_rows):
            _bind(fingerprint, rows, actions)
            writer.write(actions)
            done += len(rows)
            workshop.told("promoting", done, found.rows_total)
        writer.finish()
        if fingerprint.hexdigest() != found.approved_fingerprint:
            raise StalePlanError("The stored plan is not the one that was approved.")
        chain.keep_head(session)
        _keep_ledger(session, found)
        close_promoted(session, found=found, now=now)
    with watch.timing("verify"):
        _require_balance(session, found, writer, chain)
    _finish(session, claim, found, chain, writer, workshop, watch)


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


def _bind(fingerprint: PlanFingerprint, rows: Sequence[Any], actions: Sequence[Any]) -> None:
    """Let the fingerprint take in the rows exactly as they are stored and carried out."""
    of_row: dict[int, list[StoredAction]] = {}
    for one in actions:
        of_row.setdefault(one[0], []).append(tuple(one[1:]))
    for row_no, outcome, _ in rows:
        fingerprint.add(row_no, outcome, of_row.get(row_no, ()))


def _chunks(session: Session, found: Import, size: int) -> Iterator[tuple[Sequence[Any], Sequence[Any]]]:
    """The stored plan in file order: rows, and the actions of these rows."""
    after = -1
    while rows := stored_plan.rows_after(session, found, after=after, limit=size):
        first, last = rows[0].row_no, rows[-1].row_no
        yield rows, stored_plan.actions_between(session, found, first=first, last=last)
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


def _finish(
    session: Session,
    claim: Claim,
    found: Import,
    chain: Chain,
    writer: RecordWriter,
    workshop: Workshop,
    watch: Stopwatch,
) -> None:
    now = workshop.clock()
    auditing.record_on_import(
        session,
        actor=_approver(found),
        now=now,
        action="import.promoted",
        import_id=found.id,
        detail={
            "fingerprint": found.approved_fingerprint,
            "records_chain": str(chain.chain_id),
            "records_events": chain.seq,
            "records_head": chain.head,
            "written": dict(writer.done),
        },
    )
    leasing.move(
        session,
        claim,
        ImportState.COMPLETED,
        now=now,
        finished_at=now,
        rows_done=found.rows_total,
        timings=watch.added_to(found.timings),
        peak_memory_mb=max(found.peak_memory_mb, peak_memory_mb()),
    )
    tell_promoted(session, found, now=now)


def _approver(found: Import) -> Actor:
    """Who promoted it: the one whose approval is carried out."""
    return Actor(
        kind=ActorKind(found.decided_by_kind),
        organisation_id=found.organisation_id,
        id=found.decided_by,
        name=found.decided_by_name,
    )


def _plan_anew(claim: Claim, now: datetime) -> None:
    """Go back to planning; the staged rows are all there, only the plan is old."""
    with transaction() as session:
        leasing.move(session, claim, ImportState.STAGING, now=now)
        session.execute(sa.update(Import).where(Import.id == claim.import_id).values(stage="matching"))
        auditing.record_on_import(
            session,
            actor=process_actor(organisation_id=claim.organisation_id, name="the promoter"),
            now=now,
            action="import.plan_outdated",
            import_id=claim.import_id,
        )
