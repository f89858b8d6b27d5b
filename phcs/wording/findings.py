"""What people read about findings: for each code a title and a sentence, what is wrong and what to do."""

from phcs.core.findings import Finding, FindingCode
from phcs.wording.history_findings import HISTORY_FINDING_WORDS

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
    _C.TEXT_GARBLED: (
        "Garbled letters",
        (
            "“{value}” should probably read “{detail}”: the file was saved once in the wrong encoding. Export it"
            " again as UTF-8 and upload the new file, or correct the cell."
        ),
    ),
    _C.ID_DAMAGED: (
        "Id damaged by a spreadsheet",
        (
            "“{value}” is what a spreadsheet makes of an id: several ids may look so. Nobody is told or linked by"
            " it. Export the file again without opening it in a spreadsheet, or correct the cell."
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
    _C.DATE_AMBIGUOUS: (
        "Date with two readings",
        (
            "“{value}” may be {detail}, and the other dates of its column do not tell which. Choose the order "
            "of day and month in the mapping, or write the date as 2026-05-24."
        ),
    ),
    _C.DATE_APPROXIMATE: (
        "Birth date worked out from an age",
        "“{value}” is an age, so the birth date is about {detail}. Put the exact date in if you know it.",
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
    _C.VALUE_REJECTED: (
        "Value rejected in the mapping",
        (
            "Rows with “{value}” in this column are rejected, as was chosen in the mapping. Correct the value, "
            "or choose what it means."
        ),
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
    _C.ROW_HIDDEN: (
        "Hidden row",
        "The row is hidden in the spreadsheet and is imported all the same. Skip it if it was left out on purpose.",
    ),
    _C.ROW_MERGED: (
        "Merged cells",
        (
            "The row has merged cells, of which only the first holds the text; the others are taken as empty. "
            "Compare the row with the spreadsheet."
        ),
    ),
    _C.ROW_CELLS_BEYOND: (
        "Cells far beyond the table",
        (
            "The row has filled cells far to the right of the last heading, which are not imported. Move them next "
            "to the table, below a heading, if they belong to it."
        ),
    ),
    _C.CELL_ERROR: (
        "Error in the spreadsheet",
        (
            "The cell shows the error “{value}” and is taken as empty. Repair it in the spreadsheet and upload the "
            "file again, or fill in the value."
        ),
    ),
    _C.CELL_UNCALCULATED: (
        "Formula without a result",
        (
            "The cell holds a formula that was never calculated, so it is taken as empty. Open the file in a "
            "spreadsheet program, save it and upload it again."
        ),
    ),
    _C.CELL_LONG_NUMBER: (
        "Number too long for a spreadsheet",
        (
            "“{value}” has more digits than the 15 that spreadsheets keep, so its last ones may be wrong. Compare it "
            "with the system that it comes from."
        ),
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
        (
            "The same record stands in row {detail} with the same content in the columns that are imported. It is "
            "imported once; what other columns say stays with the rows."
        ),
    ),
    _C.ROW_REPEATED_DIFFERENTLY: (
        "Repeated row with changes",
        (
            "The same record stands in row {detail} with other content. Both become one record, which keeps only "
            "one value where they differ; check which is right."
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
    _C.PARENT_MISSING: (
        "Belongs to a record that is not there",
        (
            "The row belongs to {value}, but {detail}. Say once for all such rows, on the page “Orphans”, whether "
            "they are left out or go to another owner."
        ),
    ),
    _C.PARENT_REJECTED: (
        "Belongs to a row that is kept out",
        (
            "The row belongs to {value}, but {detail}. Repair that row, or say once for all such rows, on the page "
            "“Orphans”, whether they are left out or go to another owner."
        ),
    ),
    _C.PARENT_WAITING: (
        "Waits with the row it belongs to",
        (
            "The row belongs to {value}, but {detail}. It comes with that row as soon as that is decided; "
            "here nothing needs to be done."
        ),
    ),
    _C.PARENT_INCOMPLETE: (
        "Its invoice is imported without it",
        (
            "The row has errors, so {value} is imported without it, and lines and total may not agree. Repair the row, "
            "or look at the invoice."
        ),
    ),
    _C.EDITED_SINCE: (
        "Changed there and here",
        (
            "The file now says “{value}”, and since the last import somebody changed it here to “{detail}”. "
            "Ours stays; to take theirs, say so on the page “Coming again”."
        ),
    ),
    _C.REFERENCE_DIFFERS: (
        "Names two different owners",
        "The row names {value}, but {detail}. Compare the two; if the row is wrong, correct it.",
    ),
    **HISTORY_FINDING_WORDS,
}
"""For each code a title and a sentence; `{value}` and `{detail}` are the finding's own."""


def finding_title(code: FindingCode) -> str:
    """Return the few words that head a list of such findings."""
    return FINDING_WORDS[code][0]


def finding_sentence(finding: Finding) -> str:
    """Return what is wrong and what to do, for people; values stand in it as given and need escaping."""
    detail = finding.detail or "it cannot be read"
    return FINDING_WORDS[finding.code][1].format(value=finding.value, detail=detail)
