"""A list as a person would upload it → its reading, its mapping, and its checked rows."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from phcs.core.checking import CheckedRow, CheckSettings, RowChecker
from phcs.core.findings import Finding
from phcs.core.mapping.corrections import ColumnChoice, remap
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.mapping.unknown_values import UnknownValue, unknown_values
from phcs.core.reading import ReadLimits, TableReading, inspect_table, read_rows
from phcs.core.records import PetFacts
from phcs.core.sources import recognise

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIMITS = ReadLimits()
SETTINGS = CheckSettings(region="ES", max_age_days=100 * 365)


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@dataclass
class MappedList:
    """A file of which every column feeds the target that stands over it."""

    content: bytes
    reading: TableReading
    mapping: TableMapping

    @classmethod
    def of(cls, headings: Mapping[str, str], *rows: Sequence[str]) -> "MappedList":
        """A list of cases whose headings feed the targets that are given with them."""
        content = written([list(headings), *rows])
        reading = inspect_table(io.BytesIO(content), name="list.csv", limits=LIMITS)
        targets = dict(enumerate(headings.values()))
        mapping = remap(
            recognise(reading, source="plain", kind="case"),
            targets=targets,
            constants={},
            facts=reading.facts,
        )
        return cls(content, reading, mapping)

    def correct(
        self,
        *,
        values: Mapping[str, Mapping[str, str]] | None = None,
        columns: Mapping[int, ColumnChoice] | None = None,
        joins: Mapping[str, str] | None = None,
    ) -> "MappedList":
        """The same list as a person corrects its mapping, which has been stored in between."""
        mapping = remap(
            TableMapping.from_json(self.mapping.as_json()),
            targets={},
            constants={},
            values=values,
            columns=columns,
            joins=joins,
            facts=self.reading.facts,
        )
        return MappedList(self.content, self.reading, mapping)

    def column(self, heading: str) -> ColumnMapping:
        return next(column for column in self.mapping.columns if column.heading == heading)

    def unknown(self) -> list[UnknownValue]:
        return list(unknown_values(self.mapping, self.reading.facts))

    def checked(self) -> list[CheckedRow]:
        headings = tuple(column.heading for column in self.reading.columns)
        checker = RowChecker(TableMapping.from_json(self.mapping.as_json()), headings, SETTINGS, NOW)
        rows = read_rows(io.BytesIO(self.content), self.reading, limits=LIMITS)
        return [checker.check(row) for row in rows]

    def pets(self) -> list[PetFacts]:
        """The only pet of each row."""
        return [row.record.pets[0] for row in self.checked()]

    def findings(self, code: str) -> list[Finding]:
        return [found for row in self.checked() for found in row.findings if found.code == code]


PERSON = {"Name": "owner.full_name", "Phone": "owner.phone", "Service": "case.services"}
"""Headings and targets of what every row needs."""

ANA = ("Ana Ruiz", "+34612345678", "Food")
