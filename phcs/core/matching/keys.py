"""What owners are found by: an external id, contacts, and names with a pet, a place or a birth date, each one number.

A key only brings two owners together; whether they are the same person is for `deciding`. Keys are stored: a
change of these rules needs a migration that writes them anew, and a new KEYS_VERSION.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from phcs.core.matching.addresses import address_parts
from phcs.core.matching.birth_dates import known_birth_date
from phcs.core.matching.names import parse_person_name
from phcs.core.matching.pet_names import known_pet_name
from phcs.core.matching.skeletons import skeleton
from phcs.core.matching.strong_identifiers import comparable_chip, is_whole_chip, official_ids
from phcs.core.records import OwnerFacts, PetFacts

KEYS_VERSION = 4
PLACEHOLDER_TAG = "placeholder"
"""Marks an owner whose name stands for nobody (`Walk-in`); such owners never match by resemblance."""

_ROLE_MAILBOXES = frozenset(
    {
        "info",
        "contact",
        "contacto",
        "hello",
        "hola",
        "office",
        "admin",
        "administracion",
        "noreply",
        "no-reply",
        "donotreply",
        "reception",
        "recepcion",
        "frontdesk",
        "mail",
        "email",
        "none",
        "no",
        "na",
        "test",
        "nobody",
        "unknown",
        "sin",
        "sincorreo",
        "noemail",
        "nomail",
    }
)
"""Mailboxes of a place or of nobody (design: matching, normalisation)."""

_DOTS_MEAN_NOTHING = frozenset({"gmail.com", "googlemail.com"})
_COUNTED_DIGITS = re.compile("123456789|987654321|012345678")


_FACTS = ("address", "street", "born", "pet", "postcode")
_TELLING = 3
"""So many of these facts tell a person apart beside a name; the rest are many people's."""
_MASK = (1 << 64) - 1
_SIGN = 1 << 63
_SPREAD = 0x9E37_79B9_7F4A_7C15
"""An odd number that keeps the places of the words apart (2^64 by the golden ratio, as in Fibonacci hashing)."""


def _hashed(tagged: str) -> int:
    return int.from_bytes(
        blake2b(tagged.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True
    )


@lru_cache(maxsize=16_384)
def _key(tagged: str) -> int:
    """Return the odd key of something that is one person's own."""
    return _hashed(tagged) | 1


@lru_cache(maxsize=65_536)
def _word(word: str) -> int:
    return _hashed(word)


def _block(*words: str) -> int:
    """Return the even key of facts that many people may share; hashing each word once is what makes it quick."""
    mixed = 0
    for word in words:
        mixed = (mixed * _SPREAD + _word(word)) & _MASK
    return ((mixed ^ _SIGN) - _SIGN & ~3) | _FACTS.index(words[0]) // _TELLING << 1


def is_weak_key(key: int) -> bool:
    """Say whether a key is of a name with a pet or a postcode only: where many share that, it tells nobody."""
    return key & 3 == 2


def is_contact_key(key: int) -> bool:
    """Say whether a key is of an id or a contact (odd), not of a name, an address or a pet (even)."""
    return bool(key & 1)


def external_id_key(*, source: str, external_id: str) -> int:
    """Return the key of an external id; ids are compared exactly, case included."""
    return _key(f"owner.external_id\x00{source}\x00{external_id}")


@lru_cache(maxsize=16_384)
def phone_key(phone: str) -> int | None:
    """Return the key of an E.164 number, or None for none and for numbers that stand for none.

    Stand-ins have at most two different digits among their last eight, or nine digits in counting order.
    """
    if not phone or len(set(phone[-8:])) <= 2 or _COUNTED_DIGITS.search(phone):
        return None
    return _key(f"owner.phone\x00{phone}")


@lru_cache(maxsize=16_384)
def comparable_email(email: str) -> str:
    """Return the mailbox without case, +tags and Gmail's dots; '' when it is nobody's own."""
    local, at, domain = email.strip().lower().partition("@")
    local = local.partition("+")[0]
    if not at or not local or not domain or "@" in domain or local in _ROLE_MAILBOXES:
        return ""
    if domain in _DOTS_MEAN_NOTHING:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def email_key(email: str) -> int | None:
    """Return the key of a mailbox, or None when it is not one person's."""
    comparable = comparable_email(email) if email else ""
    return _key(f"owner.email\x00{comparable}") if comparable else None


@lru_cache(maxsize=16_384)
def _contact_keys(phone: str, phone2: str, email: str) -> tuple[int, ...]:
    keys = (phone_key(phone), phone_key(phone2), email_key(email))
    return tuple(dict.fromkeys(key for key in keys if key is not None))


_MOST_PARTS = 4
"""Every part of a name costs one key more for each other part; later ones find nobody new."""
_MOST_PETS = 6


def owner_keys(
    owner: OwnerFacts, pets: Iterable[PetFacts], *, source: str, external_id: str
) -> tuple[int, ...]:
    """Return the signed 64-bit keys of an owner, each once, the surest first.

    External id, phones, mailbox, official ids and microchips (odd numbers: one person's own), then one part of
    the name with street number and postcode or with the birth date, and the first part and another one with a
    pet or the postcode (even numbers: shared by many). Blanks and stand-ins give none; who stands for nobody has
    contacts only.
    """
    keys: tuple[int, ...] = _contact_keys(owner.phone, owner.phone2, owner.email)
    if external_id:
        keys = (external_id_key(source=source, external_id=external_id), *keys)
    if PLACEHOLDER_TAG in owner.tags:
        return keys
    if owner.custom:
        ids = official_ids(owner)
        keys += tuple({_key(f"owner.{kind}\x00{number}"): None for kind, number in ids.items()})
    return keys + _block_keys(
        (owner.full_name, owner.given_name, owner.family_name),
        (owner.address, owner.postal_code, owner.city),
        known_birth_date(owner.birth_date) if owner.birth_date else "",
        tuple([(pet.name, pet.microchip) for pet in pets if pet.name or pet.microchip][:_MOST_PETS]),
    )


@lru_cache(maxsize=16_384)
def _block_keys(
    name: tuple[str, str, str],
    place: tuple[str, str, str],
    birth_date: str,
    pets: tuple[tuple[str, str], ...],
) -> tuple[int, ...]:
    """Return the keys that need more than one fact; two spellings of one name sound alike (`skeleton`)."""
    chips = [chip for _, microchip in pets if is_whole_chip(chip := comparable_chip(microchip))]
    keys = [_key(f"pet.microchip\x00{chip}") for chip in chips]
    where = address_parts(*place)
    parts = [part for part in parse_person_name(*name).parts if len(part) > 1][:_MOST_PARTS]
    heard = list(dict.fromkeys(map(skeleton, parts)))
    if where.number and where.postcode:
        keys += [_block("address", where.number, where.postcode, one) for one in heard]
    elif where.number and where.street and where.city:
        keys += [_block("street", where.number, where.street, where.city, one) for one in heard]
    pairs = [sorted((heard[0], other)) for other in heard[1:]]
    named = [pet_name for given, _ in pets if (pet_name := known_pet_name(given))]
    for pet in dict.fromkeys(skeleton(pet_name.replace(" ", "")) for pet_name in named):
        keys += [_block("pet", one, other, pet) for one, other in pairs]
    if where.postcode:
        keys += [_block("postcode", one, other, where.postcode) for one, other in pairs]
    if birth_date:
        keys += [_block("born", one, birth_date) for one in heard]
    return tuple(dict.fromkeys(keys))
