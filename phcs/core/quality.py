"""What became of findings: the words of the data-quality log, which stays when the rows are gone."""

from enum import StrEnum


class Resolution(StrEnum):
    """How a finding ended; an open one has not."""

    OPEN = "open"
    REPAIRED = "repaired"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    DECIDED = "decided"
    RECHECKED = "rechecked"
    PROMOTED = "promoted"
    REJECTED = "rejected"
    DECLINED = "declined"


UNRESOLVED = frozenset({Resolution.OPEN, Resolution.REJECTED})
"""Somebody may still put these right: in review, or by the corrected file of the rejected rows."""
