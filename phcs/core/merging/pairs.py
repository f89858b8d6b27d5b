"""Are these two live owners one person? The same evidence as an import's, said of two records of our own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from phcs.core.matching.deciding import MatchAnswer, MatchOutcome, match_owner
from phcs.core.matching.evidence_points import EvidencePoint
from phcs.core.matching.frequencies import NameFrequencies
from phcs.core.matching.known import KnownOwner, KnownWorld
from phcs.core.merging.words import PairOutcome
from phcs.core.sources import source_label

LIKELY_FIRST = 1_000_000
MOST_BITS = 400


@dataclass(frozen=True, slots=True)
class PairFound:
    """Why two owners may be one person; points as they are stored: kind, bits with one decimal, phrase."""

    outcome: PairOutcome
    bits: float
    score: int
    points: tuple[tuple[str, float, str], ...]
    explanation: str
    rules: str

    @property
    def certainty(self) -> int:
        """What lists are sorted by: likely pairs first, then by bits and by score."""
        bits = min(max(round(self.bits), -MOST_BITS), MOST_BITS) + MOST_BITS
        return LIKELY_FIRST * (self.outcome is PairOutcome.LIKELY) + bits * 1_000 + self.score

    def points_as_json(self) -> list[list[Any]]:
        """The points as plain data."""
        return [list(point) for point in self.points]


def compare_pair(
    one: KnownOwner,
    other: KnownOwner,
    keys: tuple[int, ...],
    *,
    crowded: frozenset[int],
    frequencies: NameFrequencies,
) -> PairFound | None:
    """Return why the two may be one person, or None when nothing says so. `keys` are those of the other.

    Two ids of one source speak against it: that source takes them for two. It is then no more than a question.
    """
    world = KnownWorld(owners=[(other, keys)], cases={}, crowded=crowded, frequencies=frequencies)
    answer = match_owner(
        one.facts, [pet.facts for pet in one.pets], source="", external_id="", world=world, decisions={}
    )
    if answer.outcome is MatchOutcome.NEW:
        return None
    points = [(point.kind, round(point.bits, 1), point.phrase) for point in _points(answer)]
    twice = sorted(_sources(one) & _sources(other))
    points += [("customer_id", 0.0, f"both have a {source_label(source)} customer id") for source in twice]
    is_likely = answer.outcome is MatchOutcome.LINK and not twice
    said = "Likely the same person" if is_likely else "Perhaps the same person"
    return PairFound(
        outcome=PairOutcome.LIKELY if is_likely else PairOutcome.PERHAPS,
        bits=round(answer.bits, 1),
        score=answer.score,
        points=tuple(points),
        explanation=f"{said}: {'; '.join(phrase for _, _, phrase in points)}.",
        rules=answer.rules,
    )


def pairs_among(keys_of: Mapping[Any, Iterable[int]], wanted: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    """Yield each two holders of a key once, the smaller first, if it is one of those wanted."""
    holders: dict[int, list[Any]] = {}
    for holder, keys in keys_of.items():
        for key in keys:
            holders.setdefault(key, []).append(holder)
    for one in sorted(wanted):
        met = {other for key in keys_of.get(one, ()) for other in holders[key] if other > one}
        for other in sorted(met):
            yield one, other


def _points(answer: MatchAnswer) -> Iterable[EvidencePoint]:
    return answer.points or [EvidencePoint("", 0.0, phrase) for phrase in answer.evidence]


def _sources(owner: KnownOwner) -> set[str]:
    return {source for source, _ in owner.external_ids}
