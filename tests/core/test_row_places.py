"""Rows of several tables: how they are named, sorted and bound."""

import pytest

from phcs.core.errors import InvalidInputError
from phcs.core.planning import PlanFingerprint
from phcs.core.row_numbers import places_from_stored, read_row_places, stored_places
from phcs.core.row_places import RowPlace, parse_row_place, row_named, table_named


@pytest.mark.parametrize(
    ("text", "place"),
    [("12", RowPlace(1, 12)), (" 2:12 ", RowPlace(2, 12)), ("64:1", RowPlace(64, 1)), ("0", RowPlace(1, 0))],
)
def test_a_row_is_named_by_its_number_and_by_its_table_where_that_is_not_the_first(
    text: str, place: RowPlace
) -> None:
    assert parse_row_place(text) == place
    assert f"{place}" == text.strip()


@pytest.mark.parametrize("text", ["", "x", "0:1", "65:1", "1:2:3", "-1", "²", "9999999999", "1 2"])
def test_anything_else_names_no_row(text: str) -> None:
    assert parse_row_place(text) is None


def test_people_read_a_row_with_its_table_only_where_there_are_several() -> None:
    assert row_named(1, 8, {1: "Clients"}) == "row 8"
    assert row_named(1, 8, {1: "Clients", 2: "Pets"}) == "row 8 of “Clients”"


def test_people_read_a_table_s_name_and_its_number_where_there_is_none() -> None:
    assert table_named(2, {1: "Clients", 2: "Pets"}) == "“Pets”"
    assert table_named(3, {1: "Clients", 2: "Pets"}) == "table 3"


def test_rows_sort_in_the_order_in_which_they_are_planned() -> None:
    places = [RowPlace(2, 1), RowPlace(1, 900), RowPlace(1, 2)]

    assert sorted(places) == sorted(places, key=lambda place: place.position)
    assert RowPlace(1, 7).position == 7
    assert RowPlace(64, (1 << 26) - 1).position == (1 << 32) - 1


def test_people_name_rows_of_several_tables_and_they_are_kept_so() -> None:
    named = read_row_places(["4, 2:17-19", "5"])

    assert named == [RowPlace(1, 4), RowPlace(1, 5), RowPlace(2, 17), RowPlace(2, 18), RowPlace(2, 19)]
    assert stored_places(named) == [4, 5, "2:17", "2:18", "2:19"]
    assert list(places_from_stored(stored_places(named))) == named
    for wrong in ("65:1", "0:1", "2:", "4-2", "1-200"):
        with pytest.raises(InvalidInputError):
            read_row_places([wrong])


def test_a_plan_of_one_table_has_the_fingerprint_it_always_had_and_another_tables_row_another() -> None:
    first, second = PlanFingerprint(), PlanFingerprint()

    digests = {first.add(2, "skip", ()), second.add(2, "skip", (), table_no=2)}

    assert len(digests) == 2
    assert first.hexdigest() == "sha256:10aec6328208f284d9d08057abf4d5a4fc794448092c267606afc1c4fb0df992"
    assert first.hexdigest() != second.hexdigest()
