"""Why an undo or redo cannot be asked for."""

from datetime import datetime, timedelta

from phcs.core.errors import UseCaseError


class ReversalOpenError(UseCaseError):
    """An undo or redo of this import is under way already."""

    code = "reversal.open"


class TooLateError(UseCaseError):
    """The time in which an import can be undone is over, or what undoing needs is gone."""

    code = "reversal.too_late"


def undo_until(changed_at: datetime, *, undo_days: int) -> datetime:
    """Until when a promotion, undo or redo of this moment can be taken back."""
    return changed_at + timedelta(days=undo_days)
