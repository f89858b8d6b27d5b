"""Taking back one fact: by value, tags and custom facts element by element."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.undoing.facts import facts_changed, reverse_facts

TAGS = st.lists(st.sampled_from("abcd"), unique=True)
CUSTOM = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"))


def then(name: str, before: Any, after: Any, now: Any) -> Any:
    """What the fact is afterwards."""
    changes = reverse_facts({name: [before, after]}, {name: now}).changes
    return changes[name][1] if changes else now


def test_a_value_that_still_is_the_imports_gets_its_former_one() -> None:
    found = reverse_facts({"city": ["Lima", "Quito"]}, {"city": "Quito", "email": "a@example.org"})

    assert found.changes == {"city": ["Quito", "Lima"]}
    assert found.kept == []


def test_a_value_that_somebody_changed_since_stays_and_is_named() -> None:
    found = reverse_facts({"city": ["Lima", "Quito"]}, {"city": "Cusco"})

    assert found.changes == {}
    assert [(one.name, one.now, one.stated) for one in found.kept] == [("city", "Cusco", "Quito")]


@pytest.mark.parametrize("now", ["Lima", ""])
def test_a_value_that_is_the_former_one_already_is_neither_changed_nor_named(now: str) -> None:
    found = reverse_facts({"city": [now, "Quito"]}, {"city": now})

    assert (found.changes, found.kept) == ({}, [])


def test_blanks_of_every_kind_are_the_same() -> None:
    assert reverse_facts({"notes": [None, "x"]}, {"notes": ""}).changes == {}


@given(before=TAGS, after=TAGS)
def test_tags_that_nobody_touched_are_what_they_were(before: list[str], after: list[str]) -> None:
    assert then("tags", before, after, after) == before


@given(before=TAGS, after=TAGS, now=TAGS)
def test_a_tag_is_there_afterwards_unless_it_was_the_imports_or_somebody_took_it_off(
    before: list[str], after: list[str], now: list[str]
) -> None:
    expected = {tag for tag in now if tag not in after or tag in before}
    expected |= {tag for tag in before if tag not in after}

    assert set(then("tags", before, after, now)) == expected


@given(before=CUSTOM, after=CUSTOM, now=CUSTOM)
def test_custom_facts_go_back_one_by_one(
    before: dict[str, str], after: dict[str, str], now: dict[str, str]
) -> None:
    found = reverse_facts({"custom": [before, after]}, {"custom": now})
    kept = {one.name.removeprefix("custom.") for one in found.kept}
    afterwards = then("custom", before, after, now)

    for key in before.keys() | after.keys() | now.keys():
        is_ours = before.get(key) != after.get(key) and now.get(key) == after.get(key)
        assert afterwards.get(key) == (before.get(key) if is_ours else now.get(key))
        assert (key in kept) == (
            before.get(key) != after.get(key) and now.get(key) not in (before.get(key), after.get(key))
        )


def test_what_differs_from_what_an_import_left_is_named() -> None:
    found = facts_changed({"name": "Rex", "breed": ""}, {"name": "Rexy", "breed": None, "colour": "red"})

    assert [(one.name, one.now, one.stated) for one in found] == [
        ("colour", "red", None),
        ("name", "Rexy", "Rex"),
    ]
