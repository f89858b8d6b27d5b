"""Who a row's owner is, as far as a file says: the same person of the next export is known again by it."""

from collections.abc import Iterable
from hashlib import blake2b

from phcs.core.matching.keys import comparable_email
from phcs.core.records import OwnerFacts, PetFacts
from phcs.core.values.texts import fold


def incoming_person(owner: OwnerFacts, pets: Iterable[PetFacts], *, source: str, external_id: str) -> str:
    """Return 32 hex digits that stand for the person: by the source's own id, else by what is stated.

    Without an id it is the name with phones, mailbox and birth date; where none of these is stated, with the address
    and the names of the pets. '' for an owner of whom there is nothing but a name, or not even that: they could be
    anybody. Capitals, accents and the order of pets or phones make no other person.
    """
    if external_id:
        return _digest("id", source, external_id)
    name = fold(owner.full_name)
    phones = " ".join(sorted({owner.phone, owner.phone2} - {""}))
    mailbox = comparable_email(owner.email) or owner.email.lower()
    contacts = (phones, mailbox, owner.birth_date)
    if any(contacts):
        return _digest("contacts", name, *contacts)
    places = (
        fold(owner.address),
        fold(owner.postal_code),
        *sorted(fold(pet.name) for pet in pets if pet.name),
    )
    return _digest("places", name, *places) if any(places) else ""


def _digest(*parts: str) -> str:
    return blake2b("\x00".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
