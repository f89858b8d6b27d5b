"""What people read about findings and states: what is wrong, and what to do. One table for every door."""

from datetime import datetime

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.records import ServiceType
from phcs.core.retention import KeepDays, Kept, Purged, days_kept, purge_dates
from phcs.core.states import ImportState

_C = FindingCode

FINDING_WORDS: dict[FindingCode, tuple[str, str]] = {
    _C.NAME_MISSING: (
        "No owner name",
        "The row names no owner. Add the person's name, or leave the row out.",
    ),
    _C.NAME_PLACEHOLDER: (
        "Stand-in name",
        (
            "“{value}” is not a person's name. The row is imported as a person of its own and never matched;"
            " put the real name in if you know it."
        ),
    ),
    _C.SERVICE_MISSING: (
        "No service",
        "The row does not say what help was asked for. Add it, or choose one service for the whole import.",
    ),
    _C.SERVICE_UNKNOWN: (
        "Unknown service",
        (
            "“{value}” is not a service that PHCS knows. It is stored as Other with this word kept;"
            " choose the right service if there is one."
        ),
    ),
    _C.CONTACT_MISSING: (
        "No phone and no e-mail",
        "The row gives no way to reach the owner. Add a phone number or an e-mail address if you have one.",
    ),
    _C.PHONE_MISSING: ("No phone", "The row has no phone number. Add it if you have it."),
    _C.PHONE_INVALID: (
        "Phone not valid",
        (
            "“{value}” cannot be a phone number ({detail}). Correct it or empty the cell;"
            " a number from another country needs + and its country code."
        ),
    ),
    _C.EMAIL_INVALID: (
        "E-mail not valid",
        "“{value}” is not an e-mail address: {detail}. Correct it or empty the cell.",
    ),
    _C.DATE_MISSING: (
        "No date",
        "The row does not say when the case was opened. Add the date if you know it.",
    ),
    _C.DATE_INVALID: (
        "Date not valid",
        "“{value}” is not a date that exists, or not one that can be read. Write it as 2026-05-24 or 2026-05-24 09:30.",
    ),
    _C.DATE_FUTURE: (
        "Date in the future",
        (
            "“{value}” is still to come. Correct the date; if day and month are swapped, change their order "
            "in the mapping."
        ),
    ),
    _C.DATE_TOO_OLD: (
        "Date too old",
        (
            "“{value}” is before {detail}, the oldest date that your organisation accepts. Correct it, or "
            "change the limit in the settings."
        ),
    ),
    _C.STATUS_MISSING: (
        "No status",
        "The row has no status: a new case starts as new, a known one keeps its status. Add it if it has moved on.",
    ),
    _C.STATUS_UNKNOWN: (
        "Unknown status",
        (
            "“{value}” is not a status that PHCS knows. Use new, in_progress, on_hold, closed or archived, or "
            "WaitWhile's own word."
        ),
    ),
    _C.STATUS_UNCONFIRMED: (
        "Booking not confirmed",
        "The booking was still waiting to be confirmed (“{value}”). The case is new; nothing needs to be done.",
    ),
    _C.STATUS_EXPIRED: (
        "Closed by a timer",
        (
            "WaitWhile closed this visit by itself and nobody looked at it. The case is put on hold; decide "
            "what became of it."
        ),
    ),
    _C.OWNER_FLAGGED: (
        "Person flagged by staff",
        (
            "Staff had flagged this person in WaitWhile. The owner gets the tag “flagged”; look at it before "
            "the next visit."
        ),
    ),
    _C.SPECIES_UNKNOWN: (
        "Unknown species",
        (
            "“{value}” is not a species that PHCS knows. It is stored as Other with this word kept; correct "
            "it if it is a slip."
        ),
    ),
    _C.PET_COUNT_INVALID: (
        "Number of pets not valid",
        "“{value}” is not a whole number of pets, so it is left out. Write it in digits.",
    ),
    _C.NUMBER_INVALID: (
        "Number not valid",
        "“{value}” is not a number that can be relied on. It is kept as written; look it up and correct it.",
    ),
    _C.VALUE_TOO_LONG: (
        "Text too long",
        "The text is longer than {detail} characters, which is all that this field holds. Shorten it.",
    ),
    _C.ROW_TOO_WIDE: (
        "More cells than headings",
        (
            "The row has filled cells beyond the last heading, so its cells may have moved. Look for a stray "
            "separator or quotation mark in the file."
        ),
    ),
    _C.ROW_TOO_NARROW: (
        "Fewer cells than headings",
        "The row ends early; the cells that are not there are taken as empty. Check that nothing is cut off.",
    ),
    _C.ROW_UNREADABLE_CHARACTER: (
        "Unreadable character",
        "A character could not be read and stands as \ufffd. Compare the row with the original and correct it.",
    ),
    _C.ROW_STAFF_BLOCK: (
        "Blocked slot",
        "Staff had blocked this slot; it is no visit of a person. The row is passed over; nothing needs to be done.",
    ),
    _C.ROW_ANONYMISED: (
        "Anonymised",
        "WaitWhile had removed the person from this row. The row is passed over; nothing needs to be done.",
    ),
    _C.ROW_IMPORTED_BEFORE: (
        "Imported into WaitWhile",
        (
            "This visit was itself imported into WaitWhile, so it may not have taken place there. Nothing "
            "needs to be done."
        ),
    ),
    _C.ROW_REPEATED: (
        "Repeated row",
        "The same record stands in row {detail} with the same content. It is imported once; nothing needs to be done.",
    ),
    _C.ROW_REPEATED_DIFFERENTLY: (
        "Repeated row with changes",
        (
            "The same record stands in row {detail} with other content. Only one of them is imported; check "
            "which is right."
        ),
    ),
    _C.MATCH_UNDECIDED: (
        "Maybe somebody we know",
        "This may be an owner or pet that PHCS already has. Compare the two and decide.",
    ),
    _C.MATCH_HOUSEHOLD: (
        "Shared phone number",
        (
            "Another person has the same phone number, perhaps in the same household. They stay two people; "
            "nothing needs to be done."
        ),
    ),
}
"""For each code a title and a sentence; `{value}` and `{detail}` are the finding's own."""

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


def finding_title(code: FindingCode) -> str:
    """Return the few words that head a list of such findings."""
    return FINDING_WORDS[code][0]


def finding_sentence(finding: Finding) -> str:
    """Return what is wrong and what to do, for people; values stand in it as given and need escaping."""
    detail = finding.detail or "it cannot be read"
    return FINDING_WORDS[finding.code][1].format(value=finding.value, detail=detail)


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
