"""Where an import is on its way to the live records, and where it may go from there.

The table of moves stands here and nowhere else; the pages show it, and every change of state
in the services is one guarded UPDATE that this table allows.
"""

from enum import StrEnum

from phcs.core.errors import WrongStateError


class ImportState(StrEnum):
    """A step of the way of a file (see docs/glossary.md)."""

    RECEIVED = "received"
    READING = "reading"
    MAPPING = "mapping"
    STAGING = "staging"
    REVIEW = "review"
    APPROVED = "approved"
    PROMOTING = "promoting"
    COMPLETED = "completed"
    UNDOING = "undoing"
    UNDONE = "undone"
    REDOING = "redoing"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ABORTED = "aborted"


_S = ImportState

MOVES: dict[ImportState, frozenset[ImportState]] = {
    _S.RECEIVED: frozenset({_S.READING, _S.FAILED, _S.CANCELLED}),
    _S.READING: frozenset({_S.MAPPING, _S.STAGING, _S.FAILED, _S.CANCELLED}),
    _S.MAPPING: frozenset({_S.MAPPING, _S.RECEIVED, _S.STAGING, _S.CANCELLED}),
    _S.STAGING: frozenset({_S.STAGING, _S.REVIEW, _S.FAILED, _S.CANCELLED}),
    _S.REVIEW: frozenset({_S.RECEIVED, _S.STAGING, _S.MAPPING, _S.APPROVED, _S.ABORTED}),
    _S.APPROVED: frozenset({_S.PROMOTING, _S.REVIEW}),
    _S.PROMOTING: frozenset({_S.COMPLETED, _S.REVIEW, _S.STAGING, _S.FAILED}),
    _S.COMPLETED: frozenset({_S.UNDOING}),
    _S.UNDOING: frozenset({_S.UNDONE, _S.COMPLETED}),
    _S.UNDONE: frozenset({_S.REDOING}),
    _S.REDOING: frozenset({_S.COMPLETED, _S.UNDONE}),
    _S.FAILED: frozenset({_S.RECEIVED, _S.STAGING, _S.APPROVED, _S.ABORTED}),
    _S.CANCELLED: frozenset(),
    _S.ABORTED: frozenset(),
}

WORKING = frozenset({_S.READING, _S.STAGING, _S.PROMOTING, _S.UNDOING, _S.REDOING})
"""States in which a worker holds a lease; an expired lease means somebody else may take over."""

WAITING_FOR_WORKER = frozenset({_S.RECEIVED, _S.APPROVED})
"""States that wait for a worker to claim them."""

WAITING_FOR_PERSON = frozenset({_S.MAPPING, _S.REVIEW, _S.FAILED})
"""States that wait for a person."""

ENDS = frozenset({_S.COMPLETED, _S.UNDONE, _S.CANCELLED, _S.ABORTED})
"""States that nothing moves on by itself."""

PROMOTED = frozenset({_S.COMPLETED, _S.UNDOING, _S.UNDONE, _S.REDOING})
"""States after a promotion: what the plan created has been live."""

CANCELLABLE = frozenset({_S.RECEIVED, _S.READING, _S.MAPPING, _S.STAGING})
"""States before review: a person may stop the import and nothing has changed."""


def may_move(before: ImportState, after: ImportState) -> bool:
    """Say whether the table allows this move."""
    return after in MOVES[before]


def require_move(before: ImportState, after: ImportState) -> None:
    """Raise WrongStateError unless the table allows this move."""
    if not may_move(before, after):
        raise WrongStateError(before, after)
