"""What people are told about imports and exports without having asked."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about."""

    WAITING = "waiting"
    SENT_BACK = "sent_back"
    PROMOTED = "promoted"
    FAILED = "failed"
    EXPORT_READY = "export_ready"
    EXPORT_FAILED = "export_failed"


ABOUT_EXPORTS = frozenset({NoticeKind.EXPORT_READY, NoticeKind.EXPORT_FAILED})
"""Notices that tell of an export in the background; all others tell of an import."""
