"""What verification has counted, in the file and in the database, before it is put into equations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from phcs.core.planning.actions import Action
from phcs.core.records import RecordKind
from phcs.core.verifying.columns import ColumnAccount
from phcs.core.verifying.sampling import RowKey

MOST_SHOWN = 200
"""Problems of one sort that are listed one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not add up, and where: a row, a record, or an event. Its sentence holds no value."""

    code: str
    sentence: str
    table_no: int = 0
    row_no: int = 0
    kind: str = ""
    record_id: str = ""


@dataclass(slots=True)
class Problems:
    """All problems by code, the first ones in full."""

    counts: Counter[str] = field(default_factory=Counter)
    shown: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Count a problem, and keep it while there is room."""
        self.counts[problem.code] += 1
        if self.counts[problem.code] <= MOST_SHOWN:
            self.shown.append(problem)

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


@dataclass(slots=True)
class TableAccount:
    """The rows of one table: in the file when first read and now, and in the row ledger."""

    table_no: int
    name: str
    kind: str
    rows_first: int
    rows_now: int = 0
    ledger: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    equal_digests: int = 0
    missing: int = 0
    surplus: int = 0
    columns: Sequence[ColumnAccount] = ()


@dataclass(frozen=True, slots=True)
class RecordAccount:
    """One record kind: what the approved plan says, what the audit trail tells, what is live.

    `planned` and `told` count by action. `live` are the records that name this import as the one that made them.
    """

    kind: RecordKind
    planned: Mapping[Action, int]
    told: Mapping[str, int]
    live: int


@dataclass(slots=True)
class TrailAccount:
    """The records that the import touched, compared one by one with what the trail says of them.

    `statements` are the external ids that the trail says were stated; each is found, taken back or moved since, or
    lost.
    """

    records: Counter[RecordKind] = field(default_factory=Counter)
    as_told: Counter[RecordKind] = field(default_factory=Counter)
    taken_back: Counter[RecordKind] = field(default_factory=Counter)
    unknown: Counter[RecordKind] = field(default_factory=Counter)
    statements: int = 0
    found_ids: int = 0
    moved_ids: int = 0


@dataclass(frozen=True, slots=True)
class ChainAccount:
    """A chain of the audit trail: what its anchor or head says, and what is there."""

    name: str
    chain_id: str
    expected: int
    events: int
    is_intact: bool
    sentence: str


@dataclass(slots=True)
class Accounts:
    """Everything that was counted. Without the file (`file_note` says why) its rows were not counted again."""

    tables: list[TableAccount] = field(default_factory=list)
    planned_rows: Mapping[Action, int] = field(default_factory=dict)
    records: list[RecordAccount] = field(default_factory=list)
    trail: TrailAccount = field(default_factory=TrailAccount)
    chains: list[ChainAccount] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    file_note: str = ""
    plan_note: str = ""
    sample: tuple[RowKey, ...] = ()
