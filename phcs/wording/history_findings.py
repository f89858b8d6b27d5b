"""What people read about findings in rows of a pet's or an owner's history: dates, amounts, words, references."""

from phcs.core.findings import FindingCode

_C = FindingCode

HISTORY_FINDING_WORDS: dict[FindingCode, tuple[str, str]] = {
    _C.FACT_MISSING: (
        "Something needed is missing",
        "The row does not tell the {detail}, without which it cannot be kept. Add it, or leave the row out.",
    ),
    _C.REFERENCE_MISSING: (
        "Not said whose it is",
        "The row does not say whose it is: {detail}. Add the id or the name, or leave the row out.",
    ),
    _C.DATE_IMPLAUSIBLE: (
        "Date long ago",
        "“{value}” would be before {detail}. It is kept as it is; correct the year if it is a slip.",
    ),
    _C.DATE_ORDER: (
        "Dates in the wrong order",
        "“{value}” lies before {detail}, to which it belongs. Check day and month of both dates.",
    ),
    _C.CLOCK_INVALID: (
        "Time of day not valid",
        "“{value}” is not a time of day, so the date is kept without it. Write it as 09:30.",
    ),
    _C.DURATION_INVALID: (
        "Duration not valid",
        "“{value}” is not a duration that can be relied on ({detail}). Write it in minutes, such as 30.",
    ),
    _C.AMOUNT_INVALID: (
        "Amount not valid",
        "“{value}” is not an amount ({detail}). Write digits with one decimal mark, such as 1234.50.",
    ),
    _C.AMOUNT_AMBIGUOUS: (
        "Amount with two readings",
        (
            "“{value}” is read as {detail}, but its mark may stand before decimals as well. Choose the decimal mark "
            "of the column in the mapping."
        ),
    ),
    _C.AMOUNT_ROUNDED: (
        "Amount with many decimals",
        "“{value}” has more than four decimals and is kept as {detail}. Compare it with the original.",
    ),
    _C.AMOUNT_NEGATIVE: (
        "Negative amount",
        "“{value}” is below zero. It is kept; check that it is a refund or credit note and not a slip.",
    ),
    _C.AMOUNT_SUM: (
        "Amounts that do not add up",
        "The total is “{value}”, but {detail}. All are kept as given; compare them with the original.",
    ),
    _C.AMOUNT_OVERPAID: (
        "More paid than due",
        "“{value}” is more than the total of {detail}. Both are kept; compare them with the original.",
    ),
    _C.FILE_NOT_THERE: (
        "File not in the upload",
        (
            "“{value}” is not among the files of the upload, so the document is kept without its contents. Put the "
            "file into the ZIP and upload it again, or correct the name."
        ),
    ),
    _C.CURRENCY_UNKNOWN: (
        "Currency not known",
        "“{value}” is not a currency that PHCS knows, so {detail} is taken. Correct the cell if that is wrong.",
    ),
    _C.CURRENCY_DIFFERS: (
        "Two currencies in one row",
        "“{value}” is in another currency than the row ({detail}). Only one currency is kept; correct the amount.",
    ),
    _C.WORD_UNKNOWN: (
        "Word not known",
        "“{value}” is not a {detail} that PHCS knows. The word is kept; choose in the mapping what it means.",
    ),
    _C.APPOINTMENT_OVERLAP: (
        "Appointments at the same time",
        "The appointment begins during another one, {detail}. Both are kept; look at them if it matters.",
    ),
}
"""For each code a title and a sentence; `{value}` and `{detail}` are the finding's own."""
