"""Values that nobody changes: what `immutable` gives beside what mypy checks."""

import pytest

from phcs.core.immutable import immutable


@immutable
class Place:
    """A value."""

    street: str
    number: int = 0


def test_equal_values_are_one_in_a_set() -> None:
    assert len({Place("Main", 1), Place("Main", 1), Place("Main", 2)}) == 2


def test_a_value_has_no_room_for_anything_else() -> None:
    with pytest.raises(AttributeError):
        setattr(Place("Main"), "city", "Reno")  # noqa: B010 - mypy would refuse the plain assignment
