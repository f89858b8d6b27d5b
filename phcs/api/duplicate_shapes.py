"""The shapes of answers about duplicates, and an example of each."""

from typing import Any, TypedDict

from phcs.api.examples import OWNER_ID


class PointShape(TypedDict):
    """One thing that speaks for (more than 0 bits) or against the two being one person."""

    kind: str
    bits: float
    phrase: str


class ComparedShape(TypedDict):
    """One fact of both; `verdict` is same, differs, only-incoming or only-known."""

    fact: str
    incoming: Any
    known: Any
    verdict: str


class QuestionShape(TypedDict):
    """One open question: whether the owner of this row is that owner.

    `known_is_live` is false for an owner whom an earlier row of the same file makes.
    """

    table: int
    row: int
    owner: str
    known_is_live: bool
    explanation: str
    rules: str
    points: list[PointShape]
    compared: list[ComparedShape]
    pets: list[str]
    known_pets: list[str]


class GivenAnswerShape(TypedDict):
    """One answer; `in_plan` is false until the plan is made anew with it."""

    table: int
    row: int
    owner: str
    answer: str
    by: str
    at: str
    rules: str
    in_plan: bool
    taken_back: bool


class DuplicatesShape(TypedDict):
    """A page of open questions or of answers, and how many of both there are."""

    questions: list[QuestionShape]
    answers: list[GivenAnswerShape]
    open: int
    waiting_answers: int
    next: str | None


class KeptAnswersShape(TypedDict):
    """What was kept, what is still open, and in which state the import is now."""

    kept: int
    open: int
    waiting_answers: int
    state: str


DUPLICATES: DuplicatesShape = {
    "questions": [
        {
            "table": 1,
            "row": 17,
            "owner": OWNER_ID,
            "known_is_live": True,
            "explanation": "May be Ana Silva, a person decides: same phone +14155550101; name 'A. Silva' resembles "
            "'Ana Silva' (an initial).",
            "rules": "evidence/1",
            "points": [{"kind": "phone", "bits": 9.0, "phrase": "same phone +14155550101"}],
            "compared": [
                {"fact": "full_name", "incoming": "A. Silva", "known": "Ana Silva", "verdict": "differs"}
            ],
            "pets": ["Rex (dog)"],
            "known_pets": ["Rex (dog)"],
        }
    ],
    "answers": [],
    "open": 1,
    "waiting_answers": 0,
    "next": None,
}
KEPT: KeptAnswersShape = {"kept": 1, "open": 0, "waiting_answers": 0, "state": "staging"}
