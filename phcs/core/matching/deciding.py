"""Is this owner one we know? Three answers: is the same, may be, is not; each with its evidence.

Source of the rules: the matching study, design. The given name is a gate, not a weight: spouses share
phone, mailbox, address, pet and surname, and must never become one person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from phcs.core.matching.evidence import Comparison, compare_owners
from phcs.core.matching.keys import owner_keys
from phcs.core.matching.known import KnownOwner, KnownWorld
from phcs.core.records import OwnerFacts, PetFacts
from phcs.core.sources import source_label

PLACEHOLDER_TAG = "placeholder"
"""Marks an owner whose name stands for nobody (`Walk-in`); such owners never match by resemblance."""


class MatchOutcome(StrEnum):
    """Is the same; may be, a person decides; is not."""

    LINK = "link"
    REVIEW = "review"
    NEW = "new"


@dataclass(frozen=True)
class MatchAnswer:
    """The answer for one row: with whom, how sure (0-100), why in phrases and in one sentence.

    `owner` is whom the row is linked to or resembles; for NEW it is None, or the one of the same
    household who shares a phone or mailbox. `certain` says that the answer does not rest on
    resemblance but on the source's own id, the same case or a person's decision.
    """

    outcome: MatchOutcome
    owner: KnownOwner | None
    score: int
    evidence: tuple[str, ...]
    explanation: str
    certain: bool = False


NOBODY = MatchAnswer(MatchOutcome.NEW, None, 0, (), "Nobody known shares an id, phone or mailbox.")


def match_owner(
    owner: OwnerFacts,
    pets: Sequence[PetFacts],
    *,
    source: str,
    external_id: str,
    world: KnownWorld,
    decisions: Mapping[UUID, bool],
    case_owner: KnownOwner | None = None,
) -> MatchAnswer:
    """Return who the owner of a row is among those known.

    `decisions` are a person's earlier answers about known owners: True is the same, False is
    another (never asked again). `case_owner` is who holds the row's case since an earlier import.
    """
    decided = _decided(world, decisions)
    if decided is not None:
        return _answer(
            MatchOutcome.LINK, decided, 100, ("a person decided that they are the same",), certain=True
        )
    named = world.owner_by_external_id(source, external_id) if external_id else None
    certain = [(named, f"same {source_label(source)} customer id")] if named else []
    if case_owner is not None and case_owner is not named:
        certain.append((case_owner, "owner of the same case"))
    certain = [(known, phrase) for known, phrase in certain if decisions.get(known.id, True)]
    doubtful: Comparison | None = None
    for known, phrase in certain:
        if known is named and known.imported == owner:
            return _answer(
                MatchOutcome.LINK, known, 100, (phrase, "the source says the same as last time"), certain=True
            )
        comparison = compare_owners(owner, pets, known, world=world, source=source, external_id=external_id)
        if not comparison.contradicts or PLACEHOLDER_TAG in owner.tags:
            return _answer(MatchOutcome.LINK, known, 100, (phrase, *comparison.phrases), certain=True)
        doubtful = doubtful or comparison.with_phrase(phrase)
    resembling = _by_resemblance(owner, pets, source, external_id, world, decisions)
    if doubtful is not None and resembling.outcome is not MatchOutcome.LINK:
        return _answer(MatchOutcome.REVIEW, doubtful.known, doubtful.score, doubtful.phrases, certain=True)
    return resembling


def _decided(world: KnownWorld, decisions: Mapping[UUID, bool]) -> KnownOwner | None:
    if not decisions:
        return None
    same = sorted(owner_id for owner_id, is_same in decisions.items() if is_same)
    return next((owner for owner in map(world.owner, same) if owner is not None), None)


def _by_resemblance(
    owner: OwnerFacts,
    pets: Sequence[PetFacts],
    source: str,
    external_id: str,
    world: KnownWorld,
    decisions: Mapping[UUID, bool],
) -> MatchAnswer:
    """Answer by phone, mailbox, name and pets; several who may be the same are a person's choice."""
    if PLACEHOLDER_TAG in owner.tags:
        return NOBODY
    keys = owner_keys(
        source=source, external_id="", phone=owner.phone, phone2=owner.phone2, email=owner.email
    )
    found = [
        compare_owners(owner, pets, known, world=world, source=source, external_id=external_id)
        for known in world.candidates(keys)
        if decisions.get(known.id, True) and PLACEHOLDER_TAG not in known.facts.tags
    ]
    links = [comparison for comparison in found if comparison.may_link]
    if len(links) == 1:
        return _answer(MatchOutcome.LINK, links[0].known, links[0].score, links[0].phrases)
    doubtful = links or [comparison for comparison in found if comparison.may_be]
    if doubtful:
        best = max(doubtful, key=lambda comparison: comparison.score)
        phrases = best.phrases
        if len(doubtful) > 1:
            phrases = (*phrases, f"may also be {_names(c.known for c in doubtful if c is not best)}")
        return _answer(MatchOutcome.REVIEW, best.known, best.score, phrases)
    sharing = next((comparison for comparison in found if comparison.shares_contact), None)
    if sharing is None:
        return NOBODY
    return _answer(MatchOutcome.NEW, sharing.known, sharing.score, sharing.phrases)


def _names(owners: Iterable[KnownOwner]) -> str:
    return " or ".join(owner.facts.full_name for owner in owners)


_SENTENCES = {
    MatchOutcome.LINK: "Linked to {name}: {evidence}.",
    MatchOutcome.REVIEW: "May be {name}, a person decides: {evidence}.",
    MatchOutcome.NEW: "Not linked to {name}, perhaps of the same household: {evidence}.",
}


def _answer(
    outcome: MatchOutcome, known: KnownOwner, score: int, phrases: tuple[str, ...], *, certain: bool = False
) -> MatchAnswer:
    name = known.facts.full_name or "an owner without a name"
    sentence = _SENTENCES[outcome].format(name=name, evidence="; ".join(phrases))
    return MatchAnswer(outcome, known, score, phrases, sentence, certain)
