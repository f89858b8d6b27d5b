"""The stored file against the ledger and the live records, row by row: read again in a limited child, in chunks."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from phcs.core.checking_order import CheckOrder, HandedRow
from phcs.core.planning.actions import Action
from phcs.core.reading.tables import RowRange, TableReading
from phcs.core.records import RecordKind
from phcs.core.repairing import RowRepairer, raw_row
from phcs.core.verifying.accounts import Accounts, Problem, TableAccount
from phcs.core.verifying.columns import ColumnTally
from phcs.core.verifying.details import RowDetail
from phcs.core.verifying.looks import ChunkWorld, LedgerEntry, PlannedRecord, RowLook, verdicts_of
from phcs.core.verifying.row_details import row_detail
from phcs.core.verifying.sampling import RowKey
from phcs.core.verifying.stated import paired, stated_records
from phcs.core.verifying.trails import expected_record
from phcs.core.verifying.verdicts import RowPlace, Verdict
from phcs.queries.verification_live import holders_of, live_facts_among, normal_value
from phcs.queries.verification_rows import has_repairs, ledger_between, records_between, repairs_between
from phcs.queries.verification_trail import ImportScope, trails_of
from phcs.services.working import Workshop

NOT_IMPORTED = frozenset({Action.SKIP.value, Action.REJECT.value})
LAST_ROW = 2**31 - 1


@dataclass(frozen=True, slots=True)
class TableOrder:
    """One table as it is read again: how it is read, by which rules its rows are checked, and its account."""

    reading: TableReading
    check: CheckOrder
    account: TableAccount
    tally: ColumnTally


@dataclass(slots=True)
class RowsPass:
    """Reads tables again and compares their rows; keeps `wanted` rows in full."""

    session: Session
    scope: ImportScope
    accounts: Accounts
    workshop: Workshop
    promoted_number: int
    has_plan: bool
    wanted: frozenset[RowKey]
    alive: Callable[[int], None]
    """Is called with the rows done after every chunk."""
    details: list[RowDetail] = field(default_factory=list)
    _done: int = 0

    def check_table(self, path: Path, order: TableOrder) -> None:
        """Read one table and account for its rows and columns. Raises UnreadableFileError."""
        repairer = RowRepairer(order.check) if has_repairs(self.session, self.scope) else None
        after = 0
        with self.workshop.reader(path, order.reading, order.check) as reader:
            for chunk in reader.asked(RowRange()):
                if chunk.rows:
                    self._chunk(order, chunk.rows, after, repairer)
                    after = chunk.rows[-1].row_no
                    self._done += len(chunk.rows)
                    self.alive(self._done)
        self._surplus(order, self._ledger(order, after + 1, LAST_ROW))

    def _ledger(self, order: TableOrder, first: int, last: int) -> dict[int, LedgerEntry]:
        table_no = order.account.table_no
        return ledger_between(self.session, self.scope, table_no=table_no, first=first, last=last)

    def _chunk(
        self, order: TableOrder, rows: Sequence[HandedRow], after: int, repairer: RowRepairer | None
    ) -> None:
        first, last = after + 1, rows[-1].row_no
        ledger = self._ledger(order, first, last)
        place = {"table_no": order.account.table_no, "first": first, "last": last}
        repairs = repairs_between(self.session, self.scope, **place) if repairer else {}
        planned = records_between(self.session, self.scope, **place) if self.has_plan else {}
        looks = []
        for row in rows:
            entry = ledger.pop(row.row_no, None)
            self._compare_with_ledger(order.account, row, entry)
            values = repairs.get(row.row_no, {})
            read = _repaired(row, values, order.check, repairer) if repairer and values else row
            looks.append(
                RowLook(row.row_no, entry, orjson.loads(row.cells), orjson.loads(read.record), values)
            )
        self._surplus(order, ledger)
        world = self._world(looks, planned)
        self._fetch_trails(order, looks, world)
        for look in looks:
            self._tell(order, look, world)

    def _compare_with_ledger(self, account: TableAccount, row: HandedRow, entry: LedgerEntry | None) -> None:
        account.rows_now += 1
        at = (account.table_no, row.row_no)
        if entry is None:
            account.missing += 1
            sentence = f"Row {row.row_no} of {account.name} is in the file and not in the row ledger."
            self.accounts.problems.add(Problem("row.missing", sentence, *at))
        elif entry.digest == blake2b(row.cells.encode(), digest_size=16).hexdigest():
            account.equal_digests += 1
        else:
            sentence = (
                f"Row {row.row_no} of {account.name} does not say what it said when it was staged: "
                "its digest is not the one in the row ledger."
            )
            self.accounts.problems.add(Problem("row.digest", sentence, *at))

    def _surplus(self, order: TableOrder, ledger: Mapping[int, LedgerEntry]) -> None:
        account = order.account
        for row_no in ledger:
            account.surplus += 1
            sentence = f"Row {row_no} of {account.name} is in the row ledger and not in the file."
            self.accounts.problems.add(
                Problem("row.surplus", sentence, table_no=account.table_no, row_no=row_no)
            )

    def _world(self, looks: Sequence[RowLook], planned: Mapping[int, list[PlannedRecord]]) -> ChunkWorld:
        """Pair what rows state with the records that the plan names, and fetch what these say now."""
        ids: dict[RecordKind, set[UUID]] = defaultdict(set)
        for records in planned.values():
            for one in records:
                ids[one.kind].add(one.record_id)
        live = live_facts_among(self.session, self.scope, ids)
        external_ids: set[str] = set()
        for look in looks:
            records = planned.get(look.row_no, [])
            look.planned = records
            look.is_imported = look.entry is not None and look.entry.outcome not in NOT_IMPORTED
            look.pairs = paired(
                stated_records(look.record), [(one.kind, one.record_id) for one in records], live
            )
            external_ids.update(text for _, text in look.external_ids())
        return ChunkWorld(live, holders_of(self.session, self.scope, external_ids), normal_value)

    def _fetch_trails(self, order: TableOrder, looks: Sequence[RowLook], world: ChunkWorld) -> None:
        """Ask what the trail says of the records that do not say what their row states, and of those shown in full."""
        if not self.has_plan:
            return
        ids: set[UUID] = set()
        for look in looks:
            if look.is_imported:
                ids |= look.differing(world)
            if (order.account.table_no, look.row_no) in self.wanted:
                ids |= {one.record_id for one in look.planned}
            ids |= {one.record_id for one in look.planned if one.record_id not in world.live}
        world.trails = trails_of(self.session, self.scope, ids)
        world.expected = {record_id: expected_record(trail) for record_id, trail in world.trails.items()}

    def _tell(self, order: TableOrder, look: RowLook, world: ChunkWorld) -> None:
        key = (order.account.table_no, look.row_no)
        place = RowPlace(str(self.scope.import_id), *key, self.promoted_number, self.scope.table_names)
        told = verdicts_of(look, world, place) if self.has_plan and look.is_imported else {}
        verdicts = {name: one.verdict for name, one in told.items()}
        order.tally.add(look.cells, verdicts if look.is_imported else None)
        for name, verdict in verdicts.items():
            if verdict is Verdict.UNEXPLAINED:
                self._unexplained(order.account, look.row_no, name, reason=told[name].reason)
        if key in self.wanted:
            name = order.account.name
            self.details.append(row_detail(look, world, place, order.tally.columns, table_name=name))

    def _unexplained(self, account: TableAccount, row_no: int, name: str, *, reason: str) -> None:
        kind, _, fact = name.partition(".")
        what = f"{kind} · {fact}".replace("_", " ")
        sentence = f"Row {row_no} of {account.name}, {what}: PHCS does not say what the row says. {reason}"
        self.accounts.problems.add(
            Problem("value.unexplained", sentence, table_no=account.table_no, row_no=row_no, kind=kind)
        )


def _repaired(
    row: HandedRow, values: Mapping[int, str], check: CheckOrder, repairer: RowRepairer
) -> HandedRow:
    told = [(code, column, value) for code, _, column, value, _ in row.findings]
    raw = raw_row(row.row_no, orjson.loads(row.cells), told, headings=check.headings, digest=row.digest)
    return repairer.checked(raw, values)
