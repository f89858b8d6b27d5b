"""One thing that speaks for or against two owners being one person."""

from typing import NamedTuple


class EvidencePoint(NamedTuple):
    """What it is, how much it weighs, and how people are told.

    `kind` is name, suffix, phone, email, birth_date, address, postcode, pet, microchip, official_id,
    customer_id, case or decision. `bits` are log2 of odds: positive speaks for the same person; 0 where the
    point is certain or only told.
    """

    kind: str
    bits: float
    phrase: str
