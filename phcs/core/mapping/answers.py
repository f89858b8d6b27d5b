"""All that a person says about a table's mapping at once, and the same as a document for programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from phcs.core.errors import InvalidInputError
from phcs.core.mapping.corrections import ColumnChoice, remap
from phcs.core.mapping.tables import TableMapping
from phcs.core.reading.tables import TableReading

EXAMPLE = '{"columns": {"Heading": "owner.phone"}}'


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingAnswers:
    """What `remap` takes, whole: columns are named by position, '' takes away, what is not named stays."""

    targets: Mapping[int, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[int, ColumnChoice] = field(default_factory=dict)
    joins: Mapping[str, str] = field(default_factory=dict)

    def applied(self, mapping: TableMapping, reading: TableReading) -> TableMapping:
        """The mapping with these answers. Raises InvalidInputError for one that is not understood."""
        return remap(
            mapping,
            targets=self.targets,
            constants=self.constants,
            values=self.values,
            columns=self.columns,
            joins=self.joins,
            facts=reading.facts,
        )


@dataclass(frozen=True, slots=True)
class MappingDocument:
    """A mapping as programs write it, by headings.

    `{"columns": {"Heading": "owner.phone"}, "constants": {target: value}, "values": {target: {value: answer}},
    "dates": {"Heading": "day_first"}}`; each part may be left out.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    dates: Mapping[str, str]

    @classmethod
    def from_bytes(cls, content: bytes, *, called: str) -> "MappingDocument":
        """Read such a document. Raises InvalidInputError, which names it as `called`, for anything else."""
        try:
            data = orjson.loads(content)
        except orjson.JSONDecodeError as problem:
            raise InvalidInputError(f"{called} is not JSON: {problem}.") from problem
        return cls.from_json(data, called=called)

    @classmethod
    def from_json(cls, data: object, *, called: str) -> "MappingDocument":
        """The same for JSON that was read already; parts of other names are passed over."""
        given: dict[str, Any] = data if isinstance(data, dict) else {"columns": None}
        values = given.get("values", {})
        texts = [given.get(name, {}) for name in ("columns", "constants", "dates")]
        answers = list(values.values()) if isinstance(values, dict) else [None]
        if not all(_are_texts(part) for part in (*texts, *answers)):
            raise InvalidInputError(f"{called} must look like {EXAMPLE}.")
        return cls(columns=texts[0], constants=texts[1], dates=texts[2], values=values)

    def answers(self, reading: TableReading) -> MappingAnswers:
        """The same by column position. Raises InvalidInputError for a heading that the file lacks."""
        positions = {column.heading: column.position for column in reading.columns}
        missing = [heading for heading in (*self.columns, *self.dates) if heading not in positions]
        if missing:
            raise InvalidInputError(f"The file has no column called {', '.join(missing)}.")
        return MappingAnswers(
            targets={positions[heading]: target for heading, target in self.columns.items()},
            constants=self.constants,
            values=self.values,
            columns={
                positions[heading]: ColumnChoice(date_order=order) for heading, order in self.dates.items()
            },
        )


def _are_texts(part: object) -> bool:
    return isinstance(part, dict) and all(isinstance(text, str) for text in part.values())
