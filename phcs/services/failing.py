"""How a worker's step ends that could not be done: in words, with nothing changed and a way to go on."""

import logging
import traceback
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.errors import LeaseLostError, LimitError, UnreadableFileError, UseCaseError
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.services import auditing, leasing
from phcs.services.leasing import GAVE_UP, Claim
from phcs.services.noticing import tell_failed
from phcs.services.resource_limits import patiently
from phcs.services.transactions import transaction
from phcs.services.undo_states import GIVEN_UP, close_failed
from phcs.services.working import Workshop

READER, WORKER = "the reader", "the worker"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an import failed: a stable code, a sentence, and whether trying again begins with the file."""

    code: str
    sentence: str
    actor_name: str = WORKER
    begins_anew: bool = False
    detail: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: UseCaseError, claim: Claim) -> "Failure":
        """What a refusal says."""
        if isinstance(problem, UnreadableFileError):
            return cls(problem.code, problem.sentence, READER, begins_anew=True)
        return cls(problem.code, problem.sentence, detail={"state": claim.state.value})


def fail(claim: Claim, failure: Failure, workshop: Workshop) -> ImportState | None:
    """End the import in words; gives its state.

    None when it could not even be written down (the disk is full to the last page): then the import stays as
    it is, and goes on by itself when its lease has run out and there is room.
    """
    try:
        return patiently(lambda: _write_failure(claim, failure, workshop), wait=workshop.pause)
    except LeaseLostError:
        log.info("import %s was taken over or cancelled", claim.import_id)
    except LimitError as problem:
        log.warning(
            "import %s: %s could not be written down: %s", claim.import_id, failure.code, problem.code
        )
    return None


def break_off(claim: Claim, bug: Exception, workshop: Workshop) -> None:
    """After an error that nobody foresaw: let the next worker try at once, or give up after the last attempt.

    Only the error's class and the way to it are told: its text may quote what stands in the file.
    """
    way = "".join(traceback.format_tb(bug.__traceback__))
    log.error("import %s broke off with %s\n%s", claim.import_id, type(bug).__name__, way)
    try:
        with transaction() as session:
            attempts = leasing.let_go(session, claim, now=workshop.clock())
        if attempts >= workshop.max_attempts:
            fail(claim, _given_up(claim, attempts, bug), workshop)
    except (UseCaseError, SQLAlchemyError) as problem:
        log.warning("import %s is taken up when its lease ends: %s", claim.import_id, type(problem).__name__)


def _given_up(claim: Claim, attempts: int, bug: Exception) -> Failure:
    return Failure(
        GAVE_UP,
        f"Work on this import broke off {attempts} times, so it was set aside. Nothing was changed. Try again; if "
        "it happens again, ask your operator.",
        detail={"state": claim.state.value, "attempts": attempts, "error": type(bug).__name__},
    )


def _write_failure(claim: Claim, failure: Failure, workshop: Workshop) -> ImportState:
    now = workshop.clock()
    with transaction() as session:
        if claim.state in GIVEN_UP:
            after = _return_from_reversal(session, claim, failure, now)
            action = f"import.{'undo' if claim.state is ImportState.UNDOING else 'redo'}_failed"
        else:
            after = _set_aside(session, claim, failure, now)
            action = "import.failed"
        auditing.record_on_import(
            session,
            actor=process_actor(organisation_id=claim.organisation_id, name=failure.actor_name),
            now=now,
            action=action,
            import_id=claim.import_id,
            detail={"code": failure.code, **failure.detail},
        )
    return after


def _set_aside(session: Session, claim: Claim, failure: Failure, now: datetime) -> ImportState:
    again = ImportState.RECEIVED.value if failure.begins_anew else leasing.retry_state(claim.state)
    # What is staged and counted is kept, so that trying again goes on from there.
    stage = session.scalar(sa.select(Import.stage).where(Import.id == claim.import_id))
    leasing.move(
        session,
        claim,
        ImportState.FAILED,
        now=now,
        failure_code=failure.code,
        failure=failure.sentence,
        failed_from=again,
        finished_at=now,
        stage="" if failure.begins_anew else stage,
    )
    tell_failed(session, session.get_one(Import, claim.import_id), now=now)
    return ImportState.FAILED


def _return_from_reversal(session: Session, claim: Claim, failure: Failure, now: datetime) -> ImportState:
    """An undo or redo that failed leaves the import where it was, and says why where it was asked for."""
    found = session.get_one(Import, claim.import_id)
    leasing.move(session, claim, GIVEN_UP[claim.state], now=now, rows_done=found.rows_total)
    close_failed(session, found, sentence=failure.sentence, now=now)
    return GIVEN_UP[claim.state]
