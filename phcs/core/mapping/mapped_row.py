"""One row on its way from cells to facts: its texts by target, and what was found about them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.mapping.rewriting import Rewritten
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.targets import CLOCK

_VALUE_CHARACTERS = 200
_NOTHING: Mapping[str, str] = {}

_OWNER_DETAILS = frozenset(
    f"owner.{name}" for name in ("address", "city", "region", "postal_code", "country", "birth_date", "notes")
)
_NO_PET_DETAILS = frozenset({"pet.name", "pet.species", "pet.breed"})
"""What is read of pets in any case."""
_CLOCKED = ("case.opened_at", "case.scheduled_at", "row.waiting_since", "case.closed_at")


@dataclass(frozen=True, slots=True)
class MappedTable:
    """The file's own headings (of every column; of the column that may feed a target), and what is mapped at all.

    What no column and no constant feeds need not be looked for in each row. `clocked` is the date of a case whose time
    of day stands in a column of its own.
    """

    headings: tuple[str, ...]
    heading_of_target: dict[str, str]
    has_custom: bool
    has_owner_details: bool
    has_pet_details: bool
    has_pets: bool
    clocked: str = ""

    @classmethod
    def of(cls, *, mapping: TableMapping, headings: tuple[str, ...]) -> "MappedTable":
        """Return what is the same for every row of this table."""
        fed_by = {column.target: column.heading for column in reversed(mapping.columns) if column.target}
        targets = frozenset(fed_by) | dict(mapping.constants).keys()
        may_have_labels = mapping.label_groups
        return cls(
            headings=headings,
            heading_of_target=fed_by,
            has_custom=any(".custom." in target for target in targets),
            has_owner_details=bool(targets & _OWNER_DETAILS),
            has_pet_details=may_have_labels
            or any(target.startswith("pet.") for target in targets - _NO_PET_DETAILS),
            has_pets=may_have_labels or bool(targets & _NO_PET_DETAILS),
            clocked=_clocked(mapping),
        )


def _clocked(mapping: TableMapping) -> str:
    """Return the date of a case that a time of day in a column of its own belongs to: the one that stands nearest."""
    places = {column.target: column.position for column in reversed(mapping.columns) if column.target}
    if CLOCK not in places:
        return ""
    dates = [target for target in _CLOCKED if target in places]
    return min(dates, key=lambda target: abs(places[target] - places[CLOCK]), default="")


class MappedRow:
    """The texts of one row and the findings so far.

    `given` are the file's own texts where the mapping has put others in their place, `kept` the targets whose
    text stays as it is and is not read.
    """

    __slots__ = ("_positions", "findings", "given", "kept", "table", "values")

    def __init__(
        self,
        values: dict[str, str],
        positions: dict[str, int],
        table: MappedTable,
        rewritten: Rewritten | None = None,
    ) -> None:
        self.values = values
        self.findings: list[Finding] = []
        self._positions = positions
        self.table = table
        self.given: Mapping[str, str] = _NOTHING
        self.kept: Collection[str] = ()
        if rewritten is not None:
            self.given, self.kept = rewritten.given, rewritten.kept

    def heading_of(self, target: str) -> str:
        """Return the file's own heading of the column that feeds this target, '' where none does."""
        position = self._positions.get(target, -1)
        if 0 <= position < len(self.table.headings):
            return self.table.headings[position]
        return self.table.heading_of_target.get(target, "")

    def add(
        self, code: FindingCode, severity: Severity, target: str = "", *, value: str = "", detail: str = ""
    ) -> None:
        """Note a finding about this target, with the text as the file gives it.

        `value` stands in where only part of the cell is meant.
        """
        text = value or self.given.get(target) or self.values.get(target, "")
        self.findings.append(
            Finding(code, severity, self.heading_of(target), text[:_VALUE_CHARACTERS], detail)
        )

    def add_marks(self, rewritten: Rewritten) -> None:
        """Note what the mapping itself has to say of this row's values."""
        for code, severity, target, detail in rewritten.marks:
            self.add(code, severity, target, detail=detail)

    def custom(self, prefix: str) -> dict[str, str]:
        """Return the custom fields (`owner.custom.` or `case.custom.`) of this row."""
        if not self.table.has_custom:
            return {}
        start = len(prefix)
        return {target[start:]: text for target, text in self.values.items() if target.startswith(prefix)}
