"""Promises that could not be kept. Bad data is never one of these: that is a `Finding`."""

from collections.abc import Mapping


class UseCaseError(Exception):
    """A use case refused to act; nothing was changed.

    `code` is stable and for programs; the text of the exception is one plain sentence for people.
    """

    code = "refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


_CANNOT = {
    "received": "tried again",
    "reading": "read anew",
    "mapping": "mapped",
    "staging": "checked anew",
    "review": "changed",
    "undoing": "undone",
    "redoing": "redone",
    "aborted": "declined",
}
"""What cannot be done to an import that cannot reach a state; of the others the state's own word says it."""


class WrongStateError(UseCaseError):
    """The import is not in a state that allows this."""

    code = "import.wrong_state"

    def __init__(self, before: str, after: str) -> None:
        super().__init__(
            f"This import is in the state “{before}”, so it cannot be {_CANNOT.get(after, after)} now."
        )
        self.before = before
        self.after = after


class AlreadyDecidedError(UseCaseError):
    """Somebody else decided first; the sentence says who and when."""

    code = "import.already_decided"


class StalePlanError(UseCaseError):
    """The plan that was looked at is no longer the plan, so it cannot be approved or promoted."""

    code = "plan.stale"


class BlockedByErrorsError(UseCaseError):
    """The import stops at errors (`on_error=stop`) and has some."""

    code = "import.has_errors"


class FourEyesError(UseCaseError):
    """The organisation asks for a second person, and this person prepared the import."""

    code = "import.four_eyes"


class ConfirmationNeededError(UseCaseError):
    """Something about the whole file is unusual and nobody has confirmed it; `guards` says what, by guard."""

    code = "confirmation_needed"

    def __init__(self, sentence: str, *, guards: Mapping[str, str]) -> None:
        super().__init__(sentence)
        self.guards = dict(guards)


class LeaseLostError(UseCaseError):
    """Another worker has taken this import over; this one must stop without a trace."""

    code = "import.lease_lost"


class NotFoundError(UseCaseError):
    """There is no such thing in this organisation (or it is another's, which is the same answer)."""

    code = "not_found"


class NotAllowedError(UseCaseError):
    """The actor lacks the permission."""

    code = "not_allowed"


class InvalidInputError(UseCaseError):
    """What was given cannot be accepted; the sentence says what to change."""

    code = "invalid_input"


class PurgedError(UseCaseError):
    """What this would need was deleted when its date had come."""

    code = "import.purged"


class LimitError(UseCaseError):
    """The server, not the caller, could not do it now; nothing was changed, and trying again later is safe."""

    code = "limit.reached"


class NoRoomError(LimitError):
    """A disk is full: the one of the database or the one of the uploads."""

    code = "limit.no_room"


class BusyError(LimitError):
    """Somebody else held a lock for too long, or the database broke a deadlock at our expense."""

    code = "limit.busy"


class TooMuchMemoryError(LimitError):
    """The process or the database has no more memory for this."""

    code = "limit.memory"


class TooSlowError(LimitError):
    """A stage of an import took longer than it may."""

    code = "limit.too_slow"


class UnreadableFileError(UseCaseError):
    """The file cannot be read; the sentence names what is wrong and what to do.

    `reason` is the stable code, e.g. `file.not_text` or `file.too_many_columns`.
    """

    code = "file.unreadable"

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = reason
        self.reason = reason
