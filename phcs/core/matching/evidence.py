"""What speaks for and against two owners being one person, each point in a plain phrase with its bits.

Source of the weights: the matching study, score. They rank and they are shown; the gate decides (`gates`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from phcs.core.matching.birth_dates import BirthDates, compare_birth_dates
from phcs.core.matching.contacts import compare_contacts
from phcs.core.matching.evidence_points import EvidencePoint
from phcs.core.matching.keys import comparable_email
from phcs.core.matching.known import KnownOwner, KnownWorld
from phcs.core.matching.name_levels import NameComparison, NameLevel, compare_person_names
from phcs.core.matching.names import PersonName, parse_person_name
from phcs.core.matching.pet_evidence import compare_pets
from phcs.core.matching.strength import SAME_OFFICIAL_ID, Strength, strength_of
from phcs.core.matching.strong_identifiers import official_ids
from phcs.core.records import OwnerFacts, PetFacts
from phcs.core.sources import source_label

_BIRTH_DATE_BITS = {
    BirthDates.EQUAL: 13.0,
    BirthDates.SWAPPED: 9.0,
    BirthDates.ONE_DIGIT: 7.0,
    BirthDates.TWO_DIGITS: 2.0,
    BirthDates.GENERATION: -5.0,
    BirthDates.DIFFERENT: -7.0,
}
_OTHER_NAME_BITS = {NameLevel.FAMILY: -9.0, NameLevel.DIFFERENT: -10.0}
_PARTIAL, _NOT_COMPARABLE, _ANOTHER_PART = -7.0, -2.0, 3.0
_NEAR_ID, _ANOTHER_ID = 9.0, -9.0
_OTHER_SUFFIX = -8.0
_SUFFIX_DIFFERS = "Jr/Sr differs"
_HOUSEHOLD = frozenset({"phone", "email", "address", "postcode", "pet", "microchip"})
"""What all who live together share: the strongest counts in full, the others half."""


class Comparison(NamedTuple):
    """One known owner held against a row.

    `strength` is what the gate asks for; `clash` says what keeps the two from being one without asking, '' if
    nothing does. `another_customer` says that both have an id of the same source, and not the same one.
    """

    known: KnownOwner
    name: NameComparison
    strength: Strength
    birth_dates: BirthDates
    another_customer: bool
    clash: str
    bits: float
    points: tuple[EvidencePoint, ...]

    @property
    def contradicts(self) -> bool:
        """Whether even a shared id must not make these two one person without asking."""
        return bool(self.clash) or self.name.level.is_another_person

    @property
    def phrases(self) -> tuple[str, ...]:
        """The points as people read them."""
        return tuple(point.phrase for point in self.points)

    @property
    def score(self) -> int:
        """0 to 99, 50 for even odds: bits for people who rank; it decides nothing."""
        return min(99, round(100 / (1 + 2 ** (-self.bits / 6))))

    def with_point(self, point: EvidencePoint) -> "Comparison":
        """Return the same comparison with one more point in front."""
        return self._replace(points=(point, *self.points))


def compare_owners(
    owner: OwnerFacts,
    pets: Sequence[PetFacts],
    known: KnownOwner,
    *,
    world: KnownWorld,
    source: str,
    external_id: str,
    name: NameComparison | None = None,
) -> Comparison:
    """Hold a row's owner and pets against a known owner; `name` saves comparing the names again."""
    facts = known.facts
    name = name or compare_names(owner, facts, world)
    contacts = compare_contacts(owner, facts, world)
    birth_dates = BirthDates.UNKNOWN
    if owner.birth_date and facts.birth_date:
        birth_dates = compare_birth_dates(owner.birth_date, facts.birth_date)
    official = _official_id(owner, facts)
    pet_points, told_apart = compare_pets(pets, known.pets)
    another_customer = _is_another_customer(known, source, external_id)
    points = [*contacts.points, _name_point(owner, facts, name)]
    if name.suffix_differs:
        points.append(EvidencePoint("suffix", _OTHER_SUFFIX, _SUFFIX_DIFFERS))
    if birth_dates:
        points.append(EvidencePoint("birth_date", _BIRTH_DATE_BITS[birth_dates], birth_dates.value))
    points += [*official, *contacts.place, *pet_points]
    if another_customer:
        points.append(EvidencePoint("customer_id", 0.0, f"another {source_label(source)} customer id"))
    points = _damped(points)
    return Comparison(
        known,
        name,
        strength_of(contacts, birth_dates, (*official, *pet_points)),
        birth_dates,
        another_customer,
        _clash(birth_dates, name, official, told_apart_by_chip=told_apart),
        sum([point.bits for point in points]) - world.prior_bits,
        tuple(points),
    )


