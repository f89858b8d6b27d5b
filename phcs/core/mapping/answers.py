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
    "dates": {"Heading": "day_first"}, "decimals": {"Heading": "comma"}, "kind": "vaccination", "source": "okvet",
    "take": true}`; each part may be left out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    decimals: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    """What a row is, where it is not as recognised."""
    source: str = ""
    take: bool = True
    """Whether the table is imported."""

    @property
    def says_nothing(self) -> bool:
        """Whether everything is left as it is."""
        return self == MappingDocument()

    @classmethod
    def from_json(cls, data: object, *, called: str) -> "MappingDocument":
        """Take JSON; parts of other names are passed over. Raises InvalidInputError, which names it as `called`."""
        given: dict[str, Any] = data if isinstance(data, dict) else {"columns": None}
        values = given.get("values", {})
        texts = [given.get(name, {}) for name in ("columns", "constants", "dates", "decimals")]
        answers = list(values.values()) if isinstance(values, dict) else [None]
        if not all(_are_texts(part) for part in (*texts, *answers)):
            raise InvalidInputError(f"{called} must look like {EXAMPLE}.")
        kind, source, take = given.get("kind", ""), given.get("source", ""), given.get("take", True)
        if not isinstance(kind, str) or not isinstance(source, str) or not isinstance(take, bool):
            raise InvalidInputError(
                f"In {called}, “kind” and “source” are texts, and “take” is true or false."
            )
        return cls(
            columns=texts[0],
            constants=texts[1],
            dates=texts[2],
            decimals=texts[3],
            values=values,
            kind=kind,
            source=source,
            take=take,
        )

    def answers(self, reading: TableReading) -> MappingAnswers:
        """The same by column position. Raises InvalidInputError for a heading that the file lacks."""
        positions = {column.heading: column.position for column in reading.columns}
        told = dict.fromkeys((*self.columns, *self.dates, *self.decimals))
        missing = [heading for heading in told if heading not in positions]
        if missing:
            raise InvalidInputError(f"The file has no column called {', '.join(missing)}.")
        return MappingAnswers(
            targets={positions[heading]: target for heading, target in self.columns.items()},
            constants=self.constants,
            values=self.values,
            columns={
                positions[heading]: ColumnChoice(self.dates.get(heading), decimal=self.decimals.get(heading))
                for heading in {**self.dates, **self.decimals}
            },
        )


@dataclass(frozen=True, slots=True)
class ImportMappingDocument:
    """The mappings of an import's tables as programs write them.

    `{"tables": {"clients.csv": {…}, "2": {…}}}` by the tables' names or numbers; `{"table": "clients.csv", …}` for one
    of them; or a `MappingDocument` alone for an import of one table, `{}` for all as they are suggested.
    """

    tables: Mapping[str, MappingDocument] = field(default_factory=dict)
    only: MappingDocument = field(default_factory=MappingDocument)
    """What is said without the name of a table."""

    @classmethod
    def from_bytes(cls, content: bytes, *, called: str) -> "ImportMappingDocument":
        """Read such a document. Raises InvalidInputError, which names it as `called`, for anything else."""
        try:
            data = orjson.loads(content)
        except orjson.JSONDecodeError as problem:
            raise InvalidInputError(f"{called} is not JSON: {problem}.") from problem
        return cls.from_json(data, called=called)

    @classmethod
    def from_json(cls, data: object, *, called: str) -> "ImportMappingDocument":
        """The same for JSON that was read already."""
        alone = MappingDocument.from_json(data, called=called)
        given: dict[str, Any] = data if isinstance(data, dict) else {}
        if (table := given.get("table")) is not None:
            if not isinstance(table, str | int):
                raise InvalidInputError("“table” is the name of a table, or its number.")
            return cls(tables={str(table): alone})
        tables = given.get("tables", {})
        if not isinstance(tables, dict) or (tables and not alone.says_nothing):
            raise InvalidInputError(
                f'{called} names its tables like this: {{"tables": {{"clients.csv": {EXAMPLE}}}}}.'
            )
        return cls({name: MappingDocument.from_json(one, called=name) for name, one in tables.items()}, alone)


def _are_texts(part: object) -> bool:
    return isinstance(part, dict) and all(isinstance(text, str) for text in part.values())
