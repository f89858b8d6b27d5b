"""Moving one import on as far as it goes without a person: what a worker does with a hint."""

import logging
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.errors import LeaseLostError, UnreadableFileError
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.services import auditing, leasing
from phcs.services.leasing import Claim
from phcs.services.planning import plan_import
from phcs.services.promotion import promote_import
from phcs.services.reading import read_import
from phcs.services.staging import stage_import
from phcs.services.stopwatch import Stopwatch
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

MATCHING = "matching"
log = logging.getLogger(__name__)


def advance_import(*, import_id: UUID, workshop: Workshop) -> ImportState | None:
    """Do what the import's state asks of a worker, step after step, until a person is needed or it ends.

    Gives the state reached, None when there was nothing to do. Safe to call at any time and any number of
    times: what another worker holds is left alone, what a dead one left behind is taken over.
    """
    reached: ImportState | None = None
    while claim := leasing.claim_import(
        import_id=import_id,
        now=workshop.clock(),
        lease_seconds=workshop.lease_seconds,
        max_attempts=workshop.max_attempts,
    ):
        try:
            reached = _work(claim, workshop)
        except LeaseLostError:
            log.info("import %s was taken over or cancelled", import_id)
            return None
        except UnreadableFileError as problem:
            _fail(claim, problem, workshop)
            return ImportState.FAILED
    return reached


def _work(claim: Claim, workshop: Workshop) -> ImportState:
    """One step under one claim."""
    found = _found(claim)
    watch = Stopwatch()
    if claim.state is ImportState.READING:
        return read_import(claim=claim, found=found, workshop=workshop, watch=watch)
    if claim.state is ImportState.PROMOTING:
        return promote_import(claim=claim, found=found, workshop=workshop, watch=watch)
    if found.stage != MATCHING:
        stage_import(claim=claim, found=found, workshop=workshop, watch=watch)
        found = _found(claim)
    return plan_import(claim=claim, found=found, workshop=workshop, watch=watch)


def _found(claim: Claim) -> Import:
    """The import as it is now, detached: its attributes stay readable whatever transactions follow."""
    session = db.session()
    session.rollback()
    found = session.scalar(
        sa.select(Import).where(Import.organisation_id == claim.organisation_id, Import.id == claim.import_id)
    )
    assert found is not None  # noqa: S101 - it was claimed
    session.expunge(found)
    return found


def _fail(claim: Claim, problem: UnreadableFileError, workshop: Workshop) -> None:
    """End the import in words; nothing was changed, and it may be tried again."""
    now = workshop.clock()
    with transaction() as session:
        leasing.move(
            session,
            claim,
            ImportState.FAILED,
            now=now,
            failure_code=problem.code,
            failure=problem.sentence,
            failed_from=ImportState.RECEIVED.value,
            finished_at=now,
        )
        _record_failure(session, claim, problem, workshop)


def _record_failure(session: Session, claim: Claim, problem: UnreadableFileError, workshop: Workshop) -> None:
    auditing.record(
        session,
        actor=process_actor(organisation_id=claim.organisation_id, name="the reader"),
        now=workshop.clock(),
        action="import.failed",
        subject_kind="import",
        subject_id=claim.import_id,
        import_id=claim.import_id,
        detail={"code": problem.code},
    )
