"""Where a verification stands between its request and its report."""

from enum import StrEnum


class VerificationState(StrEnum):
    """A step of a verification."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN_VERIFICATIONS = frozenset({VerificationState.REQUESTED, VerificationState.RUNNING})
"""States in which a worker has something to do."""
