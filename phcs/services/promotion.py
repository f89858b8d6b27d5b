"""Promotion: the approved plan becomes live records in one transaction, or nothing does."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, ActorKind, process_actor
from phcs.core.errors import StalePlanError
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.services import auditing, leasing
from phcs.services.document_keeping import SavedFile, keep_documents, save_documents
from phcs.services.leasing import Claim
from phcs.services.noticing import tell_promoted
from phcs.services.plan_carrying import CarriedOut, carry_out_plan
from phcs.services.stopwatch import Stopwatch, peak_memory_mb
from phcs.services.transactions import transaction
from phcs.services.working import Workshop


def promote_import(*, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> ImportState:
    """Carry out the approved plan, all of it or none of it, with an audit event for every record.

    Gives the state that follows: `completed`, or `staging` when records changed since the plan was made;
    then it is planned anew, and an equal plan goes on by itself while any other goes back to review.
    Doing this twice is impossible: the second finds the import no longer `promoting` under its fence.
    """
    with watch.timing("promote"):
        saved = save_documents(found=found, workshop=workshop)
    try:
        with transaction() as session:
            _promote(session, claim, found, saved, workshop, watch)
    except StalePlanError:
        _plan_anew(claim, workshop.clock())
        return ImportState.STAGING
    return ImportState.COMPLETED


def _promote(
    session: Session,
    claim: Claim,
    found: Import,
    saved: list[SavedFile],
    workshop: Workshop,
    watch: Stopwatch,
) -> None:
    now = workshop.clock()
    leasing.renew(session, claim, now=now, stage="promoting", stage_started_at=now)
    done = carry_out_plan(
        session,
        found=found,
        fingerprint=found.approved_fingerprint,
        actor=_approver(found),
        now=now,
        workshop=workshop,
        watch=watch,
    )
    keep_documents(session, found=found, saved=saved, now=now)
    _finish(session, claim, found, done, workshop, watch)


def _finish(
    session: Session,
    claim: Claim,
    found: Import,
    done: CarriedOut,
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
            "records_chain": str(done.chain.chain_id),
            "records_events": done.chain.seq,
            "records_head": done.chain.head,
            "written": done.written,
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
