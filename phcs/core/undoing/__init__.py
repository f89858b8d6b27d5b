"""Undo: what taking back a promotion would do and what it would leave; redo is the same the other way round."""

from phcs.core.undoing.buckets import OPEN_STATES, Bucket, Direction, Effect, ReversalState
from phcs.core.undoing.changes import Dependant, KeptValue, Presence, RecordChange, StatedName
from phcs.core.undoing.fingerprint import ReversalFingerprint, StoredReversal
from phcs.core.undoing.live import Edit, LiveName, LiveRecord
from phcs.core.undoing.refusals import ReversalOpenError, TooLateError, undo_until
from phcs.core.undoing.reversing import ReversedRecord, Surroundings, reverse_change

__all__ = [
    "OPEN_STATES",
    "Bucket",
    "Dependant",
    "Direction",
    "Edit",
    "Effect",
    "KeptValue",
    "LiveName",
    "LiveRecord",
    "Presence",
    "RecordChange",
    "ReversalFingerprint",
    "ReversalOpenError",
    "ReversalState",
    "ReversedRecord",
    "StatedName",
    "StoredReversal",
    "Surroundings",
    "TooLateError",
    "reverse_change",
    "undo_until",
]
