"""What people read about a verification: verdicts, what became of columns, results, judgements."""

from typing import Any

from phcs.core.findings import FindingCode
from phcs.core.mapping.targets import TARGETS
from phcs.core.verifying.columns import ColumnFate
from phcs.core.verifying.report import Judgement, Result
from phcs.core.verifying.verdicts import Verdict
from phcs.wording.findings import finding_title

_TARGET_WORDS = dict(TARGETS)

VERDICT_TITLES: dict[str, str] = {
    Verdict.SAME: "Arrived",
    Verdict.ELSEWHERE: "Arrived as second number",
    Verdict.PASSED_OVER: "Another column came first",
    Verdict.NO_VALUE: "No value to keep",
    Verdict.KEPT: "PHCS kept what it held",
    Verdict.OTHER_ROW: "Another row says otherwise",
    Verdict.CHANGED_SINCE: "Changed since",
    Verdict.TAKEN_BACK: "Taken back",
    Verdict.NOT_IMPORTED: "Row not imported",
    Verdict.UNEXPLAINED: "Unexplained",
}
FATE_WORDS: dict[str, str] = {
    ColumnFate.MAPPED: "Imported",
    ColumnFate.STEERING: "Decides what becomes of a row",
    ColumnFate.SEARCHED: "Searched for labelled answers",
    ColumnFate.NOT_IMPORTED: "Not imported",
    ColumnFate.DROPPED: "Dropped before anything was kept",
}
RESULT_WORDS: dict[str, str] = {
    Result.ADDS_UP: "Everything adds up",
    Result.DOES_NOT_ADD_UP: "Something does not add up",
}
JUDGEMENT_WORDS: dict[str, str] = {
    Judgement.CORRECT: "Signed as correct",
    Judgement.SEEN: "Seen: something does not add up",
}
HISTORY_WORDS: dict[str, str] = {
    "import.promoted": "Promoted",
    "import.undone": "Undone",
    "import.redone": "Undo taken back",
}
OUTCOME_WORDS: dict[str, str] = {
    "create": "Created",
    "update": "Updated",
    "unchanged": "Unchanged",
    "link": "Linked",
    "skip": "Skipped",
    "reject": "Rejected",
    "": "Not in the ledger",
}
FILE_FOOTER = "Made by PHCS Import. Times are in UTC."
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("rows", "Rows", ("rows.", "table.")),
    ("columns", "Columns", ("column.",)),
    ("records", "Records and ids", ("records.", "external_ids")),
    ("trail", "Audit trail", ("chain.",)),
)
"""Sections of a report: name, title, and the beginnings of the codes of their equations."""


def shown_value(value: Any) -> str:
    """A value of a fact as one text; a blank one is a dash."""
    if value in (None, "", [], {}):
        return "–"  # noqa: RUF001 - the dash that pages show
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text}" for key, text in value.items())
    return str(value)


def fact_title(name: str) -> str:
    """A fact or target as people read it, a target as on the mapping page: `owner.phone2` is "Owner: second phone"."""
    return (
        _TARGET_WORDS.get(name)
        or name.replace("custom.", "").replace(".", " · ").replace("_", " ").capitalize()
    )


def equations_in(equations: list[dict[str, Any]], beginnings: tuple[str, ...]) -> list[dict[str, Any]]:
    """The equations of one section."""
    return [one for one in equations if one["code"].startswith(beginnings)]


def reason_text(reason: str) -> str:
    """Why a row came out as it did; the codes of errors in words."""
    parts = reason.split("; ")
    return "; ".join(finding_title(FindingCode(part)) if part in set(FindingCode) else part for part in parts)


def told_terms(terms: list[list[Any]]) -> list[list[Any]]:
    """The parts of a sum that are worth telling: those that are not 0, at least the first."""
    return [one for one in terms if one[1]] or terms[:1]


def report_words() -> dict[str, Any]:
    """Everything that the templates of a report need besides the report."""
    return {
        "verdict_titles": VERDICT_TITLES,
        "fate_words": FATE_WORDS,
        "result_words": RESULT_WORDS,
        "judgement_words": JUDGEMENT_WORDS,
        "history_words": HISTORY_WORDS,
        "outcome_words": OUTCOME_WORDS,
        "report_groups": GROUPS,
        "shown_value": shown_value,
        "fact_title": fact_title,
        "equations_in": equations_in,
        "told_terms": told_terms,
        "reason_text": reason_text,
    }
