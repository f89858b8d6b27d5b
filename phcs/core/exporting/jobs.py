"""Large exports that a worker writes while nobody waits: where one is, and what is said of one that did not succeed."""

from enum import StrEnum


class ExportState(StrEnum):
    """Where an export in the background is: waits for a worker, is written, or at one of its ends."""

    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"
    """The file was deleted because its date had come."""


OPEN_EXPORTS = frozenset({ExportState.WAITING, ExportState.WRITING})
"""States of an export that is not over."""

GAVE_UP = "export.gave_up"
GAVE_UP_SENTENCE = (
    "Writing this file broke off {attempts} times, so it was set aside. Ask for it again; if it happens again, narrow "
    "it, or tell whoever runs this installation."
)
"""What is said when the last attempt broke off too."""
