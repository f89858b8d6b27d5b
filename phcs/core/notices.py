"""What people are told about imports without having asked."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about."""

    WAITING = "waiting"
    SENT_BACK = "sent_back"
    PROMOTED = "promoted"
    FAILED = "failed"
