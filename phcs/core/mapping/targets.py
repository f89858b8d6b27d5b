"""What a column may feed: every target with the words a person reads, its limit and its requirements."""

from collections.abc import Iterable, Iterator
from functools import cache

from phcs.core.history import HISTORY, LINKS, FactSpec, FactType, fact_specs
from phcs.core.records import HISTORY_KINDS, RecordKind

_HISTORY_SPECS: dict[str, FactSpec] = {
    f"{kind}.{fact}": spec
    for kind in HISTORY_KINDS
    for fact, spec in fact_specs(kind.value).items()
    if spec.type is not FactType.LINK
}
"""Every fact of a history that a column may feed; links come from references."""

CLOCK = "row.clock"
"""A time of day in a column of its own, for the one moment that such a row tells."""

WEIGHT_UNIT = "row.weight_unit"
"""The unit of a weight in a column of its own; it is said of a weight that names none."""

APPOINTMENT_END = "row.ends_at"
"""The end of an appointment; with its start it says how long it was."""

_KINDS_WITH_CLOCK = frozenset(
    RecordKind(target.partition(".")[0])
    for target, spec in _HISTORY_SPECS.items()
    if spec.type is FactType.MOMENT
)


def _labelled(kind: RecordKind, fact_label: str) -> str:
    return f"{HISTORY[kind.value].label.capitalize()}: {fact_label}"


def _targets_of_history(kind: RecordKind) -> Iterator[tuple[str, str]]:
    for fact, spec in fact_specs(kind.value).items():
        target = f"{kind}.{fact}"
        if target in _HISTORY_SPECS:
            yield target, _labelled(kind, spec.label)
    yield f"{kind}.external_id", _labelled(kind, "id in the other system")


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
    ("pet.external_id", "Pet: id in the other system"),
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
    (CLOCK, "Row: time of day, of the date in another column"),
    (WEIGHT_UNIT, "Row: unit of the weight in another column"),
    (APPOINTMENT_END, "Row: end of the appointment (gives its duration)"),
    *(pair for kind in HISTORY_KINDS for pair in _targets_of_history(kind)),
)
"""(target, label for people), in the order in which a page offers them."""

_KNOWN = frozenset(target for target, _ in TARGETS)
_CUSTOM_PREFIXES = ("owner.custom.", "case.custom.")

_PROSE = 2_000
"""A text with room for as many characters may be put together from several columns."""

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
    **{
        target: "\n"
        for target, spec in _HISTORY_SPECS.items()
        if spec.type is FactType.TEXT and spec.limit >= _PROSE
    },
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
    **{target: spec.limit for target, spec in _HISTORY_SPECS.items() if spec.limit > SHORTEST_LIMIT},
}
"""Limits of texts as they come; a shorter one of a fact holds for what was read of it."""

DATE_TARGETS = frozenset(
    {
        "case.opened_at",
        "row.waiting_since",
        "case.scheduled_at",
        "case.closed_at",
        "owner.birth_date",
        "pet.birth_date",
        APPOINTMENT_END,
        *(t for t, spec in _HISTORY_SPECS.items() if spec.type in (FactType.DAY, FactType.MOMENT)),
    }
)

AMOUNT_TARGETS = frozenset(t for t, spec in _HISTORY_SPECS.items() if spec.type is FactType.AMOUNT)
NUMBER_TARGETS = AMOUNT_TARGETS | {"pet.weight"}
"""Targets for which a column's decimal mark counts."""

CODED_HISTORY: dict[str, tuple[str, ...]] = {
    t: spec.choices for t, spec in _HISTORY_SPECS.items() if spec.choices
}
"""Coded facts of histories with the codes that they may have."""

NAME_TARGETS = ("owner.full_name", "owner.given_name", "owner.family_name")
KNOWN_BY = ("pet.name", "pet.species", "pet.microchip")
"""A row of a table of pets says at least one of these."""


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


