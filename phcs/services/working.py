"""What a worker brings along: the clock, the store and the limits of the installation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from phcs.config import Settings
from phcs.core.reading.tables import ReadLimits
from phcs.services.limited_reading import ChildLimits
from phcs.services.store import FolderStore


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Everything that moving an import on needs besides the import itself. Seconds, bytes, rows."""

    clock: Callable[[], datetime]
    store: FolderStore
    limits: ReadLimits
    child: ChildLimits
    chunk_rows: int
    lease_seconds: int
    max_attempts: int
    told: Callable[[str, int, int], None]
    """Is called with stage, rows done and rows in all, for whoever watches in this process."""


def tell_nobody(stage: str, done: int, total: int) -> None:
    """Nobody watches in this process; pages read the progress from the database."""


def workshop_from(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    told: Callable[[str, int, int], None] = tell_nobody,
    chunk_rows: int | None = None,
) -> Workshop:
    """The workshop that these settings describe."""
    return Workshop(
        clock=clock,
        store=FolderStore(settings.upload_store),
        limits=ReadLimits(
            file_bytes=settings.max_upload_bytes, columns=settings.max_columns, rows=settings.max_rows
        ),
        child=ChildLimits(memory_bytes=settings.reader_memory_mb * 1_000_000),
        chunk_rows=chunk_rows or settings.chunk_rows,
        lease_seconds=settings.lease_seconds,
        max_attempts=settings.max_attempts,
        told=told,
    )
