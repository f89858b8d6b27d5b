"""Appointments of one import that take place at the same time: seen while rows are planned, noted when all are."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from phcs.core.history import AppointmentFacts
from phcs.core.overlaps import Booked, booked, overlap_finding, overlaps_in_order
from phcs.core.planning import Action, PlannedRow
from phcs.core.records import RecordKind
from phcs.core.row_places import RowPlace
from phcs.models.imports import Import
from phcs.queries.source_tables import TableInPlan
from phcs.services.plan_rows import StagedRecord, finding_cells

_LEFT_OUT = frozenset({Action.SKIP, Action.REJECT})
_AFTER_ALL_OTHERS = 1_000
"""The ordinal of a row's first note here; planning itself finds fewer things in a row."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BEFORE_ALL = 1 << 60
"""Makes a time of the calendar positive, in microseconds."""
_NOBODY = 0


class OverlapWatch:
    """Remembers the appointments of a plan in the making as numbers: 40 bytes each, and each vet's name once."""

    def __init__(self) -> None:
        self._starts, self._ends, self._pets = array("q"), array("q"), array("q")
        self._tables, self._rows, self._vets = array("i"), array("i"), array("i")
        self._vet_numbers: dict[tuple[str, str], int] = {}
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
                self._remember(found)

    def noted(self, found: Import) -> Iterator[tuple[Any, ...]]:
        """Give the notes about appointments that overlap, as rows of findings ready to be stored."""
        for ordinal, one in enumerate(overlaps_in_order(self._in_order()), _AFTER_ALL_OTHERS):
            finding = overlap_finding(one, place=self._place(one.earlier, one.later))
            ids = (found.id.hex, one.later.table_no, found.organisation_id.hex)
            row = PlannedRow(one.later.row_no, Action.UNCHANGED, (), (finding,))
            [cell] = finding_cells(ids, row)
            yield (*cell[:4], ordinal, *cell[5:])

    def _remember(self, one: Booked[RowPlace]) -> None:
        self._starts.append((one.start - _EPOCH) // _MICROSECOND)
        self._ends.append((one.end - _EPOCH) // _MICROSECOND)
        self._tables.append(one.key.table_no)
        self._rows.append(one.key.row_no)
        self._pets.append(_number(one.pet))
        vet = (one.vet, one.vet_given)
        self._vets.append(self._vet_numbers.setdefault(vet, len(self._vet_numbers)))

    def _in_order(self) -> Iterator[Booked[RowPlace]]:
        """The appointments in order of their start, end and place."""
        starts, ends, tables, rows = self._starts, self._ends, self._tables, self._rows
        vets = list(self._vet_numbers)

        def order(at: int) -> int:  # one number takes a third of what a tuple takes
            times = (starts[at] + _BEFORE_ALL) << 62 | (ends[at] + _BEFORE_ALL)
            return (times << 16 | tables[at]) << 32 | rows[at]

        def moment(microseconds: int) -> datetime:
            return _EPOCH + timedelta(microseconds=microseconds)

        for at in sorted(range(len(starts)), key=order):
            vet, vet_given = vets[self._vets[at]]
            pet = str(self._pets[at]) if self._pets[at] != _NOBODY else ""
            place = RowPlace(tables[at], rows[at])
            yield Booked(place, moment(starts[at]), moment(ends[at]), vet, pet, vet_given)

    def _place(self, earlier: RowPlace, later: RowPlace) -> str:
        row = f"row {earlier.row_no:,}"
        return row if earlier.table_no == later.table_no else f"{row} of “{self._names[earlier.table_no]}”"


def _number(pet: str) -> int:
    """A number for a pet; two pets never share one in practice, and a note is all that would come of it."""
    return int.from_bytes(blake2b(pet.encode(), digest_size=8).digest(), signed=True) if pet else _NOBODY
