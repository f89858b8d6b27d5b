"""Is this owner one we know? Three answers: is the same, may be, is not; each with its evidence.

Source of the rules: the matching study, design. The given name is a gate, not a weight: spouses share
phone, mailbox, address, pet and surname, and must never become one person.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from phcs.core.immutable import immutable
from phcs.core.matching.evidence import Comparison, compare_names, compare_owners, share_more_than_names
from phcs.core.matching.evidence_points import EvidencePoint
from phcs.core.matching.gates import MatchOutcome, outcome_of
from phcs.core.matching.keys import PLACEHOLDER_TAG, owner_keys
from phcs.core.matching.known import KnownOwner, KnownWorld
from phcs.core.matching.presets import MatchRules
from phcs.core.records import OwnerFacts, PetFacts
from phcs.core.sources import source_label

__all__ = ["DEFAULT_RULES", "NOBODY", "PLACEHOLDER_TAG", "MatchAnswer", "MatchOutcome", "match_owner"]


@immutable
class MatchAnswer:
    """The answer for one row: with whom, how sure (0-100), why in phrases and in one sentence.

    `owner` is whom the row is linked to or resembles; for NEW it is None, or the one of the same
    household who shares a phone or mailbox. `certain` says that the answer does not rest on
    resemblance but on the source's own id, the same case or a person's decision. `points` are the
    evidence with its bits, in the order of the phrases; `bits` is their sum with the prior; `rules` names
    the rules that answered.
    """

    outcome: MatchOutcome
    owner: KnownOwner | None
    score: int
    evidence: tuple[str, ...]
    explanation: str
    certain: bool = False
    points: tuple[EvidencePoint, ...] = ()
    bits: float = 0.0
    rules: str = ""


DEFAULT_RULES = MatchRules()

_NOBODY_SENTENCE = "Nobody known shares an id, a contact, or a name with a pet, a place or a birth date."
NOBODY = MatchAnswer(MatchOutcome.NEW, None, 0, (), _NOBODY_SENTENCE)


def match_owner(
    owner: OwnerFacts,
    pets: Sequence[PetFacts],
    *,
    source: str,
    external_id: str,
    world: KnownWorld,
    decisions: Mapping[UUID, bool],
    case_owner: KnownOwner | None = None,
    rules: MatchRules = DEFAULT_RULES,
    keys: tuple[int, ...] | None = None,
) -> MatchAnswer:
    """Return who the owner of a row is among those known.

    `keys` are the owner's (`owner_keys`), but for that of the external id, where they are known already.
    `decisions` are a person's earlier answers about known owners: True is the same, False is
    another (never asked again). `case_owner` is who holds the row's case since an earlier import.
    """
    decided = _decided(world, decisions)
    if decided is not None:
        return _certain(
            decided, rules, EvidencePoint("decision", 0.0, "a person decided that they are the same")
        )
    doubtful: Comparison | None = None
    for known, point in _certain_owners(source, external_id, world, decisions, case_owner):
        if point.kind == "customer_id" and known.statement(external_id)[0] == owner:
            return _certain(known, rules, point, _SAME_AS_LAST_TIME)
        comparison = compare_owners(owner, pets, known, world=world, source=source, external_id=external_id)
        if not comparison.contradicts or PLACEHOLDER_TAG in owner.tags:
            return _certain(known, rules, point, *comparison.points, bits=comparison.bits)
        doubtful = doubtful or comparison.with_point(point)
    if keys is None:
        keys = owner_keys(owner, pets, source=source, external_id="")
    resembling = _by_resemblance(owner, pets, source, external_id, world, decisions, rules, keys)
    if doubtful is not None and resembling.outcome is not MatchOutcome.LINK:
        return _answer(MatchOutcome.REVIEW, doubtful, rules, certain=True)
    return resembling


_SAME_AS_LAST_TIME = EvidencePoint("customer_id", 0.0, "the source says the same as last time")


def _decided(world: KnownWorld, decisions: Mapping[UUID, bool]) -> KnownOwner | None:
    if not decisions:
        return None
    same = sorted(owner_id for owner_id, is_same in decisions.items() if is_same)
    return next((owner for owner in map(world.owner, same) if owner is not None), None)


def _certain_owners(
    source: str,
    external_id: str,
    world: KnownWorld,
    decisions: Mapping[UUID, bool],
    case_owner: KnownOwner | None,
) -> Iterable[tuple[KnownOwner, EvidencePoint]]:
    """Return whom the source itself names, but for those whom a person has told apart."""
    named = world.owner_by_external_id(source, external_id) if external_id else None
    if named is not None and decisions.get(named.id, True):
        yield named, EvidencePoint("customer_id", 0.0, f"same {source_label(source)} customer id")
    if case_owner is not None and case_owner is not named and decisions.get(case_owner.id, True):
        yield case_owner, EvidencePoint("case", 0.0, "owner of the same case")


def _by_resemblance(
    owner: OwnerFacts,
    pets: Sequence[PetFacts],
    source: str,
    external_id: str,
    world: KnownWorld,
    decisions: Mapping[UUID, bool],
    rules: MatchRules,
    keys: tuple[int, ...],
) -> MatchAnswer:
    """Answer by what owner and pets share with those known; several who may be the same are a person's choice."""
    if PLACEHOLDER_TAG in owner.tags:
        return NOBODY
    candidates = world.candidates(keys)
    found = []
    for known in candidates:
        if (decisions and not decisions.get(known.id, True)) or PLACEHOLDER_TAG in known.facts.tags:
            continue
        name = compare_names(owner, known.facts, world)
        if name.level.is_another_person and not share_more_than_names(owner, known.facts):
            continue
        found.append(
            compare_owners(owner, pets, known, world=world, source=source, external_id=external_id, name=name)
        )
    if not found:
        return NOBODY
    found.sort(key=_rank)
    links, doubtful = _sorted_out(found, rules)
    if len(links) == 1 and all(other.bits < links[0].bits for other in doubtful):
        return _answer(MatchOutcome.LINK, links[0], rules)
    if links or doubtful:
        return _for_a_person(sorted((*links, *doubtful), key=_rank) if links else doubtful, rules)
    sharing = next((comparison for comparison in found if comparison.strength.contact), None)
    return NOBODY if sharing is None else _answer(MatchOutcome.NEW, sharing, rules)


