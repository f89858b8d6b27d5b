"""How long the copies of personal data that an import made are kept: one clock, read by pages, commands and the purge.

The file and the staged rows are copies whose purpose ends with the import (UK GDPR, article 5(1)(e): no longer
than necessary; OWASP ASVS 14.2.7: deleted on schedule). The clock starts when the import has ended.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from phcs.core.states import ENDS, PROMOTED, ImportState

S = ImportState


class Kept(StrEnum):
    """What is kept for a while."""

    FILE = "file"
    """The uploaded export file."""
    ROWS = "rows"
    """Samples, staged rows, their findings and decisions, and the plan made of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDays:
    """The settings: days after the end of an import."""

    files: int
    staged: int
    undo: int
    """For how long a promoted import can be undone; its plan is needed for that."""


CLOCK_RUNS = frozenset(ENDS | {S.FAILED})
"""States in which an import is over as far as retention goes; a failed one that is tried again is not any more."""


@dataclass(frozen=True, slots=True)
class PurgeDates:
    """When the file and the rows of an import become due; None while the clock does not run."""

    file: datetime | None
    rows: datetime | None


def days_kept(kept: Kept, state: ImportState, keep: KeepDays) -> int:
    """For how many days after its end an import in this state keeps this.

    A cancelled or aborted import has dropped its staged rows already; the samples that are left go with the
    file. What undoing needs outlives the time in which it can be asked for.
    """
    if kept is Kept.FILE or state in {S.CANCELLED, S.ABORTED}:
        return keep.files
    return max(keep.staged, keep.undo) if state in PROMOTED else keep.staged


def purge_dates(
    *,
    state: ImportState,
    finished_at: datetime | None,
    keep: KeepDays,
    reversed_at: datetime | None = None,
) -> PurgeDates:
    """When an import's copies become due; its rows count from its last undo or redo (`reversed_at`), if any."""
    if finished_at is None or state not in CLOCK_RUNS:
        return PurgeDates(None, None)
    return PurgeDates(
        finished_at + timedelta(days=days_kept(Kept.FILE, state, keep)),
        (reversed_at or finished_at) + timedelta(days=days_kept(Kept.ROWS, state, keep)),
    )


def ended_before(kept: Kept, state: ImportState, keep: KeepDays, *, now: datetime) -> datetime:
    """The latest end at which an import in this state has this due: `purge_dates`, asked the other way round."""
    return now - timedelta(days=days_kept(kept, state, keep))


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What of an import is gone by now. Rows count as gone from the moment at which their purge began."""

    file_at: datetime | None
    rows_at: datetime | None


def missing_for_retry(again: ImportState, *, is_matching: bool, purged: Purged) -> datetime | None:
    """When that was deleted without which a failed import cannot go on from `again`; None when all is there.

    Promotion needs the plan, matching (`is_matching`) the staged rows, everything before them the file.
    """
    if purged.rows_at is not None:
        return purged.rows_at
    return None if again is S.APPROVED or (again is S.STAGING and is_matching) else purged.file_at
