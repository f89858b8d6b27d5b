"""What people read about findings and states: what is wrong, and what to do. One table for every door."""

from datetime import datetime

from phcs.core.findings import Severity
from phcs.core.records import ServiceType
from phcs.core.retention import KeepDays, Kept, Purged, days_kept, purge_dates
from phcs.core.states import ImportState
from phcs.wording.findings import FINDING_WORDS, finding_sentence, finding_title

__all__ = [
    "FINDING_WORDS",
    "RETENTION_WORDS",
    "SERVICE_WORDS",
    "SEVERITY_WORDS",
    "STATE_WORDS",
    "finding_sentence",
    "finding_title",
    "retention_sentences",
    "state_name",
    "state_sentence",
]

SEVERITY_WORDS: dict[Severity, str] = {
    Severity.ERROR: "Error",
    Severity.WARNING: "Warning",
    Severity.NOTE: "Note",
}

_S = ImportState

STATE_WORDS: dict[ImportState, tuple[str, str]] = {
    _S.RECEIVED: ("Received", "The file is here and waits to be read."),
    _S.READING: ("Reading", "The file is being read. Nothing has changed in PHCS."),
    _S.MAPPING: ("Needs mapping", "PHCS needs to know what some columns mean. Choose, then go on."),
    _S.STAGING: ("Checking", "Every row is being checked and compared. Nothing has changed in PHCS."),
    _S.REVIEW: (
        "Ready for review",
        "Look at the preview, then approve the import, send it back or abort it.",
    ),
    _S.APPROVED: ("Approved", "The plan is approved and will be carried out in a moment."),
    _S.PROMOTING: ("Promoting", "The approved plan is being carried out, all of it or nothing."),
    _S.COMPLETED: ("Completed", "Everything in the plan is now in PHCS."),
    _S.UNDOING: (
        "Undoing",
        "An undo of this import is being worked out or carried out, all of it or nothing.",
    ),
    _S.UNDONE: ("Undone", "What this import brought is taken back, but for what people changed since."),
    _S.REDOING: (
        "Redoing",
        "A redo of this import is being worked out or carried out, all of it or nothing.",
    ),
    _S.FAILED: (
        "Failed",
        "Something went wrong and nothing has changed in PHCS. Try again or abort the import.",
    ),
    _S.CANCELLED: (
        "Cancelled",
        "Somebody stopped this import before its review. Nothing has changed in PHCS.",
    ),
    _S.ABORTED: ("Aborted", "Somebody declined this import. Nothing has changed in PHCS."),
}
"""For each state its name and one sentence: what it means and what to do."""


def state_name(state: ImportState) -> str:
    """Return the state in a word or two."""
    return STATE_WORDS[state][0]


def state_sentence(state: ImportState) -> str:
    """Return what the state means and what to do about it."""
    return STATE_WORDS[state][1]


RETENTION_WORDS: dict[Kept, tuple[str, str, str]] = {
    Kept.FILE: (
        "The file is deleted {days} after this import has ended.",
        "The file is deleted on {day}.",
        "The file was deleted on {day}.",
    ),
    Kept.ROWS: (
        "Its staged rows, their findings and the plan are deleted {days} after the end.",
        "Staged rows, their findings and the plan are deleted on {day}.",
        (
            "Staged rows, their findings and the plan were deleted on {day}. Counts, ledger and audit trail stay."
        ),
    ),
}
"""What is said before the import has ended, until it is done, and afterwards."""


def retention_sentences(
    *,
    state: ImportState,
    finished_at: datetime | None,
    reversed_at: datetime | None,
    purged: Purged,
    keep: KeepDays,
) -> tuple[tuple[str, datetime | None], ...]:
    """Return what is kept until when: sentences, each with the moment whose day belongs into its `{day}`."""
    dates = purge_dates(state=state, finished_at=finished_at, reversed_at=reversed_at, keep=keep)
    moments = {Kept.FILE: (dates.file, purged.file_at), Kept.ROWS: (dates.rows, purged.rows_at)}
    told = []
    for kept, (due, gone) in moments.items():
        before, until, done = RETENTION_WORDS[kept]
        number = days_kept(kept, ImportState.COMPLETED, keep)
        days = f"{number} day{'' if number == 1 else 's'}"
        told.append((done, gone) if gone else (until, due) if due else (before.replace("{days}", days), None))
    return tuple(told)


SERVICE_WORDS: dict[ServiceType, str] = {
    ServiceType.FOOD: "Food",
    ServiceType.MEDICAL: "Medical care",
    ServiceType.BOARDING: "Boarding",
    ServiceType.BEHAVIOURAL: "Behaviour",
    ServiceType.OTHER: "Other help",
}
"""The services in words, the same on every page."""
