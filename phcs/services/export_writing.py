"""A worker writes one export into the upload store, whole or not at all; broken off, the next one begins anew."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from phcs.core.errors import BusyError, LeaseLostError, UseCaseError
from phcs.core.exporting.jobs import GAVE_UP, GAVE_UP_SENTENCE
from phcs.core.packing import PieceStream
from phcs.extensions import db
from phcs.queries.export_jobs import is_kept_file
from phcs.queries.exporting import ROWS_AT_ONCE, export_count
from phcs.services.export_jobs import (
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    ExportClaim,
    claim_export,
    fail_export,
    finish_export,
    let_go,
    renew,
)
from phcs.services.exporting import export_pieces
from phcs.services.resource_limits import limits_in_words, patiently
from phcs.services.store import StoredFile, UploadStore
from phcs.services.transactions import transaction
from phcs.services.working import WorkStoppedError, never

MOST_BYTES = 1 << 40
CLOSING_SECONDS = 600
"""After the last row a workbook is still packed, a while in which nobody can hold the lease on."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDesk:
    """What writing an export needs besides the export itself."""

    clock: Callable[[], datetime]
    store: UploadStore
    keep: timedelta
    """For so long the file can be fetched."""
    stopping: Callable[[], bool] = never
    """Says whether this worker has been asked to stop; then another one begins anew."""


def write_export(*, export_id: UUID, desk: ExportDesk) -> bool:
    """Write an export, if it waits for a worker; gives whether its file is ready.

    Memory does not grow with the number of records. A full store, a workbook that is too small or a third attempt
    that breaks off end it in words; anything else leaves it to the next worker.
    """
    claim = claim_export(export_id=export_id, now=desk.clock())
    if claim is None:
        return False
    try:
        with limits_in_words():
            if claim.former_name:
                desk.store.delete(claim.former_name)
            _write(claim, desk)
    except LeaseLostError:
        log.info("export %s is somebody else's by now", export_id)
    except WorkStoppedError:
        _leave(claim, attempts=claim.attempts - 1)
    except BusyError as problem:
        _break_off(claim, desk, problem)
    except UseCaseError as problem:
        _fail(claim, desk, problem.code, problem.sentence)
    except Exception as problem:  # noqa: BLE001 - nobody foresaw it: the next worker tries, at most three times
        _break_off(claim, desk, problem)
    else:
        return True
    _drop(claim, desk)
    return False


def _write(claim: ExportClaim, desk: ExportDesk) -> None:
    asked, organisation_id = claim.asked, claim.organisation_id
    total = export_count(db.session(), organisation_id=organisation_id, kind=asked.kind, wanted=asked.wanted)
    watch = _Watch(claim, desk, total)
    watch.renew(0, LEASE_SECONDS)
    made = export_pieces(organisation_id=organisation_id, asked=asked, seen=watch.seen)
    stored = desk.store.save(PieceStream(made), file_id=claim.file_id, max_bytes=MOST_BYTES)
    patiently(lambda: _finish(claim, desk, stored, watch.rows))


def _finish(claim: ExportClaim, desk: ExportDesk, stored: StoredFile, rows: int) -> None:
    with transaction() as session:
        finish_export(session, claim, now=desk.clock(), stored=stored, rows=rows, keep=desk.keep)


class _Watch:
    """Holds the lease on while rows are written, and notes how many."""

    def __init__(self, claim: ExportClaim, desk: ExportDesk, total: int) -> None:
        self.rows = 0
        self._claim, self._desk, self._total = claim, desk, total
        self._renewed = desk.clock()

    def seen(self, rows: int) -> None:
        """So many rows are written; the last of them are told twice."""
        is_last, self.rows = rows % ROWS_AT_ONCE != 0 or rows == self.rows, rows
        if self._desk.stopping():
            raise WorkStoppedError
        if is_last:
            self.renew(rows, CLOSING_SECONDS)
        elif (self._desk.clock() - self._renewed).total_seconds() >= 1:
            self.renew(rows, LEASE_SECONDS)

    def renew(self, rows: int, seconds: int) -> None:
        """Write progress. Raises LeaseLostError."""
        self._renewed = self._desk.clock()
        with transaction() as session:
            renew(
                session,
                self._claim,
                now=self._renewed,
                seconds=seconds,
                rows=rows,
                total=max(rows, self._total),
            )


def _leave(claim: ExportClaim, *, attempts: int) -> None:
    """Let another worker begin at once; where not even that can be written down, the lease has to run out."""
    try:
        with transaction() as session:
            let_go(session, claim, attempts=attempts)
    except (UseCaseError, SQLAlchemyError) as problem:
        log.warning("export %s is taken up when its lease ends: %s", claim.export_id, type(problem).__name__)


def _fail(claim: ExportClaim, desk: ExportDesk, code: str, sentence: str) -> None:
    """End it in words; where not even that can be written down, the next worker meets the same."""
    try:
        with transaction() as session:
            fail_export(session, claim, now=desk.clock(), code=code, sentence=sentence)
    except (UseCaseError, SQLAlchemyError) as problem:
        log.warning("export %s is taken up when its lease ends: %s", claim.export_id, type(problem).__name__)


def _break_off(claim: ExportClaim, desk: ExportDesk, problem: Exception) -> None:
    """Only the error's class and the way to it are told: its text may quote a record."""
    way = "".join(traceback.format_tb(problem.__traceback__))
    log.error("export %s broke off with %s\n%s", claim.export_id, type(problem).__name__, way)
    if claim.attempts >= MOST_ATTEMPTS:
        _fail(claim, desk, GAVE_UP, GAVE_UP_SENTENCE.format(attempts=claim.attempts))
    else:
        _leave(claim, attempts=claim.attempts)


def _drop(claim: ExportClaim, desk: ExportDesk) -> None:
    """Delete what this attempt has written, unless its end was kept after all; else the purge finds it."""
    try:
        if not is_kept_file(db.session(), claim.file_id.hex):
            desk.store.delete(claim.file_id.hex)
        db.session.rollback()
    except Exception as problem:  # noqa: BLE001 - every store has errors of its own
        log.warning("the file of export %s is deleted later: %s", claim.export_id, type(problem).__name__)
