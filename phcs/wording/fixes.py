"""How findings are best put right, in words: few here, many of one kind where they come from."""

from dataclasses import dataclass
from enum import StrEnum

from phcs.core.findings import FindingCode, Severity

MANY_VALUES = 20
"""From so many different values on it is quicker to correct them in a spreadsheet than one by one."""
MANY_ROWS = 20

SEVERITY_DOES: dict[Severity, str] = {
    Severity.ERROR: "Stops the row",
    Severity.WARNING: "Please confirm",
    Severity.NOTE: "Note",
}
STOPS_THE_FILE = "Stops the file"
"""Instead of "stops the row" where the import was uploaded to stop at errors."""


class FixWay(StrEnum):
    """Where findings of one cause are best put right."""

    VALUES = "values"
    MAPPING = "mapping"
    DUPLICATES = "duplicates"
    ORPHANS = "orphans"
    COMING_AGAIN = "coming_again"
    LOOK = "look"
    ALIKE = "alike"
    ROWS = "rows"
    SPREADSHEET = "spreadsheet"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Fix:
    """The recommended way, and one or two sentences that say it."""

    way: FixWay
    sentence: str


_C = FindingCode
_WAYS: dict[FindingCode, FixWay] = {
    **dict.fromkeys(
        (_C.SERVICE_UNKNOWN, _C.STATUS_UNKNOWN, _C.SPECIES_UNKNOWN, _C.WORD_UNKNOWN, _C.VALUE_REJECTED),
        FixWay.VALUES,
    ),
    **dict.fromkeys((_C.DATE_AMBIGUOUS, _C.SERVICE_MISSING, _C.AMOUNT_AMBIGUOUS), FixWay.MAPPING),
    _C.MATCH_UNDECIDED: FixWay.DUPLICATES,
    **dict.fromkeys((_C.PARENT_MISSING, _C.PARENT_REJECTED, _C.PARENT_WAITING), FixWay.ORPHANS),
    **dict.fromkeys((_C.REFERENCE_DIFFERS, _C.PARENT_INCOMPLETE), FixWay.LOOK),
    _C.EDITED_SINCE: FixWay.COMING_AGAIN,
    **dict.fromkeys(
        (_C.ROW_TOO_WIDE, _C.ROW_UNREADABLE_CHARACTER, _C.ROW_MERGED, _C.ROW_CELLS_BEYOND), FixWay.LOOK
    ),
    **dict.fromkeys(
        (_C.NAME_MISSING, _C.CONTACT_MISSING, _C.PHONE_MISSING, _C.DATE_MISSING, _C.STATUS_MISSING),
        FixWay.ROWS,
    ),
    **dict.fromkeys((_C.FACT_MISSING, _C.REFERENCE_MISSING), FixWay.ROWS),
    **dict.fromkeys(
        (_C.DATE_ORDER, _C.AMOUNT_SUM, _C.AMOUNT_OVERPAID, _C.AMOUNT_NEGATIVE, _C.CURRENCY_DIFFERS),
        FixWay.LOOK,
    ),
    **dict.fromkeys((_C.CELL_UNCALCULATED, _C.ROW_REPEATED_DIFFERENTLY, _C.OWNER_FLAGGED), FixWay.ROWS),
}
_SENTENCES: dict[FixWay, str] = {
    FixWay.VALUES: "Say once what each value means, on the page “Values”. "
    "A slip can be repaired here for all its rows.",
    FixWay.MAPPING: "Choose it once for the whole file, on the page “Mapping”. A single row can be repaired here.",
    FixWay.DUPLICATES: "Compare the two people on the page “Duplicates” and decide.",
    FixWay.ORPHANS: "Say once for all such rows what becomes of them, on the page “Orphans”.",
    FixWay.COMING_AGAIN: "What people entered here stays. To take what the file says instead, say so on the page "
    "“Coming again”.",
    FixWay.LOOK: "Open the row and compare it with the file. Repair its cells, or say that the row is right.",
    FixWay.ALIKE: "Repair each value once: the repair then holds for all rows that have it.",
    FixWay.ROWS: "Fill the cell in, row by row.",
    FixWay.SPREADSHEET: "There are many of them, all different: that is quicker in a spreadsheet. Download the rows, "
    "correct them and upload them again.",
    FixWay.NOTHING: "Nothing needs to be done.",
}
_OR_CONFIRM = " Where the rows are right as they are, confirm them in one step."


def recommended_fix(
    code: FindingCode, severity: Severity, *, number: int, has_many_values: bool, is_asked: bool = True
) -> Fix:
    """Return how so many findings of one cause are best put right.

    `is_asked` says that the page “Values” asks about the column; it does not where labels in cells name its values.
    """
    if severity is Severity.NOTE:
        return Fix(FixWay.NOTHING, _SENTENCES[FixWay.NOTHING])
    way = _WAYS.get(code, FixWay.ALIKE)
    if way is FixWay.VALUES and not is_asked:
        way = FixWay.ALIKE
    if severity is Severity.ERROR and (
        (way is FixWay.ALIKE and has_many_values) or (way is FixWay.ROWS and number > MANY_ROWS)
    ):
        way = FixWay.SPREADSHEET
    sentence = _SENTENCES[way]
    if severity is Severity.WARNING and way not in {FixWay.DUPLICATES, FixWay.ORPHANS}:
        sentence += _OR_CONFIRM
    return Fix(way, sentence)
