"""The words of a reversal: its direction, its states, and the one bucket of each record."""

from enum import StrEnum


class Direction(StrEnum):
    """Whether a promotion is taken back, or its undo."""

    UNDO = "undo"
    REDO = "redo"


class ReversalState(StrEnum):
    """Where an undo or redo is: asked for, waiting for approval, approved, or at one of its ends."""

    REQUESTED = "requested"
    PLANNED = "planned"
    APPROVED = "approved"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


OPEN_STATES = frozenset({ReversalState.REQUESTED, ReversalState.PLANNED, ReversalState.APPROVED})
"""States of a reversal that is not over; an import has at most one such."""


class Bucket(StrEnum):
    """How far a record can be taken back: wholly, but for some values, not at all, or not while others need it."""

    REVERSED = "reversed"
    PARTLY = "partly"
    KEPT = "kept"
    BLOCKED = "blocked"


class Effect(StrEnum):
    """What a reversal does to a live record.

    RESTATED changes nothing that people see: only what the import's source is known to have said last.
    """

    REMOVED = "removed"
    BROUGHT_BACK = "brought_back"
    CHANGED = "changed"
    RESTATED = "restated"
    NONE = "none"
