"""What a column may feed: every target with the words a person reads, its limit and its requirements."""

from collections.abc import Iterable

from phcs.core.records import RecordKind

TARGETS: tuple[tuple[str, str], ...] = (
    ("owner.full_name", "Owner: whole name"),
    ("owner.given_name", "Owner: given name"),
    ("owner.family_name", "Owner: family name"),
    ("owner.phone", "Owner: phone"),
    ("owner.phone2", "Owner: second phone"),
    ("owner.email", "Owner: e-mail"),
    ("owner.address", "Owner: street address"),
    ("owner.city", "Owner: city"),
    ("owner.region", "Owner: region or state"),
    ("owner.postal_code", "Owner: postal code"),
    ("owner.country", "Owner: country"),
    ("owner.birth_date", "Owner: birth date"),
    ("owner.tags", "Owner: tags"),
    ("owner.notes", "Owner: notes"),
    ("owner.external_id", "Owner: id in the other system"),
    ("owner.custom.external_customer_id", "Owner: the centre's own customer id"),
    ("pet.name", "Pet: name"),
    ("pet.species", "Pet: species"),
    ("pet.breed", "Pet: breed"),
    ("pet.sex", "Pet: sex"),
    ("pet.birth_date", "Pet: birth date"),
    ("pet.weight", "Pet: weight"),
    ("pet.colour", "Pet: colour"),
    ("pet.microchip", "Pet: microchip"),
    ("pet.sterilised", "Pet: sterilised"),
    ("pet.deceased", "Pet: deceased"),
    ("pet.notes", "Pet: notes"),
    ("case.services", "Case: service or reason"),
    ("case.status", "Case: status"),
    ("case.outcome", "Case: outcome"),
    ("case.opened_at", "Case: when it was opened"),
    ("row.waiting_since", "Case: when the wait began (opening time where none is given)"),
    ("case.scheduled_at", "Case: appointment"),
    ("case.closed_at", "Case: when it was closed"),
    ("case.pet_count", "Case: number of pets"),
    ("case.location", "Case: location"),
    ("case.tags", "Case: tags that say nothing of its status"),
    ("case.notes", "Case: notes"),
    ("case.external_id", "Case: id in the other system"),
    ("row.state", "Row: WaitWhile state (read together with the tags)"),
    ("row.tags", "Row: WaitWhile tags (read together with the state)"),
    ("row.staff_block", "Row: is a slot blocked by staff"),
    ("row.anonymised", "Row: was anonymised"),
)
"""(target, label for people), in the order in which a page offers them."""

_KNOWN = frozenset(target for target, _ in TARGETS)
_CUSTOM_PREFIXES = ("owner.custom.", "case.custom.")

JOINED: dict[str, str] = {
    "owner.notes": "\n",
    "pet.notes": "\n",
    "case.notes": "\n",
    "owner.tags": "; ",
    "case.tags": "; ",
    "row.tags": "; ",
    "case.services": "; ",
    "pet.name": ", ",
    "pet.species": ", ",
}
"""Targets that several columns feed together, with what stands between; others take the first filled cell."""

LONG_TEXT = 32_000
SHORTEST_LIMIT = 200
_LIMITS = {
    "owner.email": 320,
    "owner.address": 500,
    "owner.tags": 2_000,
    "owner.notes": LONG_TEXT,
    "pet.notes": LONG_TEXT,
    "pet.name": 500,
    "case.notes": LONG_TEXT,
    "case.services": 1_000,
    "case.tags": 2_000,
    "row.tags": 2_000,
}

DATE_TARGETS = frozenset(
    {
        "case.opened_at",
        "row.waiting_since",
        "case.scheduled_at",
        "case.closed_at",
        "owner.birth_date",
        "pet.birth_date",
    }
)

NAME_TARGETS = ("owner.full_name", "owner.given_name", "owner.family_name")


def is_target(target: str) -> bool:
    """Say whether a column may feed this; '' (kept raw) and custom fields may always be fed."""
    if not target or target in _KNOWN:
        return True
    return any(
        target.startswith(prefix) and 0 < len(target) - len(prefix) <= 60 for prefix in _CUSTOM_PREFIXES
    )


def character_limit(target: str) -> int:
    """Return how many characters a value of this target may have."""
    return LONG_TEXT if ".custom." in target else _LIMITS.get(target, SHORTEST_LIMIT)


def missing_targets(*, kind: RecordKind, fed: Iterable[str]) -> tuple[str, ...]:
    """Return the required targets that nothing feeds: a name for every row, for a case also a service."""
    targets = frozenset(fed)
    missing = [] if targets.intersection(NAME_TARGETS) else ["owner.full_name"]
    if kind is RecordKind.CASE and "case.services" not in targets:
        missing.append("case.services")
    return tuple(missing)
