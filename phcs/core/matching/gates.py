"""The presets as lists of rules: the first whose condition holds gives the outcome; when none does, it is nobody.

Source of the rules: the mission's presets and the matching study, gate. A birth date, an official id, a suffix or
a microchip that contradicts is a veto in every preset: such a pair is never linked without asking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from phcs.core.matching.birth_dates import BirthDates
from phcs.core.matching.evidence import Comparison
from phcs.core.matching.name_levels import NameLevel
from phcs.core.matching.presets import MatchPreset, MatchRules


class MatchOutcome(StrEnum):
    """Is the same; may be, a person decides; is not."""

    LINK = "link"
    REVIEW = "review"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows when the condition holds for two owners."""

    outcome: MatchOutcome
    condition: Callable[[Comparison], bool]


_LINK_FROM, _REVIEW_FROM, _WEAK_REVIEW_FROM = 3.0, -3.0, 0.0
"""Bits (design: gate). A name with a pet or a postcode and nothing else is asked about where it is likely: among
150,000 owners of 80 surnames a lower bar asked about every third row, and all of them were other people.
"""


def _compatible(found: Comparison) -> bool:
    return found.name.level.is_compatible


def _partial(found: Comparison) -> bool:
    return not found.name.level.is_compatible and not found.name.level.is_another_person


def _compatible_link(found: Comparison) -> bool:
    strong = found.strength.total
    if not _compatible(found) or found.clash or found.bits < _LINK_FROM:
        return False
    return strong >= (1.0 if found.strength.near_birth_date else 0.5)


def _partial_link(found: Comparison) -> bool:
    """Only a given name or initial that agrees tells who of a household it is; a birth date does so beside contacts."""
    if not _partial(found) or not found.name.is_comparable or found.clash or found.bits < _LINK_FROM:
        return False
    strong = found.strength.total
    if found.birth_dates is BirthDates.EQUAL:
        return strong >= 1.5
    return found.birth_dates is BirthDates.UNKNOWN and found.name.tells_who and strong >= 2.0


def _compatible_review(found: Comparison) -> bool:
    strong = found.strength.total
    if not _compatible(found):
        return False
    if found.clash and strong >= 1.0:
        return True
    if strong < 0.5 and found.name.level is NameLevel.MOST:
        return False  # another surname and the same name for a pet: two people, however rare both are
    return strong >= 0.25 and found.bits >= (_REVIEW_FROM if strong >= 0.5 else _WEAK_REVIEW_FROM)


def _partial_review(found: Comparison) -> bool:
    return _partial(found) and found.bits >= _REVIEW_FROM and found.strength.total >= 0.5


def _other_name_review(found: Comparison) -> bool:
    born = found.strength.birth_date or found.strength.near_birth_date
    return found.name.level.is_another_person and born and found.strength.total >= 1.5


def _phone(found: Comparison) -> bool:
    return found.strength.phone and _compatible(found)


def _phone_and_pet(found: Comparison) -> bool:
    return _phone(found) and (found.strength.pet or found.strength.microchip)


def _contact(found: Comparison) -> bool:
    return found.strength.contact and _compatible(found)


def _contact_or_birth_date(found: Comparison) -> bool:
    return _compatible(found) and (found.strength.contact or found.strength.birth_date)


def _unless_vetoed(condition: Callable[[Comparison], bool]) -> tuple[Rule, ...]:
    """Return the rules of a condition that links; what vetoes it, or leaves the name in doubt, is for a person."""
    return (
        Rule(MatchOutcome.LINK, lambda found: condition(found) and not found.clash),
        Rule(MatchOutcome.REVIEW, condition),
    )


_PARTIAL_CONTACT = Rule(MatchOutcome.REVIEW, lambda found: _partial(found) and found.strength.contact)

_RULES: dict[MatchPreset, tuple[Rule, ...]] = {
    MatchPreset.EVIDENCE: (
        Rule(MatchOutcome.LINK, _compatible_link),
        Rule(MatchOutcome.LINK, _partial_link),
        Rule(MatchOutcome.REVIEW, _compatible_review),
        Rule(MatchOutcome.REVIEW, _partial_review),
        Rule(MatchOutcome.REVIEW, _other_name_review),
    ),
    MatchPreset.PHONE_NAME_PET: _unless_vetoed(_phone),
    MatchPreset.EMAIL_OR_PHONE: (*_unless_vetoed(_contact), _PARTIAL_CONTACT),
    MatchPreset.EMAIL_PHONE_OR_NAME_DOB: (*_unless_vetoed(_contact_or_birth_date), _PARTIAL_CONTACT),
}
_BY_THE_LETTER = _unless_vetoed(_phone_and_pet)

_SEVERAL_OF_ONE_SOURCE = 1.25
"""Strength from which two customers of one source may still be one person: a contact and one thing more."""


def outcome_of(found: Comparison, rules: MatchRules) -> MatchOutcome:
    """Return what the rules say of two owners.

    Two different ids of one source are normally two customers: a person is asked at most.
    """
    if found.another_customer:
        doubtful = _compatible(found) and not found.clash and found.strength.total >= _SEVERAL_OF_ONE_SOURCE
        return MatchOutcome.REVIEW if doubtful else MatchOutcome.NEW
    literal = rules.preset is MatchPreset.PHONE_NAME_PET and rules.new_pet_is_new_owner
    for rule in _BY_THE_LETTER if literal else _RULES[rules.preset]:
        if rule.condition(found):
            return rule.outcome
    return MatchOutcome.NEW
