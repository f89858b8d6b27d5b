"""Source row → record and findings: every problem of a row at once, never just the first.

Errors keep a row out of the plan, warnings do not, notes inform. The codes are in `findings`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from phcs.core.documents import FilesOfUpload
from phcs.core.findings import Finding, FindingCode, RowStatus, Severity, row_status
from phcs.core.mapping.case_facts import derived_case_id, read_case, read_row_status
from phcs.core.mapping.document_rows import read_document_row
from phcs.core.mapping.dropping import dropped_positions
from phcs.core.mapping.gathering import Gatherer
from phcs.core.mapping.history_facts import HistoryReader
from phcs.core.mapping.history_rows import read_history_row, read_pet_row
from phcs.core.mapping.mapped_row import MappedRow, MappedTable
from phcs.core.mapping.owner_facts import read_owner, read_row_pets
from phcs.core.mapping.rules import CheckRules, CheckSettings
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.targets import SHORTEST_LIMIT, character_limit, is_id
from phcs.core.reading.tables import SourceRow
from phcs.core.records import RecordKind, RowRecord
from phcs.core.row_flags import flag_findings, without_errors
from phcs.core.sources import source_named
from phcs.core.values.damaged_ids import is_damaged_id
from phcs.core.values.texts import parse_yes_no

__all__ = ["CheckSettings", "CheckedRow", "RowChecker"]

_SKIPS = (
    ("row.staff_block", FindingCode.ROW_STAFF_BLOCK),
    ("row.anonymised", FindingCode.ROW_ANONYMISED),
)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """What a row says and what is wrong with it; the record of a row with errors is for showing only."""

    row_no: int
    record: RowRecord
    findings: tuple[Finding, ...]
    status: RowStatus


class RowChecker:
    """Checks the rows of one table; made once for each table, it then never raises on what cells hold."""

    def __init__(
        self,
        mapping: TableMapping,
        headings: tuple[str, ...],
        settings: CheckSettings,
        now: datetime,
        files: FilesOfUpload | None = None,
    ) -> None:
        """Prepare the check; `now` has a zone. Raises InvalidInputError for settings that cannot be.

        `files` are looked up for a table of documents; None where nobody knows what the upload holds.
        """
        self._files = files
        self._gatherer = Gatherer(mapping, source_named(mapping.source))
        self._rules = CheckRules.of(settings=settings, day_first=mapping.day_first, now=now)
        self._table = MappedTable.of(mapping=mapping, headings=headings)
        self._fed = frozenset(column.position for column in mapping.columns if column.target)
        self.dropped = dropped_positions(mapping)
        """Positions of the columns whose cells are checked by nobody and kept nowhere."""
        self._record_of = self._reading_of(mapping)
        self._ids = tuple(target for target in self._table.heading_of_target if is_id(target))
        self._has_marks = any(target in self._table.heading_of_target for target, _ in _SKIPS)

    def check(self, row: SourceRow) -> CheckedRow:
        """Return the record of this row with every finding about it."""
        cells = row.cells
        if len(cells) < self._gatherer.width:
            cells = cells + [""] * (self._gatherer.width - len(cells))
        if row.flags:
            cells = without_errors(cells, row.flags)
        values, positions, rewritten = self._gatherer.gather(cells)
        mapped = MappedRow(values, positions, self._table, rewritten)
        if row.flags:
            mapped.findings += flag_findings(row.flags, row.cells, self._table.headings, self._fed)
        skip = self._skip_code(mapped) if self._has_marks else None
        if skip is not None:
            mapped.add(skip, Severity.NOTE, skip.value)
            record = RowRecord(skip=skip.value)
        else:
            if rewritten is not None:
                mapped.add_marks(rewritten)
            _set_damaged_ids_aside(mapped, self._ids)
            _cut_long_values(mapped)
            record = self._record_of(mapped)
        findings = tuple(mapped.findings)
        status = row_status(findings) if findings else RowStatus.VALID
        return CheckedRow(row.row_no, record, findings, status)

    @staticmethod
    def _skip_code(row: MappedRow) -> FindingCode | None:
        """Return why the whole row is passed over, None for a row about a person."""
        return next((code for target, code in _SKIPS if parse_yes_no(row.values.get(target, ""))), None)

    def _case_record(self, row: MappedRow) -> RowRecord:
        status = read_row_status(row)
        owner = read_owner(row, self._rules, is_flagged=status.is_flagged)
        spare: dict[str, str] = {}
        pets = read_row_pets(row, self._rules, spare)
        case = read_case(row, self._rules, status=status, custom=spare)
        case_id = row.values.get("case.external_id") or derived_case_id(owner, pets, case)
        return RowRecord(owner, row.values.get("owner.external_id", ""), pets, case, case_id)

    def _owner_record(self, row: MappedRow) -> RowRecord:
        owner = read_owner(row, self._rules, is_flagged=False)
        pets = read_row_pets(row, self._rules, owner.custom)
        return RowRecord(owner, row.values.get("owner.external_id", ""), pets)

    def _reading_of(self, mapping: TableMapping) -> Callable[[MappedRow], RowRecord]:
        """Return what reads the rows of a table of this kind."""
        if mapping.kind is RecordKind.CASE:
            return self._case_record
        if mapping.kind is RecordKind.OWNER:
            return self._owner_record
        if mapping.kind is RecordKind.PET:
            return partial(read_pet_row, rules=self._rules)
        mark = source_named(mapping.source).decimal_mark
        reader = HistoryReader(mapping, self._rules, decimal_mark=mark)
        read = partial(read_history_row, rules=self._rules, reader=reader)
        if mapping.kind is RecordKind.DOCUMENT and self._files is not None:
            return partial(read_document_row, read=read, files=self._files)
        return read


def _set_damaged_ids_aside(row: MappedRow, ids: tuple[str, ...]) -> None:
    """Note and take away ids that a spreadsheet has shortened: two rows that share one need not mean the same."""
    for target in ids:
        if target in row.values and is_damaged_id(row.values[target]):
            row.add(FindingCode.ID_DAMAGED, Severity.WARNING, target)
            del row.values[target]


def _cut_long_values(row: MappedRow) -> None:
    """Note and cut every text that is longer than its field; the row is an error, so nothing is lost."""
    if max(map(len, row.values.values()), default=0) <= SHORTEST_LIMIT:
        return
    for target, text in row.values.items():
        if len(text) > character_limit(target):
            limit = character_limit(target)
            row.add(FindingCode.VALUE_TOO_LONG, Severity.ERROR, target, detail=str(limit))
            row.values[target] = text[:limit]
