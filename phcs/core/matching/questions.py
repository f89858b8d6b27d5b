"""What a person is asked about two people, what may be answered, and which questions are alike."""

from enum import StrEnum

from phcs.core.matching.deciding import MatchAnswer
from phcs.core.matching.name_levels import compare_person_names
from phcs.core.matching.names import PersonName, parse_person_name
from phcs.core.records import OwnerFacts

LONGEST_QUESTION = 200


class Answer(StrEnum):
    """Same person; different people, for ever; or both kept for now, so that it may be asked again."""

    SAME = "same"
    DIFFERENT = "different"
    BOTH = "both"

    @property
    def is_same(self) -> bool:
        """Whether the row belongs to the known owner."""
        return self is Answer.SAME

    @property
    def is_lasting(self) -> bool:
        """Whether it holds for the same two in later imports."""
        return self is not Answer.BOTH


def answer_of(*, same: bool, lasting: bool) -> Answer:
    """Return the answer of which these two say the consequences."""
    if same:
        return Answer.SAME
    return Answer.DIFFERENT if lasting else Answer.BOTH


def question_kind(owner: OwnerFacts, match: MatchAnswer) -> str:
    """Return what kind of question a row asks: how far the names agree, and what speaks for and against.

    Rows with the same kind are alike: `customer_id- name:partial pet- phone+`. Values play no part in it.
    """
    if match.owner is None:
        return ""
    level = compare_person_names(_name(owner), _name(match.owner.facts)).level.name.lower()
    signs = {f"{point.kind}{_sign(point.bits)}" for point in match.points if point.kind != "name"}
    several = {"several"} if any(phrase.startswith("may also be ") for phrase in match.evidence) else set()
    return " ".join(sorted({f"name:{level}", *signs, *several}))[:LONGEST_QUESTION]


def _name(facts: OwnerFacts) -> PersonName:
    return parse_person_name(facts.full_name, facts.given_name, facts.family_name)


def _sign(bits: float) -> str:
    return "" if bits == 0 else "+" if bits > 0 else "-"
