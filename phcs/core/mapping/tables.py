"""Which column feeds which fact: what a mapping is, as plain data that can be stored and shown."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from phcs.core.mapping.targets import DATE_TARGETS, words_of_missing
from phcs.core.records import RecordKind


class DateOrder(StrEnum):
    """Which comes first in a column's dates such as 03/04/2026; MIXED proves both, OPEN proves neither."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    MIXED = "mixed"
    OPEN = "open"


class Epoch(StrEnum):
    """From which year a spreadsheet counts the days of its day numbers; NONE: the numbers are no days."""

    OF_1900 = "1900"
    OF_1904 = "1904"
    NONE = "none"


class DecimalMark(StrEnum):
    """What stands before the decimals of a column's numbers; the other mark is between thousands."""

    COMMA = "comma"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column's target.

    `target` is `<kind>.<fact>` (`owner.phone`, `case.status`), an id (`owner.external_id`,
    `case.external_id`), one of the row marks (`row.anonymised`, `row.staff_block`, `row.state`,
    `row.tags`, `row.waiting_since`), a custom field (`owner.custom.<key>`), or '' for a column that is
    kept raw and not imported. `confidence` is 0 to 100, `reason` one short phrase for the page, e.g.
    "known WaitWhile heading". `suggested` is a target that was thought of and not sure enough to be chosen,
    or that another column feeds better; '' where there is none. It changes nothing but what a page offers.

    `date_order` is a DateOrder, '' for "as the table has it", and `date_reason` what proves it ("row 17 reads
    25/03/2026"). `serials` is '' or the Epoch of a spreadsheet's day numbers, `decimal` '' (each cell by itself)
    or a DecimalMark. `split` is a key of SPLITS: how one cell feeds several targets. `labelled` texts are joined
    to others with the column's heading before them.
    """

    position: int
    heading: str
    target: str
    confidence: int
    reason: str
    suggested: str = ""
    date_order: str = ""
    date_reason: str = ""
    serials: str = ""
    decimal: str = ""
    split: str = ""
    labelled: bool = False

    def as_json(self) -> list[Any]:
        """Return plain data that `from_json` turns back; what is at its default is left out."""
        told = [self.position, self.heading, self.target, self.confidence, self.reason]
        details = {name: value for name in _DETAILS if (value := getattr(self, name))}
        return [
            *told,
            *([self.suggested] if self.suggested or details else ()),
            *([details] if details else ()),
        ]

    @classmethod
    def from_json(cls, data: list[Any]) -> "ColumnMapping":
        """Return the column that `as_json` described, or an older version of it."""
        details = data[6] if len(data) > 6 else {}
        return cls(*data[:6], **{name: value for name, value in details.items() if name in _DETAILS})


_DETAILS = ("date_order", "date_reason", "serials", "decimal", "split", "labelled")


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one source table is understood.

    `constants` give one value to every row (`("case.services", "medical")`). `label_groups` says that
    unmapped cells are searched for data-field labels (WaitWhile's five-column groups), `label_targets`
    what the labels seen in the samples feed. `day_first` is the order of day and month in the table's
    ambiguous dates, None where no column decides it.
    `missing` names the required targets that nothing feeds yet; a mapping is complete when it is empty.
    `confidence` (0 to 100) is how sure the recognition of source and kind is; `reason` says why.
    `values` say what a coded target's values mean: (target, `value_key` of the value, answer). `joins` say what
    stands between the texts of several columns that feed one target, '' for "the first filled cell only".
    """

    source: str
    kind: RecordKind
    reason: str
    columns: tuple[ColumnMapping, ...]
    constants: tuple[tuple[str, str], ...] = ()
    label_groups: bool = False
    day_first: bool | None = None
    missing: tuple[str, ...] = ()
    label_targets: tuple[str, ...] = ()
    confidence: int = 100
    values: tuple[tuple[str, str, str], ...] = ()
    joins: tuple[tuple[str, str], ...] = ()

    @property
    def open_dates(self) -> tuple[ColumnMapping, ...]:
        """The date columns whose order of day and month nothing decides: a person should choose."""
        return tuple(
            column
            for column in self.columns
            if column.target in DATE_TARGETS and column.date_order == DateOrder.OPEN
        )

    @property
    def is_complete(self) -> bool:
        """Whether rows can be checked without asking a person first."""
        return not self.missing

    @property
    def missing_words(self) -> tuple[str, ...]:
        """What is missing, for people."""
        return tuple(words_of_missing(target, self.kind) for target in self.missing)

    def as_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` turns back into an equal mapping."""
        return {
            "source": self.source,
            "kind": self.kind.value,
            "reason": self.reason,
            "columns": [column.as_json() for column in self.columns],
            "constants": [list(pair) for pair in self.constants],
            "label_groups": self.label_groups,
            "day_first": self.day_first,
            "missing": list(self.missing),
            "label_targets": list(self.label_targets),
            "confidence": self.confidence,
            **({"values": [list(value) for value in self.values]} if self.values else {}),
            **({"joins": [list(join) for join in self.joins]} if self.joins else {}),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "TableMapping":
        """Return the mapping that `as_json` described."""
        return cls(
            source=data["source"],
            kind=RecordKind(data["kind"]),
            reason=data["reason"],
            columns=tuple(ColumnMapping.from_json(column) for column in data["columns"]),
            constants=tuple((target, value) for target, value in data["constants"]),
            label_groups=data["label_groups"],
            day_first=data["day_first"],
            missing=tuple(data["missing"]),
            label_targets=tuple(data.get("label_targets", ())),
            confidence=data.get("confidence", 100),
            values=tuple((target, given, answer) for target, given, answer in data.get("values", ())),
            joins=tuple((target, joint) for target, joint in data.get("joins", ())),
        )

    def with_missing(self, missing: tuple[str, ...]) -> "TableMapping":
        """Return the same mapping with other targets still missing."""
        return replace(self, missing=missing)
