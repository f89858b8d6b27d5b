"""One row side by side: its cells, what they were read as, what PHCS says, and a reason for each difference."""

from dataclasses import dataclass
from typing import Any

from phcs.core.verifying.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class CellDetail:
    """One cell. `text` is the file's own; `repaired` what a person put in its place, None where nobody did."""

    heading: str
    target: str
    text: str
    repaired: str | None = None


@dataclass(frozen=True, slots=True)
class FactDetail:
    """One fact: the cells that feed it, what they were read as, what was there before, and what is live."""

    name: str
    given: str
    stated: Any
    before: Any
    live: Any
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """One record that a row is about; `record_id` is '' where the plan names none."""

    kind: str
    record_id: str
    action: str
    is_live: bool
    facts: tuple[FactDetail, ...]


@dataclass(frozen=True, slots=True)
class RowDetail:
    """A row with everything that it states; `outcome` is '' for a row that the ledger does not have."""

    table_no: int
    table_name: str
    row_no: int
    outcome: str
    reason: str
    cells: tuple[CellDetail, ...]
    records: tuple[RecordDetail, ...]

    @property
    def worst(self) -> Verdict:
        """The worst that became of any of its values."""
        order = list(Verdict)
        found = [fact.verdict for record in self.records for fact in record.facts]
        return max(found, key=order.index, default=Verdict.SAME)
