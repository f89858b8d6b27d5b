"""How much strong evidence two owners share: what the gate asks for besides bits."""

from collections.abc import Iterable
from typing import NamedTuple

from phcs.core.matching.birth_dates import BirthDates
from phcs.core.matching.contacts import Contacts
from phcs.core.matching.evidence_points import EvidencePoint


class Strength(NamedTuple):
    """What agrees, of the things that are one person's or one household's own (design: gate)."""

    phone: bool = False
    email: bool = False
    birth_date: bool = False
    near_birth_date: bool = False
    official_id: bool = False
    address: bool = False
    postcode: bool = False
    pet: bool = False
    microchip: bool = False
    postcode_only: bool = False

    @property
    def total(self) -> float:
        """1 for each of phone, e-mail, birth date and official id; less for what says less.

        A half for an address, a microchip and a birth date that is one slip off; a quarter for a pet or a
        postcode, a half for a postcode where no street is told.
        """
        whole = self.phone + self.email + self.birth_date + self.official_id
        halves = self.address + self.near_birth_date + self.microchip
        postcode = 0.5 if self.postcode_only else 0.25
        return whole + 0.5 * halves + 0.25 * self.pet + postcode * self.postcode

    @property
    def contact(self) -> bool:
        """Whether a phone or mailbox that is a person's own is the same."""
        return self.phone or self.email


SAME_OFFICIAL_ID = 18.0


def strength_of(contacts: Contacts, birth_dates: BirthDates, others: Iterable[EvidencePoint]) -> Strength:
    """Return what agrees among contacts, birth dates and the points of official ids and pets."""
    speaking = {point.kind: point.bits for point in others if point.bits > 0}
    return Strength(
        phone=contacts.phone,
        email=contacts.email,
        birth_date=birth_dates is BirthDates.EQUAL,
        near_birth_date=bool(birth_dates) and birth_dates.is_near,
        official_id=speaking.get("official_id", 0.0) >= SAME_OFFICIAL_ID,
        address=contacts.address,
        postcode=contacts.postcode,
        postcode_only=contacts.postcode_only,
        pet="pet" in speaking,
        microchip="microchip" in speaking,
    )
