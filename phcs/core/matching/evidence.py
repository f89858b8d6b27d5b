"""What speaks for and against two owners being one person, each point in a plain phrase."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from phcs.core.matching.keys import comparable_email, email_key, phone_key
from phcs.core.matching.known import KnownOwner, KnownWorld
from phcs.core.matching.names import (
    NameComparison,
    NameLevel,
    PersonName,
    compare_person_names,
    parse_person_name,
)
from phcs.core.matching.pets import describe_pet, find_pet
from phcs.core.records import OwnerFacts, PetFacts
from phcs.core.sources import source_label

_NAME_POINTS = {
    NameLevel.EXACT: 35,
    NameLevel.REORDERED: 32,
    NameLevel.CLOSE: 28,
    NameLevel.SUBSET: 28,
    NameLevel.PARTIAL: 10,
    NameLevel.FAMILY: 0,
    NameLevel.DIFFERENT: 0,
}
_STAND_IN_BIRTH_DATES = frozenset({"1900-01-01", "1970-01-01"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """One known owner held against a row.

    `another_customer` says that both have an id of the same source, and not the same one.
    """

    known: KnownOwner
    name: NameComparison
    phone: str
    email: str
    same_pet: bool
    another_customer: bool
    clash: str
    score: int
    phrases: tuple[str, ...]

    @property
    def shares_contact(self) -> bool:
        """Whether the two share a phone or mailbox that is a person's own."""
        return bool(self.phone or self.email)

    @property
    def contradicts(self) -> bool:
        """Whether even a shared id must not make these two one person without asking."""
        return bool(self.clash) or self.name.level.is_another_person

    @property
    def may_link(self) -> bool:
        """Whether resemblance alone makes them the same."""
        stands_against = self.clash or self.another_customer
        return self.shares_contact and self.name.level.is_compatible and not stands_against

    @property
    def may_be(self) -> bool:
        """Whether a person should decide."""
        if not self.shares_contact or self.name.level.is_another_person:
            return False
        if self.another_customer:
            agreeing = bool(self.phone) + bool(self.email) + self.same_pet
            return self.name.level.is_compatible and not self.clash and agreeing >= 2
        return not self.may_link

    def with_phrase(self, phrase: str) -> "Comparison":
        """Return the same comparison with one more phrase in front."""
        return replace(self, phrases=(phrase, *self.phrases))


def compare_owners(
    owner: OwnerFacts,
    pets: Sequence[PetFacts],
    known: KnownOwner,
    *,
    world: KnownWorld,
    source: str,
    external_id: str,
) -> Comparison:
    """Hold a row's owner and pets against a known owner. The score (0-99) ranks, it does not decide."""
    facts = known.facts
    name = compare_person_names(_name(owner), _name(facts))
    phone = _shared_phone(owner, facts, world)
    email = _shared_email(owner, facts, world)
    seen = [(pet, find_pet(pet, known.pets)) for pet in pets]
    same_pet = any(other is not None for _, other in seen)
    birth_dates = {_birth_date(owner), _birth_date(facts)} - {""}
    same_birth_date = bool(_birth_date(owner)) and _birth_date(owner) == _birth_date(facts)
    clash = _clash(name, birth_dates)
    contact_points = 30 * bool(phone) + 25 * bool(email)
    score = _NAME_POINTS[name.level] + contact_points + 9 * same_pet + 9 * same_birth_date
    phrases = [f"same phone {phone}"] if phone else []
    if email:
        phrases.append(f"same e-mail {email}")
    phrases.append(_name_phrase(owner, facts, name))
    if clash or same_birth_date:
        phrases.append(clash or "same birth date")
    phrases += [f"{'same' if other else 'another'} pet {describe_pet(pet)}" for pet, other in seen]
    another_customer = _is_another_customer(known, source, external_id)
    if another_customer:
        phrases.append(f"another {source_label(source)} customer id")
    return Comparison(
        known, name, phone, email, same_pet, another_customer, clash, min(score, 99), tuple(phrases)
    )


def _name(facts: OwnerFacts) -> PersonName:
    return parse_person_name(facts.full_name, facts.given_name, facts.family_name)


def _shared_phone(one: OwnerFacts, other: OwnerFacts, world: KnownWorld) -> str:
    for phone in (one.phone, one.phone2):
        if phone and phone in {other.phone, other.phone2} and world.is_evidence(phone_key(phone)):
            return phone
    return ""


def _shared_email(one: OwnerFacts, other: OwnerFacts, world: KnownWorld) -> str:
    if not one.email or not other.email:
        return ""
    same = one.email == other.email or comparable_email(one.email) == comparable_email(other.email)
    return one.email if same and world.is_evidence(email_key(one.email)) else ""


def _birth_date(facts: OwnerFacts) -> str:
    """Return a birth date that says something: the first of January often says "some time that year"."""
    date = facts.birth_date
    return "" if date in _STAND_IN_BIRTH_DATES or date.endswith("-01-01") else date


def _clash(name: NameComparison, birth_dates: set[str]) -> str:
    if len(birth_dates) > 1:
        return "another birth date"
    return "Jr/Sr differs" if name.suffix_differs else ""


def _name_phrase(owner: OwnerFacts, facts: OwnerFacts, name: NameComparison) -> str:
    if name.level is NameLevel.EXACT:
        return f"same name '{facts.full_name}'"
    verb = "differs from" if name.level.is_another_person else "resembles"
    if name.level.is_compatible:
        verb = "matches"
    return f"name '{owner.full_name}' {verb} '{facts.full_name}' ({name.reason})"


def _is_another_customer(known: KnownOwner, source: str, external_id: str) -> bool:
    if not external_id or (source, external_id) in known.external_ids:
        return False
    return any(theirs == source for theirs, _ in known.external_ids)
