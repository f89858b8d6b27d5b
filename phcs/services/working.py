"""What a worker brings along: the clock, the store and the limits of the installation."""

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from phcs.config import Settings
from phcs.core.checking_order import CheckOrder
from phcs.core.reading.tables import ReadLimits, TableReading
from phcs.core.retention import KeepDays
from phcs.services.heading_suggestions import SuggestEndpoint
from phcs.services.limited_reading import ChildLimits, TableReader, table_reader
from phcs.services.store import UploadStore, open_store


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def clock_from(now: datetime) -> Callable[[], datetime]:
    """A clock that shows this time and goes on from there, for what takes long after it was begun."""
    begun = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - begun)


class WorkStoppedError(Exception):
    """A worker was asked to stop between two chunks; what it kept is whole, another worker goes on from there."""


def ask_nobody(import_id: UUID, workers: int) -> None:
    """There are no other workers that this process could tell."""


def never() -> bool:
    """Nobody asks this process to stop in good order."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Everything that moving an import on needs besides the import itself. Seconds, bytes, rows."""

    clock: Callable[[], datetime]
    store: UploadStore
    limits: ReadLimits
    child: ChildLimits
    chunk_rows: int
    split_rows: int
    """A larger table is staged in parts of so many rows, by several workers at once; 0 leaves it whole."""
    readers: int
    """So many children read and check different parts of a table at once."""
    lease_seconds: int
    max_attempts: int
    stage_seconds: int = 3_600
    """The longest that one stage may take."""
    told: Callable[[str, int, int], None]
    """Is called with stage, rows done and rows in all after every chunk, for whoever watches in this process.

    Raises WorkStoppedError when this worker has been asked to stop; then the chunk that is open is not kept.
    """
    ask_help: Callable[[UUID, int], None] = ask_nobody
    """Tells so many other workers that they can help with an import."""
    pause: Callable[[float], None] = time.sleep
    """Waits for so many seconds."""
    suggest: SuggestEndpoint | None = None
    """Who is asked what unknown headings mean; nobody, unless the installation says so."""
    stopping: Callable[[], bool] = never
    """Says whether this worker has been asked to stop; then it begins nothing new."""

    def reader(
        self, path: Path, reading: TableReading, check: CheckOrder
    ) -> AbstractContextManager[TableReader]:
        """A child that reads and checks a table within the limits of this workshop, chunk by chunk."""
        return table_reader(
            path, reading, check, limits=self.limits, child=self.child, chunk_rows=self.chunk_rows
        )


def tell_nobody(stage: str, done: int, total: int) -> None:
    """Nobody watches in this process; pages read the progress from the database."""


def keep_days(settings: Settings) -> KeepDays:
    """How long these settings keep the copies that imports make."""
    return KeepDays(files=settings.keep_files_days, staged=settings.keep_staged_days, undo=settings.undo_days)


def workshop_from(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    told: Callable[[str, int, int], None] = tell_nobody,
    chunk_rows: int | None = None,
    stopping: Callable[[], bool] = never,
    ask_help: Callable[[UUID, int], None] = ask_nobody,
) -> Workshop:
    """The workshop that these settings describe."""

    def told_unless_stopping(stage: str, done: int, total: int) -> None:
        told(stage, done, total)
        if stopping():
            raise WorkStoppedError

    return Workshop(
        clock=clock,
        store=open_store(settings.upload_store),
        limits=ReadLimits(
            file_bytes=settings.max_upload_bytes, columns=settings.max_columns, rows=settings.max_rows
        ),
        child=ChildLimits(memory_bytes=settings.reader_memory_mb * 1_000_000),
        chunk_rows=chunk_rows or settings.chunk_rows,
        split_rows=settings.split_rows,
        readers=max(1, min(settings.readers, os.cpu_count() or 1)),
        lease_seconds=settings.lease_seconds,
        max_attempts=settings.max_attempts,
        stage_seconds=settings.stage_seconds,
        told=told_unless_stopping,
        suggest=SuggestEndpoint.of(settings),
        stopping=stopping,
        ask_help=ask_help,
    )
