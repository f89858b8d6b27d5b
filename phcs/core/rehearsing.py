"""Rehearsal: a promotion that is carried out and taken back at once, to see how it would go."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from phcs.core.errors import UseCaseError
from phcs.core.planning import Action
from phcs.core.records import RecordKind
from phcs.core.states import ImportState


class RehearsalState(StrEnum):
    """Where a rehearsal is: waits for a worker, goes on, or at one of its ends."""

    WAITING = "waiting"
    RUNNING = "running"
    FITS = "fits"
    """All of it could be written, and every count is what the plan says."""
    DIFFERS = "differs"
    """It could not: `problem` says why."""
    FAILED = "failed"
    """It could not be tried out."""


OPEN_REHEARSALS = frozenset({RehearsalState.WAITING, RehearsalState.RUNNING})
"""States of a rehearsal that is not over; an import has at most one such."""

REHEARSABLE = frozenset({ImportState.REVIEW, ImportState.APPROVED})
"""States of an import in which its plan is there and is not being carried out."""

PLAN_IS_OLD = (
    "Records have changed since this plan was made. When it is approved, the plan is made anew first; if that does the "
    "same, it goes on by itself, otherwise somebody looks at it again."
)
WENT_ON = "The import went on meanwhile, so there was nothing to rehearse any more."
GAVE_UP = "Rehearsing broke off {attempts} times, so it was set aside. Nothing was changed."
BROKE_OFF = "Something unexpected went wrong. Nothing was changed. Whoever runs this installation finds it in the log."


class NotRehearsableError(UseCaseError):
    """The import has no plan that could be tried out now."""

    code = "import.not_rehearsable"


def written_by_kind(done: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """How many records of each kind were created, updated or linked, out of what the writer counted."""
    shown = (Action.CREATE, Action.UPDATE, Action.LINK)
    past = {Action.CREATE: "created", Action.UPDATE: "updated", Action.LINK: "linked"}
    counted = {
        kind.value: {action.value: done.get(f"{kind.value}.{past[action]}", 0) for action in shown}
        for kind in RecordKind
    }
    return {kind: numbers for kind, numbers in counted.items() if any(numbers.values())}


def rehearsal_report(
    *, rows: int, written: Mapping[str, int], events: int, timings: Mapping[str, float], peak_memory_mb: int
) -> dict[str, Any]:
    """What is kept of a rehearsal, in the words of an import's own report; seconds by stage."""
    return {
        "rows": rows,
        "records": written_by_kind(written),
        "events": events,
        "timings": dict(timings),
        "peak_memory_mb": peak_memory_mb,
    }
