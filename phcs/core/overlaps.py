"""Appointments of one vet or one pet at the same time: pure, over all appointments of an import at once."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.history import AppointmentFacts, AppointmentStatus
from phcs.core.values.texts import fold

K = TypeVar("K", bound=Hashable)

_DID_NOT_HAPPEN = frozenset({AppointmentStatus.CANCELLED.value, AppointmentStatus.NO_SHOW.value})
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
_UNKNOWN_MINUTES = 1
"""An appointment of unknown length overlaps only with one during which it begins."""


@dataclass(frozen=True, slots=True)
class Booked(Generic[K]):
    """One appointment: `key` is whatever the caller knows it by; `end` is the first moment after it."""

    key: K
    start: datetime
    end: datetime
    vet: str
    pet: str
    vet_given: str = ""


@dataclass(frozen=True, slots=True)
class Overlap(Generic[K]):
    """The later of two appointments, the earlier one that it overlaps, and what they share: `vet` or `pet`.

    `vet` is the vet's name as the later one gives it, '' where the pet is shared.
    """

    later: K
    earlier: K
    shared: str
    vet: str = ""


def booked(key: K, facts: AppointmentFacts, *, pet: str) -> Booked[K] | None:
    """Return an appointment that took or takes place, None for any other; `pet` is '' where nobody knows it.

    Vets are the same whose names differ in case, accents and punctuation only.
    """
    if not facts.starts_at or facts.status in _DID_NOT_HAPPEN:
        return None
    start = datetime.fromisoformat(facts.starts_at)
    minutes = int(facts.duration_minutes or _UNKNOWN_MINUTES)
    lasts = min(
        timedelta(minutes=minutes), _END_OF_TIME - start
    )  # sources write 31 December 9999 for “some day”
    return Booked(key, start, start + lasts, fold(facts.vet), pet, facts.vet)


def overlaps(appointments: Iterable[Booked[K]]) -> Iterator[Overlap[K]]:
    """Give each appointment that begins during an earlier one of the same vet or pet, once for each of the two.

    The earlier one is that which lasts longest of all that began before; appointments come in order of their start,
    so the same ones give the same answer in any order, as long as keys can be compared.
    """
    return overlaps_in_order(sorted(appointments, key=lambda one: (one.start, one.end, str(one.key))))


def overlaps_in_order(appointments: Iterable[Booked[K]]) -> Iterator[Overlap[K]]:
    """Do the same for appointments that come in order of their start and end; one of each vet and pet is remembered."""
    lasting: dict[tuple[str, str], Booked[K]] = {}
    for one in appointments:
        for shared, who in (("vet", one.vet), ("pet", one.pet)):
            if not who:
                continue
            before = lasting.get((shared, who))
            if before is not None and one.start < before.end:
                yield Overlap(one.key, before.key, shared, one.vet_given if shared == "vet" else "")
            if before is None or one.end > before.end:
                lasting[shared, who] = one


def overlap_finding(overlap: Overlap[K], *, place: str) -> Finding:
    """Return the note about the later appointment; `place` names the earlier one, such as `row 12`."""
    whose = f"the vet {overlap.vet}" if overlap.shared == "vet" else "the same pet"
    return Finding(
        FindingCode.APPOINTMENT_OVERLAP,
        Severity.NOTE,
        value=overlap.vet,
        detail=f"that of {place}, for {whose}",
    )
