"""Appointments of one import that take place at the same time: seen while rows are planned, noted when all are."""

from collections.abc import Sequence
from typing import Any

from phcs.core.history import AppointmentFacts
from phcs.core.overlaps import Booked, booked, overlap_finding, overlaps
from phcs.core.planning import Action, PlannedRow
from phcs.core.records import RecordKind
from phcs.core.row_places import RowPlace
from phcs.models.imports import Import
from phcs.queries.source_tables import TableInPlan
from phcs.services.plan_rows import StagedRecord, finding_cells

_LEFT_OUT = frozenset({Action.SKIP, Action.REJECT})
_AFTER_ALL_OTHERS = 1_000
"""The ordinal of a row's first note here; planning itself finds fewer things in a row."""


class OverlapWatch:
    """Remembers the appointments of a plan in the making, a few hundred bytes each."""

    def __init__(self) -> None:
        self._appointments: list[Booked[RowPlace]] = []
        self._names: dict[int, str] = {}

    def take(self, rows: Sequence[StagedRecord], planned: Sequence[PlannedRow], table: TableInPlan) -> None:
        """See the rows of a chunk; those of other kinds and those that are left out are passed over."""
        if table.kind is not RecordKind.APPOINTMENT:
            return
        self._names[table.table_no] = table.name
        for row, one in zip(rows, planned, strict=True):
            facts = row.record.history
            if one.outcome in _LEFT_OUT or not isinstance(facts, AppointmentFacts):
                continue
            pet = f"{table.source}:{row.record.pet_external_id}" if row.record.pet_external_id else ""
            found = booked(RowPlace(table.table_no, row.row_no), facts, pet=pet)
            if found is not None:
                self._appointments.append(found)

    def noted(self, found: Import) -> list[tuple[Any, ...]]:
        """Give the notes about appointments that overlap, as rows of findings ready to be stored."""
        cells: list[tuple[Any, ...]] = []
        for ordinal, one in enumerate(overlaps(self._appointments), _AFTER_ALL_OTHERS):
            finding = overlap_finding(one, place=self._place(one.earlier, one.later))
            ids = (found.id.hex, one.later.table_no, found.organisation_id.hex)
            row = PlannedRow(one.later.row_no, Action.UNCHANGED, (), (finding,))
            [cell] = finding_cells(ids, row)
            cells.append((*cell[:4], ordinal, *cell[5:]))
        return cells

    def _place(self, earlier: RowPlace, later: RowPlace) -> str:
        row = f"row {earlier.row_no:,}"
        return row if earlier.table_no == later.table_no else f"{row} of “{self._names[earlier.table_no]}”"
