"""Recipes: repairs by value, kept for the next file of the same shape."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from phcs.core.errors import InvalidInputError
from phcs.core.mapping.dropping import dropped_positions
from phcs.core.mapping.tables import TableMapping
from phcs.core.reading.tables import TableReading
from phcs.core.repairing import clean_value
from phcs.core.values.texts import fold_heading

MOST_STEPS = 2_000
FORM = "phcs repair recipe/1"


@dataclass(frozen=True, slots=True)
class RecipeStep:
    """Cells under this heading that say `former`, blanks around it aside, are to say `value`."""

    heading: str
    former: str
    value: str


@dataclass(frozen=True, slots=True)
class RecipeFile:
    """A recipe as a file of its own."""

    name: str
    headings: tuple[str, ...]
    steps: tuple[RecipeStep, ...]

    def as_bytes(self) -> bytes:
        """JSON that `from_bytes` turns back."""
        told = {
            "form": FORM,
            "name": self.name,
            "headings": list(self.headings),
            "steps": [{"column": one.heading, "from": one.former, "to": one.value} for one in self.steps],
        }
        return orjson.dumps(told, option=orjson.OPT_INDENT_2)

    @classmethod
    def from_bytes(cls, content: bytes) -> "RecipeFile":
        """What `as_bytes` wrote. Raises InvalidInputError for anything else."""
        try:
            data = orjson.loads(content)
            if data["form"] != FORM:
                raise InvalidInputError("This is not a recipe of repairs that PHCS has written.")
            steps = tuple(
                RecipeStep(_text(one["column"]), _text(one["from"]), clean_value(_text(one["to"])))
                for one in data["steps"]
            )
            return cls(_text(data["name"]), tuple(map(_text, data["headings"])), require_steps(steps))
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInputError("This is not a recipe of repairs that PHCS has written.") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def steps_of(repairs: Iterable[tuple[str, str, str]]) -> tuple[RecipeStep, ...]:
    """What repairs (heading, what the file says, what the cell says now) come to as steps, in their order.

    Empty cells differ from row to row, and so does a value that was repaired in two ways: neither makes a step.
    """
    answers: dict[tuple[str, str], set[str]] = {}
    for heading, raw, value in repairs:
        if heading and raw.strip() and raw.strip() != value.strip():
            answers.setdefault((heading, raw.strip()), set()).add(value)
    return tuple(
        RecipeStep(heading, former, next(iter(values)))
        for (heading, former), values in answers.items()
        if len(values) == 1
    )


def require_steps(steps: Sequence[RecipeStep]) -> tuple[RecipeStep, ...]:
    """The steps. Raises InvalidInputError where there are none, or too many."""
    if not steps:
        raise InvalidInputError(
            "No repair here is one by value, which a recipe could do again. Repair a value in its column first."
        )
    if len(steps) > MOST_STEPS:
        raise InvalidInputError(f"A recipe holds at most {MOST_STEPS:,} values. Save fewer of them.")
    return tuple(steps)


def steps_by_position(
    steps: Iterable[RecipeStep], reading: TableReading, mapping: TableMapping
) -> Mapping[int, dict[str, str]]:
    """What cells at which positions of a table are to say instead of what; steps without a column are left out.

    Headings are compared without case, accents and punctuation. A heading that several columns have is left out.
    """
    dropped = frozenset(dropped_positions(mapping))
    positions: dict[str, list[int]] = {}
    for column in reading.columns:
        positions.setdefault(fold_heading(column.heading_given), []).append(column.position)
    by_position: dict[int, dict[str, str]] = {}
    for one in steps:
        found = positions.get(fold_heading(one.heading), [])
        if len(found) == 1 and found[0] not in dropped:
            by_position.setdefault(found[0], {})[one.former] = one.value
    return by_position


def stored_steps(steps: Iterable[RecipeStep]) -> list[list[str]]:
    """The steps as plain data."""
    return [[one.heading, one.former, one.value] for one in steps]


def steps_from_stored(data: Iterable[Sequence[str]]) -> tuple[RecipeStep, ...]:
    """The steps that `stored_steps` described."""
    return tuple(RecipeStep(heading, former, value) for heading, former, value in data)
