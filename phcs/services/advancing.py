"""Moving one import on as far as it goes without a person: what a worker does with a hint."""

import logging
from uuid import UUID

import sqlalchemy as sa

from phcs.core.errors import LeaseLostError, LimitError, UnreadableFileError
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.services import leasing
from phcs.services.failing import Failure, break_off, fail
from phcs.services.leasing import Claim
from phcs.services.planning import plan_import
from phcs.services.promotion import promote_import
from phcs.services.reading import read_import
from phcs.services.resource_limits import limits_in_words, patiently
from phcs.services.staging import stage_import
from phcs.services.stopwatch import Stopwatch
from phcs.services.time_limit import in_time
from phcs.services.undo_states import GIVEN_UP
from phcs.services.undo_working import reverse_import
from phcs.services.upload_files import measure_files
from phcs.services.working import Workshop, WorkStoppedError

MATCHING = "matching"
log = logging.getLogger(__name__)


def advance_import(*, import_id: UUID, workshop: Workshop) -> ImportState | None:
    """Do what the import's state asks of a worker, step after step, until a person is needed or it ends.

    Gives the state reached, None when there was nothing to do. Safe to call at any time and any number of
    times: what another worker holds is left alone, what a dead one left behind is taken over. A worker that is
    asked to stop gives its lease back after the chunk in hand, so that another goes on at once.
    """
    reached: ImportState | None = None
    while not workshop.stopping() and (claim := _claim(import_id, workshop)):
        try:
            reached = _work_within_limits(claim, workshop)
            continue
        except LeaseLostError:
            log.info("import %s was taken over or cancelled", import_id)
            return None
        except WorkStoppedError:
            leasing.give_back(claim, now=workshop.clock())
            return None
        except (UnreadableFileError, LimitError) as problem:
            failure = Failure.of(problem, claim)
        except Exception as bug:
            break_off(claim, bug, workshop)
            raise
        return fail(
            claim, failure, workshop
        )  # only now: what filled the memory is let go of with the exception
    return reached


def _claim(import_id: UUID, workshop: Workshop) -> Claim | None:
    """The claim, or None also while the database cannot take one: the sweeper comes back."""
    try:
        return patiently(
            lambda: leasing.claim_import(
                import_id=import_id,
                now=workshop.clock(),
                lease_seconds=workshop.lease_seconds,
                max_attempts=workshop.max_attempts,
            ),
            wait=workshop.pause,
        )
    except LimitError as problem:
        log.warning("import %s cannot be claimed now: %s", import_id, problem.code)
        return None


def _work_within_limits(claim: Claim, workshop: Workshop) -> ImportState:
    """One step, again when others held it up; what runs out is raised in our own words."""
    timed = in_time(workshop)

    def step() -> ImportState:
        with limits_in_words():
            return _work(claim, timed)

    return patiently(step, wait=workshop.pause)


def _work(claim: Claim, workshop: Workshop) -> ImportState:
    """One step under one claim."""
    found = _found(claim)
    watch = Stopwatch()
    if claim.state is ImportState.READING:
        return read_import(claim=claim, found=found, workshop=workshop, watch=watch)
    if claim.state is ImportState.PROMOTING:
        return promote_import(claim=claim, found=found, workshop=workshop, watch=watch)
    if claim.state in GIVEN_UP:
        return reverse_import(claim=claim, found=found, workshop=workshop)
    begun = None
    if found.stage != MATCHING:
        measure_files(claim=claim, found=found, workshop=workshop, watch=watch)
        begun = stage_import(claim=claim, found=found, workshop=workshop, watch=watch)
        found = _found(claim)
    return plan_import(claim=claim, found=found, workshop=workshop, watch=watch, begun=begun)


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