def compare_names(owner: OwnerFacts, facts: OwnerFacts, world: KnownWorld) -> NameComparison:
    """Hold two owners' names against each other, with what the world knows of names."""
    return compare_person_names(_name(owner), _name(facts), world.frequencies)


def share_more_than_names(owner: OwnerFacts, facts: OwnerFacts) -> bool:
    """Say whether two owners may share a phone, a mailbox or a birth date; quick, for those of other names."""
    phones = {facts.phone, facts.phone2} - {""}
    if owner.phone in phones or owner.phone2 in phones:
        return True
    if owner.email and facts.email and comparable_email(owner.email) == comparable_email(facts.email):
        return True
    return bool(owner.birth_date) and compare_birth_dates(owner.birth_date, facts.birth_date).speaks


def _name(facts: OwnerFacts) -> PersonName:
    return parse_person_name(facts.full_name, facts.given_name, facts.family_name)


def _name_point(owner: OwnerFacts, facts: OwnerFacts, name: NameComparison) -> EvidencePoint:
    bits = _name_bits(name)
    if name.level is NameLevel.EXACT:
        return EvidencePoint("name", bits, f"same name '{facts.full_name}'")
    verb = "differs from" if name.level.is_another_person else "resembles"
    if name.level.is_compatible:
        verb = "matches"
    return EvidencePoint("name", bits, f"name '{owner.full_name}' {verb} '{facts.full_name}' ({name.reason})")


def _name_bits(name: NameComparison) -> float:
    if name.level.is_compatible:
        return name.bits - (_ANOTHER_PART if name.level is NameLevel.MOST else 0.0)
    if not name.is_comparable:
        return _NOT_COMPARABLE
    if name.level is NameLevel.PARTIAL:
        return _PARTIAL + max(name.bits, 0.0)
    return _OTHER_NAME_BITS[name.level]


def _official_id(owner: OwnerFacts, facts: OwnerFacts) -> tuple[EvidencePoint, ...]:
    """Return what numbers of one kind say; equal in one kind is enough, whatever another kind says."""
    if not owner.custom or not facts.custom:
        return ()
    mine, theirs = official_ids(owner), official_ids(facts)
    both = [(mine[kind], theirs[kind]) for kind in mine if kind in theirs]
    if not both:
        return ()
    if any(one == other for one, other in both):
        return (EvidencePoint("official_id", SAME_OFFICIAL_ID, "same official id"),)
    if any(OSA.distance(one, other, score_cutoff=1) <= 1 for one, other in both):
        return (EvidencePoint("official_id", _NEAR_ID, "official id one character off"),)
    return (EvidencePoint("official_id", _ANOTHER_ID, "another official id"),)


def _clash(
    birth_dates: BirthDates,
    name: NameComparison,
    official: Sequence[EvidencePoint],
    *,
    told_apart_by_chip: bool,
) -> str:
    """Return what vetoes a link without asking, '' if nothing does."""
    if birth_dates and birth_dates.is_clash:
        return birth_dates.value
    if name.suffix_differs:
        return _SUFFIX_DIFFERS
    if official and any(point.bits < 0 for point in official):
        return "another official id"
    return "another microchip" if told_apart_by_chip else ""


def _damped(points: list[EvidencePoint]) -> list[EvidencePoint]:
    """Return the points with all that a household shares halved, but for the strongest of it."""
    shared = [point for point in points if point.bits > 0 and point.kind in _HOUSEHOLD]
    if len(shared) < 2:
        return points
    strongest = max(shared, key=lambda point: point.bits)
    return [
        EvidencePoint(point.kind, point.bits / 2, point.phrase)
        if point.kind in _HOUSEHOLD and point.bits > 0 and point is not strongest
        else point
        for point in points
    ]


def _is_another_customer(known: KnownOwner, source: str, external_id: str) -> bool:
    if not external_id or (source, external_id) in known.external_ids:
        return False
    return bool(known.external_ids) and any(theirs == source for theirs, _ in known.external_ids)