def _sorted_out(found: Sequence[Comparison], rules: MatchRules) -> tuple[list[Comparison], list[Comparison]]:
    """Return who is the same and who may be."""
    said: dict[MatchOutcome, list[Comparison]] = {MatchOutcome.LINK: [], MatchOutcome.REVIEW: []}
    for comparison in found:
        outcome = outcome_of(comparison, rules)
        if outcome is not MatchOutcome.NEW:
            said[outcome].append(comparison)
    return said[MatchOutcome.LINK], said[MatchOutcome.REVIEW]


def _rank(found: Comparison) -> tuple[float, bool, int]:
    """The likeliest first; among equals who is live, then the lowest id: the order of candidates changes nothing."""
    return (-round(found.bits, 6), found.known.planned, found.known.id.int)


def _for_a_person(doubtful: Sequence[Comparison], rules: MatchRules) -> MatchAnswer:
    best, *others = doubtful
    if not others:
        return _answer(MatchOutcome.REVIEW, best, rules)
    names = " or ".join(other.known.facts.full_name for other in others[:_MOST_NAMED])
    more = f" or {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    return _answer(
        MatchOutcome.REVIEW, best, rules, EvidencePoint("several", 0.0, f"may also be {names}{more}")
    )


_MOST_NAMED = 3

_SENTENCES = {
    MatchOutcome.LINK: "Linked to {name}: {evidence}.",
    MatchOutcome.REVIEW: "May be {name}, a person decides: {evidence}.",
    MatchOutcome.NEW: "Not linked to {name}, perhaps of the same household: {evidence}.",
}


def _certain(known: KnownOwner, rules: MatchRules, *points: EvidencePoint, bits: float = 0.0) -> MatchAnswer:
    return _told(MatchOutcome.LINK, known, 100, points, bits, rules, certain=True)


def _answer(
    outcome: MatchOutcome,
    found: Comparison,
    rules: MatchRules,
    *more: EvidencePoint,
    certain: bool = False,
) -> MatchAnswer:
    points = (*found.points, *more)
    return _told(outcome, found.known, found.score, points, found.bits, rules, certain=certain)


def _told(
    outcome: MatchOutcome,
    known: KnownOwner,
    score: int,
    points: tuple[EvidencePoint, ...],
    bits: float,
    rules: MatchRules,
    *,
    certain: bool,
) -> MatchAnswer:
    name = known.facts.full_name or "an owner without a name"
    phrases = tuple([point.phrase for point in points])
    sentence = _SENTENCES[outcome].format(name=name, evidence="; ".join(phrases))
    return MatchAnswer(outcome, known, score, phrases, sentence, certain, points, bits, rules.name)
