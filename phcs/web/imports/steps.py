"""The steps of an import: which are behind it, where it stands, and which can be opened."""

from dataclasses import dataclass

from flask import Blueprint, url_for

from phcs.core.findings import FindingCode
from phcs.core.mapping.unknown_values import unknown_values
from phcs.core.states import ENDS, MOVES, PROMOTED, ImportState
from phcs.queries.imports import ImportDetails
from phcs.queries.orphans import CODES

NAMES = {
    "file": "File",
    "mapping": "Mapping",
    "values": "Values",
    "check": "Check",
    "duplicates": "Duplicates",
    "orphans": "Orphans",
    "coming_again": "Coming again",
    "preview": "Preview",
    "approval": "Approval",
    "result": "Result",
    "verification": "Verification",
}
_ORDER = tuple(NAMES)
_ONLY_WHERE_NEEDED = {"orphans": CODES, "coming_again": (FindingCode.EDITED_SINCE,)}
"""Steps that most imports pass over, and the findings that they are for."""

_S = ImportState
_STANDS_AT = {
    _S.RECEIVED: "file",
    _S.READING: "file",
    _S.MAPPING: "mapping",
    _S.STAGING: "check",
    _S.REVIEW: "preview",
    _S.APPROVED: "result",
    _S.PROMOTING: "result",
    _S.COMPLETED: "",
    _S.UNDOING: "result",
    _S.UNDONE: "",
    _S.REDOING: "result",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the list shows it; `address` is '' while there is nothing to see."""

    name: str
    status: str
    address: str


@dataclass(frozen=True, slots=True)
class Moves:
    """One line of the table of allowed moves."""

    state: ImportState
    after: tuple[ImportState, ...]


def steps_of(details: ImportDetails, here: str = "") -> list[Step]:
    """The steps in order.

    `here` is the step whose page this is; without it the one where the import stands is the current one.
    """
    stands_at = _STANDS_AT.get(details.row.state, _stopped_at(details))
    behind = _ORDER.index(stands_at) if stands_at else len(_ORDER)
    current = here or stands_at
    return [
        Step(
            NAMES[name],
            "current" if name == current else "done" if number < behind else "todo",
            address_of(details, name),
        )
        for number, name in enumerate(_ORDER)
        if name not in _ONLY_WHERE_NEEDED or name == here or has_something(details, name)
    ]


def moves() -> list[Moves]:
    """The table of allowed moves, in the order of the way."""
    return [Moves(state, tuple(one for one in ImportState if one in MOVES[state])) for state in ImportState]


def address_of(details: ImportDetails, step: str) -> str:
    """The page of a step, '' while it has nothing to show."""
    return url_for(f"imports.{step}.show", import_id=details.row.id) if has_something(details, step) else ""


def has_something(details: ImportDetails, step: str) -> bool:
    """Whether a step has something to show."""
    if step in {"file", "mapping"}:
        return bool(details.tables)
    if step == "values":
        return any(unknown_values(table.mapping, table.reading.facts) for table in details.tables)
    if step in {"result", "verification"}:
        return details.row.state in PROMOTED
    codes = _ONLY_WHERE_NEEDED.get(step)
    if codes is not None and not any(code in details.finding_counts for code in codes):
        return False
    if step == "orphans" and details.row.state is _S.COMPLETED:
        return not details.purged.rows_at
    if details.row.state in ENDS | PROMOTED:
        return step == "check" and bool(details.finding_counts)
    return bool(details.plan_fingerprint)


def _stopped_at(details: ImportDetails) -> str:
    """How far an import came that failed, was cancelled or declined."""
    if details.plan_fingerprint:
        return "approval"
    return "check" if details.tables else "file"


def register(bp: Blueprint) -> None:
    """Give templates the steps."""
    bp.add_app_template_global(steps_of, "import_steps")
    bp.add_app_template_global(address_of, "import_step_address")
    bp.add_app_template_global(moves, "import_moves")
