"""Which facts the merged owner has: for each group of facts one of the two records', or both joined.

Parts of a name, of an address and of a phone belong together: half a name of one record and half of the other
would be nobody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from phcs.core.errors import InvalidInputError
from phcs.core.matching.keys import PLACEHOLDER_TAG
from phcs.core.records import OwnerFacts


class Take(StrEnum):
    """Whose value is kept: the staying record's, the other's, or what both say joined.

    Of second phones, BOTH is the first phone that is not chosen as the first.
    """

    KEPT = "kept"
    OTHER = "other"
    BOTH = "both"


GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("full_name", "given_name", "family_name"),
    "phone": ("phone", "phone_given"),
    "phone2": ("phone2",),
    "email": ("email",),
    "address": ("address", "city", "region", "postal_code", "country"),
    "birth_date": ("birth_date",),
    "tags": ("tags",),
    "notes": ("notes",),
    "custom": ("custom",),
}
"""The facts of an owner that are chosen together."""

FieldChoices = Mapping[str, Take]
"""By group; a group that is not named takes its default."""


@dataclass(frozen=True, slots=True)
class FieldOption:
    """One of the values that a group can take: the facts that it sets."""

    take: Take
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldQuestion:
    """A group in which the two records differ, what can be chosen, and what is unless a person says otherwise."""

    name: str
    kept: Mapping[str, Any]
    other: Mapping[str, Any]
    options: tuple[FieldOption, ...]
    default: Take


def field_questions(kept: OwnerFacts, other: OwnerFacts) -> tuple[FieldQuestion, ...]:
    """Return the groups in which the records differ; for second phones the first ones as chosen by default."""
    found = []
    for name, facts in GROUPS.items():
        mine, theirs = _facts(kept, facts), _facts(other, facts)
        options = _options(name, kept, other, default_choices(kept, other))
        if mine != theirs or len(options) > 1:
            found.append(FieldQuestion(name, mine, theirs, options, _default(name, kept, other)))
    return tuple(found)


def merged_facts(kept: OwnerFacts, other: OwnerFacts, choices: FieldChoices) -> OwnerFacts:
    """Return the facts of the merged owner. Raises InvalidInputError for a group or choice that there is not."""
    taken = {**default_choices(kept, other), **_checked(choices)}
    facts: dict[str, Any] = {}
    for name in GROUPS:
        facts |= _taken(name, taken[name], kept, other, taken)
    if facts["phone2"] == facts["phone"]:
        facts["phone2"] = ""
    named = kept if taken["name"] is Take.KEPT else other
    tags = tuple(tag for tag in facts["tags"] if tag != PLACEHOLDER_TAG)
    facts["tags"] = (*tags, PLACEHOLDER_TAG) if PLACEHOLDER_TAG in named.tags else tags
    if facts["tags"] != kept.tags and set(facts["tags"]) == set(kept.tags):
        facts["tags"] = kept.tags
    return replace(kept, **facts)


def default_choices(kept: OwnerFacts, other: OwnerFacts) -> dict[str, Take]:
    """Return what is chosen unless a person says otherwise: the staying record's, blanks filled from the other."""
    return {name: _default(name, kept, other) for name in GROUPS}


def _default(name: str, kept: OwnerFacts, other: OwnerFacts) -> Take:
    mine, theirs = _facts(kept, GROUPS[name]), _facts(other, GROUPS[name])
    if name == "name":
        nameless = PLACEHOLDER_TAG in kept.tags and PLACEHOLDER_TAG not in other.tags
        only_there = kept.full_name == other.full_name and bool(other.given_name) and not kept.given_name
        return Take.OTHER if nameless or only_there else Take.KEPT
    if name == "phone":
        return Take.KEPT if kept.phone or not other.phone else Take.OTHER
    if name == "phone2":
        spare = _spare(kept, other, _default("phone", kept, other))
        return Take.KEPT if kept.phone2 else Take.BOTH if spare else Take.OTHER
    if name in {"tags", "notes", "custom"} or (name == "address" and _agree(mine, theirs)):
        return Take.BOTH
    return Take.KEPT if any(mine.values()) else Take.OTHER


def _options(
    name: str, kept: OwnerFacts, other: OwnerFacts, taken: Mapping[str, Take]
) -> tuple[FieldOption, ...]:
    """The choices that make a difference, each value once."""
    found: list[FieldOption] = []
    order = (taken[name], *(take for take in Take if take is not taken[name]))
    for take in order:
        if take is Take.BOTH and name in {"name", "phone", "email", "birth_date"}:
            continue
        facts = _taken(name, take, kept, other, taken)
        if take is Take.BOTH and name == "address" and not _agree(*_both(name, kept, other)):
            continue
        if any(facts.values()) and _shown(facts) not in [_shown(option.facts) for option in found]:
            found.append(FieldOption(take, facts))
    return tuple(sorted(found, key=lambda option: list(Take).index(option.take)))


def _shown(facts: Mapping[str, Any]) -> Any:
    """What tells one choice from another: a phone's spelling and the parts of one name do not."""
    return facts.get("phone") or facts.get("full_name") or facts


def _taken(
    name: str, take: Take, kept: OwnerFacts, other: OwnerFacts, taken: Mapping[str, Take]
) -> dict[str, Any]:
    mine, theirs = _both(name, kept, other)
    if take is Take.KEPT:
        return mine
    if take is Take.OTHER:
        return theirs
    if name == "phone2":
        return {"phone2": _spare(kept, other, taken["phone"])}
    return {fact: _joined(fact, mine[fact], theirs[fact]) for fact in GROUPS[name]}


def _joined(fact: str, mine: Any, theirs: Any) -> Any:
    if fact == "tags":
        return (*mine, *(tag for tag in theirs if tag not in mine))
    if fact == "custom":
        return {**theirs, **{key: value for key, value in mine.items() if value}}
    if fact == "notes" and mine and theirs and theirs not in mine:
        return f"{mine}\n\n{theirs}"
    return mine or theirs


def _spare(kept: OwnerFacts, other: OwnerFacts, phone: Take) -> str:
    """The first phone that is not taken as the first, '' where both have the same."""
    chosen, left = (kept, other) if phone is Take.KEPT else (other, kept)
    return left.phone if left.phone != chosen.phone else ""


def _agree(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    return all(not mine[fact] or not theirs[fact] or mine[fact] == theirs[fact] for fact in mine)


def _both(name: str, kept: OwnerFacts, other: OwnerFacts) -> tuple[dict[str, Any], dict[str, Any]]:
    return _facts(kept, GROUPS[name]), _facts(other, GROUPS[name])


def _facts(owner: OwnerFacts, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(owner, name) for name in names}


def _checked(choices: FieldChoices) -> FieldChoices:
    unknown = [name for name in choices if name not in GROUPS]
    if unknown:
        raise InvalidInputError(
            f"There is nothing called “{unknown[0][:40]}” to choose. Choose among {', '.join(GROUPS)}."
        )
    joined = [
        name
        for name, take in choices.items()
        if take is Take.BOTH and name in {"name", "phone", "email", "birth_date"}
    ]
    if joined:
        raise InvalidInputError(
            f"An owner has one {joined[0].replace('_', ' ')}. Choose which record's stays."
        )
    return choices
