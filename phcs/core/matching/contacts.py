"""How the phones, mailboxes and addresses of two owners agree, each point with its bits.

`holders` of a key are the known owners who have it: the more, the less it says.
"""

from functools import lru_cache
from math import log2
from typing import NamedTuple

from rapidfuzz.distance import OSA

from phcs.core.matching.addresses import AddressParts, address_parts
from phcs.core.matching.evidence_points import EvidencePoint
from phcs.core.matching.keys import comparable_email, email_key, phone_key
from phcs.core.matching.known import KnownWorld
from phcs.core.records import OwnerFacts

_MOST_CONTACT_BITS = 18.0
_PHONE_DIFFERS, _EMAIL_DIFFERS = -2.5, -2.0
_ONE_DIGIT_OFF = 5.0
_NEARLY_EQUAL, _SAME_LOCAL_PART = 8.0, 7.0
_SHORTEST_LOCAL_PART = 5
_WHOLE_ADDRESS, _STREET_AND_NUMBER, _POSTCODE, _ANOTHER_ADDRESS = 13.0, 8.0, 4.0, -2.0


class Contacts(NamedTuple):
    """What phones and mailboxes (`points`) and addresses (`place`) say, and which of them are the same.

    `postcode_only` is a postcode that stands for the street: no street is told, and no contact differs.
    """

    points: tuple[EvidencePoint, ...]
    place: tuple[EvidencePoint, ...]
    phone: bool
    email: bool
    address: bool
    postcode: bool
    postcode_only: bool


def compare_contacts(one: OwnerFacts, other: OwnerFacts, world: KnownWorld) -> Contacts:
    """Hold all contacts of two owners against each other; the order of the two does not matter."""
    phone, same_phone = _compare_phones(one, other, world)
    email, same_email = _compare_emails(one, other, world)
    points = tuple(point for point in (phone, email) if point is not None)
    if not (one.address or one.postal_code) or not (other.address or other.postal_code):
        return Contacts(
            points, (), same_phone, same_email, address=False, postcode=False, postcode_only=False
        )
    mine, theirs = _place(one), _place(other)
    place = _compare_places(mine, theirs)
    postcode = place is not None and place.kind == "postcode"
    return Contacts(
        points,
        (place,) if place else (),
        same_phone,
        same_email,
        address=place is not None and place.kind == "address" and place.bits > 0,
        postcode=postcode,
        postcode_only=postcode
        and not (mine.street and theirs.street)
        and all(point.bits > 0 for point in points),
    )


_Found = tuple[EvidencePoint | None, bool]
_NOTHING: _Found = (None, False)


def _compare_phones(one: OwnerFacts, other: OwnerFacts, world: KnownWorld) -> _Found:
    """Return the best that any of the two owners' numbers say, and whether one is the same."""
    mine = [phone for phone in (one.phone, one.phone2) if phone]
    theirs = [phone for phone in (other.phone, other.phone2) if phone]
    shared = [phone for phone in mine if phone in theirs]
    for phone in shared:
        key = phone_key(phone)
        if key is not None and world.is_evidence(key):
            return EvidencePoint("phone", _rarity(world, key), f"same phone {phone}"), True
    if shared or not mine or not theirs:
        return _NOTHING
    if any(_one_digit_off(phone, their) for phone in mine for their in theirs):
        return EvidencePoint("phone", _ONE_DIGIT_OFF, "phone one digit off"), False
    return EvidencePoint("phone", _PHONE_DIFFERS, "phone differs"), False


def _compare_emails(one: OwnerFacts, other: OwnerFacts, world: KnownWorld) -> _Found:
    """Return what the two mailboxes say, and whether they are one; one that is nobody's own says nothing."""
    if not one.email or not other.email:
        return _NOTHING
    mine, theirs = comparable_email(one.email), comparable_email(other.email)
    if not mine or not theirs:
        return _NOTHING
    if mine != theirs:
        return _near_email(*sorted((mine, theirs))), False
    key = email_key(one.email)
    if key is None or not world.is_evidence(key):
        return _NOTHING
    return EvidencePoint("email", _rarity(world, key), f"same e-mail {one.email}"), True


@lru_cache(maxsize=16_384)
def _near_email(one: str, other: str) -> EvidencePoint:
    local, their_local = one.partition("@")[0], other.partition("@")[0]
    if min(len(local), len(their_local)) >= _SHORTEST_LOCAL_PART:
        if local == their_local:
            return EvidencePoint("email", _SAME_LOCAL_PART, "e-mail differs after the @")
        if _one_slip(one, other):
            return EvidencePoint("email", _NEARLY_EQUAL, "e-mail nearly equal")
    return EvidencePoint("email", _EMAIL_DIFFERS, "e-mail differs")


def _place(facts: OwnerFacts) -> AddressParts:
    return address_parts(facts.address, facts.postal_code, facts.city)


def _compare_places(one: AddressParts, other: AddressParts) -> EvidencePoint | None:
    """Return what two addresses say, None where nothing can be compared."""
    postcodes = bool(one.postcode and other.postcode)
    same_postcode = postcodes and one.postcode == other.postcode
    streets = bool(one.street and other.street)
    same_number = bool(one.number) and one.number == other.number
    if streets and same_number and _same_street(one.street, other.street):
        if same_postcode:
            return EvidencePoint("address", _WHOLE_ADDRESS, "same address")
        if not postcodes or _one_slip(one.postcode, other.postcode):
            return EvidencePoint("address", _STREET_AND_NUMBER, "same street and number")
    if same_postcode:
        return EvidencePoint("postcode", _POSTCODE, "same postcode")
    return EvidencePoint("address", _ANOTHER_ADDRESS, "another address") if postcodes or streets else None


def _rarity(world: KnownWorld, key: int) -> float:
    return min(log2(world.population / max(world.holders(key), 1)), _MOST_CONTACT_BITS)


_STREET_TYPO_FROM = 5


@lru_cache(maxsize=16_384)
def _same_street(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= _STREET_TYPO_FROM and _one_slip(one, other))


def _one_slip(one: str, other: str) -> bool:
    return OSA.distance(one, other, score_cutoff=1) <= 1


@lru_cache(maxsize=16_384)
def _one_digit_off(one: str, other: str) -> bool:
    return len(one) == len(other) and _one_slip(one, other)
