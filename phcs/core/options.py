"""What a person chose for one import, kept with it: later changes of settings do not reach into it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from phcs.core.matching.presets import MatchPreset, MatchRules
from phcs.core.reading.choices import READER_DECIDES, FileChoices, ReadingChoices


class OnError(StrEnum):
    """What happens to an import whose file has rows with errors."""

    STOP = "stop"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`duplicates` is a `DuplicateStrategy`; `service` a `ServiceType` for rows that name none, or ''.

    `matching` (a `MatchPreset`) and `new_pet_is_new_owner` are the import's `MatchRules`. `region` (ISO 3166) reads
    phones without country code, `time_zone` (IANA) reads times without zone; ages and futures are in days.
    """

    duplicates: str = "link"
    on_error: str = OnError.SKIP.value
    service: str = ""
    region: str = "US"
    time_zone: str = "UTC"
    keep_invalid_optional: bool = False
    max_age_days: int = 1_827
    future_days: int = 0
    matching: str = MatchPreset.EVIDENCE.value
    new_pet_is_new_owner: bool = False

    @property
    def match_rules(self) -> MatchRules:
        """By which rules the owners of this import are matched."""
        return MatchRules(preset=MatchPreset(self.matching), new_pet_is_new_owner=self.new_pet_is_new_owner)

    def as_json(self) -> dict[str, Any]:
        """Plain data that `from_json` turns back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ImportOptions":
        """The options that `as_json` described; what is missing takes its default."""
        known = cls.__dataclass_fields__
        return cls(**{name: value for name, value in data.items() if name in known})


NO_TEMPLATE = "-"
"""Instead of a template's name: none shall be applied, even where one fits."""


@dataclass(frozen=True, slots=True)
class AskedTable:
    """How a person wants one table to be read and recognised; see `AskedReading`."""

    choices: ReadingChoices = READER_DECIDES
    source: str = "auto"
    kind: str = "auto"
    template: str = ""

    def as_json(self) -> dict[str, Any]:
        """Only what was asked for."""
        asked = {"choices": self.choices.as_json(), "template": self.template}
        return {name: value for name, value in asked.items() if value} | {
            "source": self.source,
            "kind": self.kind,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], *, source: str = "auto", kind: str = "auto") -> "AskedTable":
        """What `as_json` described; what is missing there is as given here."""
        return cls(
            choices=ReadingChoices.from_json(data.get("choices", {})),
            source=data.get("source", source),
            kind=data.get("kind", kind),
            template=data.get("template", ""),
        )


@dataclass(frozen=True, slots=True)
class AskedReading:
    """How a person wants a file to be read and recognised; a default leaves it to the file.

    `template` is a saved mapping's name, '' for whichever fits, or NO_TEMPLATE. With `stops` the import waits for
    somebody to confirm the mapping, however sure it is. `tables` says otherwise for single parts of the file, and
    `again` is the only part that is mapped anew, '' for all.
    """

    choices: ReadingChoices = READER_DECIDES
    source: str = "auto"
    kind: str = "auto"
    template: str = ""
    stops: bool = False
    tables: Mapping[str, AskedTable] = field(default_factory=dict)
    again: str = ""

    @property
    def file_choices(self) -> FileChoices:
        """How each part of the file is read."""
        return FileChoices(self.choices, {part: one.choices for part, one in self.tables.items()})

    @property
    def usual(self) -> AskedTable:
        """What holds for every part that nothing else was said about."""
        return AskedTable(self.choices, self.source, self.kind, self.template)

    def of(self, part: str) -> AskedTable:
        """What holds for this part."""
        return self.tables.get(part, self.usual)

    def with_table(self, part: str, asked: AskedTable) -> "AskedReading":
        """The same with other wishes for one part, which alone is then mapped anew."""
        return replace(self, tables={**self.tables, part: asked}, again=part)

    def as_json(self) -> dict[str, Any]:
        """Only what was asked for."""
        asked = {
            "stops": self.stops,
            "tables": {part: one.as_json() for part, one in self.tables.items()},
            "again": self.again,
        }
        return {name: value for name, value in asked.items() if value} | self.usual.as_json()

    @classmethod
    def from_json(cls, data: dict[str, Any], *, source: str = "auto", kind: str = "auto") -> "AskedReading":
        """What `as_json` described; what is missing there is as given here."""
        usual = AskedTable.from_json(data, source=source, kind=kind)
        return cls(
            choices=usual.choices,
            source=usual.source,
            kind=usual.kind,
            template=usual.template,
            stops=data.get("stops", False),
            tables={part: AskedTable.from_json(one) for part, one in data.get("tables", {}).items()},
            again=data.get("again", ""),
        )
