"""Which names may be one person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.matching.name_levels import NameLevel, compare_person_names
from phcs.core.matching.names import parse_person_name


def _level(one: str, other: str) -> NameLevel:
    return compare_person_names(parse_person_name(one), parse_person_name(other)).level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("María García", "MARIA  GARCIA", NameLevel.EXACT),
        ("García, María", "María García", NameLevel.EXACT),
        ("Sr. Juan Pérez", "Juan Pérez", NameLevel.EXACT),
        ("Mª José Pérez", "María José Pérez", NameLevel.EXACT),
        ("Juan de la Cruz", "Juan Cruz", NameLevel.EXACT),
        ("Pat O'Brien", "Pat O’Brien", NameLevel.EXACT),  # noqa: RUF001 - the typographic apostrophe is the case
        ("Søren Kjær", "Soren Kjaer", NameLevel.EXACT),
        ("José Ortega y Gasset", "Jose Ortega Gasset", NameLevel.EXACT),
        ("García María", "María García", NameLevel.REORDERED),
        ("Jonh Smith", "John Smith", NameLevel.CLOSE),
        ("María Gracia López", "María García López", NameLevel.CLOSE),
        ("John A. Smith", "John Andrew Smith", NameLevel.CLOSE),
        ("Maria Garcia", "María García López", NameLevel.SUBSET),
        ("John Smith", "John A. Smith", NameLevel.SUBSET),
    ],
)
def test_spellings_of_one_name_are_compatible(one: str, other: str, level: NameLevel) -> None:
    assert _level(one, other) is level
    assert level.is_compatible


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Mario García", "María García", NameLevel.FAMILY),
        ("Luis García", "Luisa García", NameLevel.FAMILY),
        ("Daniel Ruiz López", "Daniela Ruiz López", NameLevel.FAMILY),
        ("Carlo Bianchi", "Carla Bianchi", NameLevel.FAMILY),
        ("Zoran Ilic", "Zorana Ilic", NameLevel.FAMILY),
        ("Zdravko Ilic", "Zdravka Ilic", NameLevel.FAMILY),
        ("Marta García", "María García", NameLevel.FAMILY),
        ("Ana García", "Luis García", NameLevel.FAMILY),
        ("María García López", "Lucía García López", NameLevel.FAMILY),
        ("Barnaby K Grillett", "Kiana Grillett", NameLevel.FAMILY),
        ("Ana García", "Peter Schmidt", NameLevel.DIFFERENT),
    ],
)
def test_people_of_one_household_are_other_people(one: str, other: str, level: NameLevel) -> None:
    assert _level(one, other) is level
    assert level.is_another_person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("María", "María García"),
        ("María", "María"),
        ("M. García", "María García"),
        ("María García", "María Pérez"),
        ("Ana María García", "María García"),
        ("García López", "María García López"),
        ("Ana y Luis García", "Ana García"),
        ("Ana & Luis García", "Ana García"),
        ("Иван Петров", "Ivan Petrov"),
        ("", "María García"),
    ],
)
def test_names_that_leave_a_doubt_are_partial(one: str, other: str) -> None:
    assert _level(one, other) is NameLevel.PARTIAL


def test_given_and_family_columns_agree_with_a_whole_name() -> None:
    columns = parse_person_name("", "María", "García López")
    assert compare_person_names(columns, parse_person_name("García López, María")).level is NameLevel.EXACT


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("John Smith Jr.", "John Smith Sr.", True),
        ("John Smith, Jr.", "John Smith", True),
        ("John Smith II", "John Smith III", True),
        ("Juan Pérez Hijo", "Juan Pérez Jr", False),
    ],
)
def test_father_and_son_are_told_apart_by_their_suffix(one: str, other: str, *, differs: bool) -> None:
    comparison = compare_person_names(parse_person_name(one), parse_person_name(other))
    assert comparison.level is NameLevel.EXACT
    assert comparison.suffix_differs is differs


def test_a_suffix_counts_where_only_the_whole_name_has_it() -> None:
    son, father = (parse_person_name(name, "Tom", "Ek") for name in ("Tom Ek Jr.", "Ek, Tom Sr."))
    assert compare_person_names(son, father).suffix_differs


@pytest.mark.parametrize(
    ("one", "other"),
    [(("", "Van", "Nguyen"), ("", "Do", "Nguyen")), (("Al Lee", "", ""), ("Ann Lee", "", ""))],
)
def test_a_given_name_that_is_a_particle_elsewhere_tells_people_apart(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert compare_person_names(parse_person_name(*one), parse_person_name(*other)).level is NameLevel.FAMILY


_PARTS = st.lists(
    st.sampled_from(
        ["María", "Mario", "Garcia", "García", "Gracia", "López", "J", "José", "de", "Lopes", "Ann"]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(_PARTS, _PARTS)
def test_the_order_of_the_two_names_does_not_matter(one: str, other: str) -> None:
    assert _level(one, other) is _level(other, one)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_text_can_be_compared(full: str, given_name: str, other: str) -> None:
    comparison = compare_person_names(parse_person_name(full, given_name, other), parse_person_name(other))
    assert comparison.reason
