"""Which column feeds which fact: what a mapping is, as plain data that can be stored and shown."""

from dataclasses import dataclass, replace
from typing import Any

from phcs.core.records import RecordKind


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column's target.

    `target` is `<kind>.<fact>` (`owner.phone`, `case.status`), an id (`owner.external_id`,
    `case.external_id`), one of the row marks (`row.anonymised`, `row.staff_block`, `row.state`,
    `row.tags`, `row.waiting_since`), a custom field (`owner.custom.<key>`), or '' for a column that is
    kept raw and not imported. `confidence` is 0 to 100, `reason` one short phrase for the page, e.g.
    "known WaitWhile heading".
    """

    position: int
    heading: str
    target: str
    confidence: int
    reason: str


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one source table is understood.

    `constants` give one value to every row (`("case.services", "medical")`). `label_groups` says that
    unmapped cells are searched for data-field labels (WaitWhile's five-column groups), `label_targets`
    what the labels seen in the samples feed. `day_first` is the order of day and month in the table's
    ambiguous dates, None where no column decides it.
    `missing` names the required targets that nothing feeds yet; a mapping is complete when it is empty.
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

    @property
    def is_complete(self) -> bool:
        """Whether rows can be checked without asking a person first."""
        return not self.missing

    def as_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` turns back into an equal mapping."""
        return {
            "source": self.source,
            "kind": self.kind.value,
            "reason": self.reason,
            "columns": [
                [column.position, column.heading, column.target, column.confidence, column.reason]
                for column in self.columns
            ],
            "constants": [list(pair) for pair in self.constants],
            "label_groups": self.label_groups,
            "day_first": self.day_first,
            "missing": list(self.missing),
            "label_targets": list(self.label_targets),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "TableMapping":
        """Return the mapping that `as_json` described."""
        return cls(
            source=data["source"],
            kind=RecordKind(data["kind"]),
            reason=data["reason"],
            columns=tuple(ColumnMapping(*column) for column in data["columns"]),
            constants=tuple((target, value) for target, value in data["constants"]),
            label_groups=data["label_groups"],
            day_first=data["day_first"],
            missing=tuple(data["missing"]),
            label_targets=tuple(data.get("label_targets", ())),
        )

    def with_missing(self, missing: tuple[str, ...]) -> "TableMapping":
        """Return the same mapping with other targets still missing."""
        return replace(self, missing=missing)
