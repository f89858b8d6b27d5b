"""Appointments at the same time: the same answer for any order, and one finding for each later appointment."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from phcs.core.findings import Severity
from phcs.core.history import AppointmentFacts
from phcs.core.overlaps import Booked, Overlap, booked, overlap_finding, overlaps

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def build(key: int, *, at: int, minutes: int = 30, vet: str = "", pet: str = "") -> Booked[int]:
    start = NOON + timedelta(minutes=at)
    return Booked(key, start, start + timedelta(minutes=minutes), vet, pet)


def test_who_begins_during_another_of_the_same_vet_or_pet_overlaps() -> None:
    first, second = build(1, at=0, vet="paz", pet="7"), build(2, at=29, vet="paz", pet="8")
    assert list(overlaps([second, first])) == [Overlap(2, 1, "vet")]
    assert list(overlaps([first, build(3, at=29, vet="gil", pet="7")])) == [Overlap(3, 1, "pet")]


def test_one_after_the_other_or_of_nobody_known_do_not_overlap() -> None:
    assert list(overlaps([build(1, at=0, vet="paz"), build(2, at=30, vet="paz")])) == []
    assert list(overlaps([build(1, at=0), build(2, at=0)])) == []


def test_a_long_one_overlaps_with_all_that_begin_during_it() -> None:
    day = [build(1, at=0, minutes=480, vet="paz"), build(2, at=10, vet="paz"), build(3, at=300, vet="paz")]
    assert list(overlaps(day)) == [Overlap(2, 1, "vet"), Overlap(3, 1, "vet")]


def test_an_appointment_at_the_end_of_time_is_taken_as_it_stands() -> None:
    some_day = AppointmentFacts(
        starts_at="9999-12-31T23:59:00+00:00", duration_minutes="1440", vet="Dra. Paz"
    )
    one, other = booked(1, some_day, pet=""), booked(2, some_day, pet="")
    assert one is not None
    assert other is not None
    assert list(overlaps([one, other])) == [Overlap(2, 1, "vet", "Dra. Paz")]


def test_what_did_not_happen_overlaps_with_nothing() -> None:
    facts = AppointmentFacts(
        starts_at=NOON.isoformat(), duration_minutes="20", vet="Dra. Paz", status="cancelled"
    )
    assert booked(1, facts, pet="7") is None
    assert booked(1, AppointmentFacts(vet="Dra. Paz"), pet="7") is None


def test_names_of_vets_are_compared_as_people_read_them() -> None:
    one = booked(1, AppointmentFacts(starts_at=NOON.isoformat(), vet="Dra. PÁZ"), pet="")
    other = booked(2, AppointmentFacts(starts_at=NOON.isoformat(), vet="dra paz"), pet="")
    assert one is not None
    assert other is not None
    assert list(overlaps([one, other])) == [Overlap(2, 1, "vet", "dra paz")]


def test_the_finding_is_a_note_that_names_the_other_row() -> None:
    found = overlap_finding(Overlap(2, 1, "vet", "Dra. Paz"), place="row 12")
    assert (found.severity, found.detail) == (Severity.NOTE, "that of row 12, for the vet Dra. Paz")


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.integers(1, 60), st.sampled_from("ab"), st.sampled_from("xyz"))
    ),
    st.randoms(use_true_random=False),
)
def test_any_order_gives_the_same_and_each_one_is_true(
    rows: list[tuple[int, int, str, str]], random: Random
) -> None:
    made = [
        build(key, at=at, minutes=long, vet=vet, pet=pet) for key, (at, long, vet, pet) in enumerate(rows)
    ]
    expected = list(overlaps(made))
    shuffled = list(made)
    random.shuffle(shuffled)
    assert list(overlaps(shuffled)) == expected
    for one in expected:
        later, earlier = made[one.later], made[one.earlier]
        assert earlier.start <= later.start < earlier.end
        assert getattr(later, one.shared) == getattr(earlier, one.shared)
    alone = {(one.key, shared) for one in made for shared in ("vet", "pet")} - {
        (o.later, o.shared) for o in expected
    }
    for key, shared in alone:
        me = made[key]
        others = [one for one in made if one.key != key and getattr(one, shared) == getattr(me, shared)]
        assert not [one for one in others if one.start < me.start < one.end]
