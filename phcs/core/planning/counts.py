"""How many rows and records a plan creates, updates, links …; counts of chunks add up."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from phcs.core.findings import FindingCode
from phcs.core.planning.actions import Action, PlannedRow
from phcs.core.records import RecordKind

_DONE = (Action.CREATE, Action.UPDATE, Action.LINK, Action.UNCHANGED)
_REPEATED = frozenset({FindingCode.ROW_REPEATED, FindingCode.ROW_REPEATED_DIFFERENTLY})


class PlanCounts:
    """Counts planned rows. Rows that are skipped or rejected count for the kind that their table is about.

    `kind` is that of the first table, `kinds` those of all.
    """

    def __init__(self, *, kind: RecordKind = RecordKind.CASE, kinds: Collection[RecordKind] = ()) -> None:
        self.kind = kind
        self.kinds = frozenset({kind, *kinds})
        self.rows: Counter[str] = Counter()
        self.records: dict[RecordKind, Counter[str]] = {kind: Counter() for kind in RecordKind}
        self.duplicates_in_file = 0
        self.needs_decision = 0

    def add(self, row: PlannedRow, *, kind: RecordKind | None = None) -> None:
        """Count one row and its actions; `kind` is what its table is about, where that is another."""
        self.rows[row.outcome] += 1
        for action in row.actions:
            self.records[action.kind][action.action] += 1
        if row.outcome in {Action.SKIP, Action.REJECT}:
            self.records[kind or self.kind][row.outcome] += 1
        for finding in row.findings:
            self.duplicates_in_file += finding.code in _REPEATED
            self.needs_decision += finding.code is FindingCode.MATCH_UNDECIDED

    def merge(self, other: "PlanCounts") -> None:
        """Add the counts of other rows."""
        self.kinds |= other.kinds
        self.rows.update(other.rows)
        for kind, counted in other.records.items():
            self.records[kind].update(counted)
        self.duplicates_in_file += other.duplicates_in_file
        self.needs_decision += other.needs_decision

    def as_json(self) -> dict[str, Any]:
        """Return plain data; every count is there, also when it is 0."""
        shown = {
            kind.value: {action.value: self.records[kind][action] for action in self._shown(kind)}
            for kind in RecordKind
            if not kind.is_history or kind in self.kinds or any(self.records[kind].values())
        }
        return {
            **shown,
            "rows": {action.value: self.rows[action] for action in Action},
            "duplicates_in_file": self.duplicates_in_file,
            "needs_decision": self.needs_decision,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], *, kind: RecordKind = RecordKind.CASE) -> "PlanCounts":
        """Return the counts that `as_json` described."""
        counts = cls(kind=kind)
        counts.rows.update(data["rows"])
        for shown in RecordKind:
            counts.records[shown].update(data.get(shown.value, {}))
        counts.duplicates_in_file = data["duplicates_in_file"]
        counts.needs_decision = data["needs_decision"]
        return counts

    def _shown(self, kind: RecordKind) -> tuple[Action, ...]:
        counted = self.records[kind]
        shown = (
            kind in self.kinds or kind is RecordKind.CASE or counted[Action.SKIP] or counted[Action.REJECT]
        )
        return (*_DONE, Action.SKIP, Action.REJECT) if shown else _DONE
