"""State and tags of a visit → status of a case. Only together do they say what became of it.

WaitWhile's states come in two spellings, and "cancelled" or "did not come" are tags on a completed visit.
"""

from dataclasses import dataclass
from functools import lru_cache

from phcs.core.findings import FindingCode, Severity
from phcs.core.records import CaseStatus

_S = CaseStatus

OUTCOME_CANCELLED = "cancelled"
OUTCOME_NO_SHOW = "no-show"
OUTCOME_REMOVED = "removed"

_STATUS_WORDS: dict[CaseStatus, str] = {
    _S.NEW: "new waiting booked pending draft scheduled confirmed arrived requested open nuevo nueva pendiente abierto",
    _S.IN_PROGRESS: "active serving served inprogress ongoing activo activa enproceso encurso",
    _S.ON_HOLD: "onhold hold paused expired enespera",
    _S.CLOSED: "closed complete completed done resolved finished cerrado cerrada completado completada "
    "cancelled canceled"
    " cancelado cancelada noshow removed rejected",
    _S.ARCHIVED: "archived archivado",
}
STATUS_OF = {word: status.value for status, words in _STATUS_WORDS.items() for word in words.split()}
"""Word without case and joints → CaseStatus value."""

_UNCONFIRMED = frozenset({"pending", "draft"})
_ENDED = frozenset({"complete", "completed"})
_OUTCOMES = (
    (OUTCOME_CANCELLED, frozenset({"cancelled", "canceled", "cancelado", "cancelada"})),
    (OUTCOME_NO_SHOW, frozenset({"noshow"})),
    (OUTCOME_REMOVED, frozenset({"removed", "rejected"})),
)
_JOINTS = str.maketrans("", "", " _-")

StatusMark = tuple[FindingCode, Severity]

_MISSING = (FindingCode.STATUS_MISSING, Severity.WARNING)
_UNKNOWN = (FindingCode.STATUS_UNKNOWN, Severity.ERROR)
_EXPIRED = (FindingCode.STATUS_EXPIRED, Severity.WARNING)
_PENDING = (FindingCode.STATUS_UNCONFIRMED, Severity.NOTE)
_FLAGGED = (FindingCode.OWNER_FLAGGED, Severity.WARNING)
_IMPORTED = (FindingCode.ROW_IMPORTED_BEFORE, Severity.NOTE)


@dataclass(frozen=True, slots=True)
class StatusValue:
    """The status, what the tags say of the outcome, and what a person should know about it."""

    status: str
    outcome: str = ""
    is_flagged: bool = False
    marks: tuple[StatusMark, ...] = ()


def _status_word(text: str) -> str:
    """Return a state without case and joints; other punctuation stays, so that `DONE?` is not `DONE`."""
    return text.strip().lower().translate(_JOINTS)


@lru_cache(maxsize=4_096)
def read_status(state: str, tags: tuple[str, ...]) -> StatusValue:
    """Return what state and tags mean together; a blank state says nothing, an unknown one is marked as an error.

    Tags refine only a visit that is over. A visit closed by a timer alone (EXPIRED) was looked at by
    nobody and goes on hold; NO-SHOW beside EXPIRED is a no-show.
    """
    word = _status_word(state)
    words = frozenset(map(_status_word, tags))
    status = STATUS_OF.get(word, "")
    marks: list[StatusMark] = []
    if not word:
        marks.append(_MISSING)
    elif word not in STATUS_OF:
        marks.append(_UNKNOWN)
    outcome = _outcome({word})
    if word in _ENDED:
        outcome = _outcome(words)
        if "expired" in words and not outcome:
            status = _S.ON_HOLD.value
    if status == _S.ON_HOLD.value and (word == "expired" or word in _ENDED):
        marks.append(_EXPIRED)
    if word in _UNCONFIRMED:
        marks.append(_PENDING)
    if "flagged" in words:
        marks.append(_FLAGGED)
    if "imported" in words:
        marks.append(_IMPORTED)
    return StatusValue(status, outcome, "flagged" in words, tuple(marks))


def _outcome(words: frozenset[str] | set[str]) -> str:
    return next((outcome for outcome, names in _OUTCOMES if words & names), "")