def is_id(target: str) -> bool:
    """Say whether a target is an id of the other system, which differs from row to row."""
    return target.endswith(".external_id")


def references_of(kind: RecordKind) -> tuple[str, ...]:
    """Return the targets by which a row of this kind may say whose it is, the usual one first.

    A line stands on its invoice and on nothing else.
    """
    if kind is RecordKind.INVOICE_LINE:
        return ("invoice.external_id",)
    if kind in (RecordKind.PET, RecordKind.INVOICE):
        return ("owner.external_id", *(("pet.external_id",) if kind is RecordKind.INVOICE else ()))
    if not kind.is_history or not HISTORY[kind.value].is_owned:
        return ()
    return (*(f"{parent}.external_id" for parent in LINKS[kind.value].values()), "owner.external_id")


def owning_targets(kind: RecordKind) -> tuple[str, ...]:
    """Return the targets of which one at least must say whose a row is: references, or a person's name."""
    found = references_of(kind)
    return found if not found or kind is RecordKind.INVOICE_LINE else (*found, *NAME_TARGETS)


def words_of_missing(target: str, kind: RecordKind) -> str:
    """Return what a table lacks in words; where it does not say whose its rows are, what else would do."""
    owning = owning_targets(kind)
    others = [_WORDS_OF_OWNING[one] for one in owning[1:] if one in _WORDS_OF_OWNING]
    instead = f", or {' or '.join(others)}" if others and target == owning[0] else ""
    return f"{dict(TARGETS)[target]}{instead}"


_WORDS_OF_OWNING = {
    "owner.external_id": "the owner's id",
    "pet.external_id": "the pet's id",
    "owner.full_name": "the owner's name",
}


@cache
def may_feed(target: str, kind: RecordKind) -> bool:
    """Say whether a row of this kind has any use for this target."""
    of = target.partition(".")[0]
    if of == kind:
        return True
    if of == "row":
        return _may_steer(target, kind)
    if kind in (RecordKind.OWNER, RecordKind.CASE):
        return of in ("owner", "pet") and target != "pet.external_id"
    if kind is RecordKind.PET or HISTORY[kind.value].is_owned:
        return of in ("owner", "pet") or target in references_of(kind)
    return False


def _may_steer(target: str, kind: RecordKind) -> bool:
    if target == CLOCK:
        return kind is RecordKind.CASE or kind in _KINDS_WITH_CLOCK
    if target == WEIGHT_UNIT:
        return kind in (RecordKind.OWNER, RecordKind.CASE, RecordKind.PET)
    if target in (APPOINTMENT_END, "row.staff_block") and kind is RecordKind.APPOINTMENT:
        return True
    return kind in (RecordKind.OWNER, RecordKind.CASE) and target != APPOINTMENT_END


def targets_for(kind: RecordKind) -> tuple[tuple[str, str], ...]:
    """Return what a column of a table of this kind may feed, as TARGETS has it."""
    return tuple(pair for pair in TARGETS if may_feed(pair[0], kind))


def missing_targets(*, kind: RecordKind, fed: Iterable[str]) -> tuple[str, ...]:
    """Return the required targets that nothing feeds.

    A person or a request needs a name, a request a service too; a pet something to know it by and an owner; a kind of
    history what it `needs`, and whose it is: a reference or a person's name.
    """
    targets = frozenset(fed)
    if kind in (RecordKind.OWNER, RecordKind.CASE):
        missing = [] if targets.intersection(NAME_TARGETS) else ["owner.full_name"]
        if kind is RecordKind.CASE and "case.services" not in targets:
            missing.append("case.services")
        return tuple(missing)
    if kind is RecordKind.PET:
        missing = [] if targets.intersection(KNOWN_BY) else ["pet.name"]
    else:
        missing = [
            target for need in HISTORY[kind.value].needs if (target := f"{kind}.{need}") not in targets
        ]
    owning = owning_targets(kind)
    if owning and not targets.intersection(owning):
        missing.append(owning[0])
    return tuple(missing)
