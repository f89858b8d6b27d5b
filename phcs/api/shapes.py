"""The shapes of answers. The OpenAPI document is made of them, and a test compares them with real answers."""

from typing import Any, NotRequired, TypedDict


class RowCounts(TypedDict):
    """Rows of an import by status."""

    total: int
    valid: int
    warning: int
    error: int


class ColumnShape(TypedDict):
    """One column: what it feeds, or what was thought of and not sure enough, and how sure that is (0 to 100)."""

    heading: str
    target: str
    suggested: str
    confidence: int
    reason: str


class SourceTableShape(TypedDict):
    """One table of the file; `waits` while somebody has to see its mapping before rows are checked.

    `notes` are sentences for people on how it was read.
    """

    number: int
    name: str
    kind: str
    source: str
    rows: int
    waits: bool
    notes: list[str]
    columns: list[ColumnShape]
    first_rows: list[list[str]]


class LeftOutShape(TypedDict):
    """A part of the file of which nothing is imported, and why; `rows` is null where they were not counted."""

    name: str
    reason: str
    rows: int | None


class PlanShape(TypedDict):
    """What approving would do: records of each kind by action, and the fingerprint that an approval names."""

    fingerprint: str
    owner: dict[str, int]
    pet: dict[str, int]
    case: dict[str, int]


class FailureShape(TypedDict):
    """Why an import failed: a stable code, and a sentence for people."""

    code: str
    sentence: str


class ProgressShape(TypedDict):
    """How far a worker is; `stage` is '' while nobody works on it."""

    stage: str
    percent: int
    rows_done: int
    rows_total: int
    rows_per_second: int
    seconds_left: int | None


class ImportShape(TypedDict):
    """One import in numbers, as `flask imports run --json` prints it, with progress and what to call next.

    `columns` and `first_rows` are those of the first table.
    """

    id: str
    external_id: str | None
    file_name: str
    uploaded_by: str
    uploaded_at: str
    state: str
    source: str
    tables: list[SourceTableShape]
    left_out: list[LeftOutShape]
    rows: RowCounts
    plan: PlanShape
    findings: dict[str, int]
    duplicates_in_file: int
    needs_decision: int
    timings: dict[str, float]
    peak_memory_mb: int
    stale_rows: NotRequired[int]
    failure: NotRequired[FailureShape]
    retention: dict[str, str | None]
    webhook_secret: NotRequired[str]
    progress: ProgressShape
    columns: list[ColumnShape]
    first_rows: list[list[str]]
    links: dict[str, str]


class ImportLineShape(TypedDict):
    """One line of the history."""

    id: str
    external_id: str | None
    state: str
    file_name: str
    source: str
    kind: str
    rows: RowCounts
    uploaded_by: str
    uploaded_at: str
    decided_by: str | None
    decided_at: str | None
    finished_at: str | None


class ImportPageShape(TypedDict):
    """A page of the history; `next` is the cursor of the following page."""

    imports: list[ImportLineShape]
    next: str | None


AdminLineShape = TypedDict(
    "AdminLineShape",
    {
        "import": str,
        "state": str,
        "file_name": str,
        "source": str,
        "kind": str,
        "rows": RowCounts,
        "uploaded_by": str,
        "uploaded_at": str,
        "decided_by": str | None,
        "decided_at": str | None,
        "finished_at": str | None,
    },
)


class AdminHistoryShape(TypedDict):
    """A page of the history as the mission's own names give it."""

    imports: list[AdminLineShape]
    next: str | None


class FindingShape(TypedDict):
    """What a person should know about a cell or row; the codes are stable."""

    code: str
    severity: str
    column: str
    value: str
    detail: str
    sentence: str


class ChangeShape(TypedDict):
    """What promoting does to one record: `facts` of a new one, else the old and new value of each fact."""

    kind: str
    action: str
    id: str
    facts: dict[str, Any]
    changes: dict[str, list[Any]]


class MatchShape(TypedDict):
    """Whom the row's owner was found to be, and why; `outcome` is link, review, new or ''."""

    outcome: str
    owner: str | None
    score: int
    evidence: list[str]
    explanation: str


class RowShape(TypedDict):
    """A staged row, what is wrong with it, and what would become of it."""

    table: int
    row: int
    status: str
    outcome: str
    reason: str
    needs_decision: bool
    stale: bool
    cells: list[str]
    record: dict[str, Any]
    findings: list[FindingShape]
    changes: list[ChangeShape]
    match: MatchShape


class RowPageShape(TypedDict):
    """A page of staged rows in file order."""

    rows: list[RowShape]
    next: str | None


class FindingGroupShape(TypedDict):
    """All findings of one code and severity, with how many there are."""

    code: str
    severity: str
    rows: int
    sentence: str


class FindingGroupsShape(TypedDict):
    """The findings of an import in groups: errors first, the most frequent first."""

    findings: list[FindingGroupShape]


class ReversalShape(TypedDict):
    """One undo or redo of an import; `fingerprint` is what an approval names once `state` is `planned`."""

    number: int
    direction: str
    state: str
    fingerprint: str
    records: dict[str, int]
    requested_by: str
    requested_at: str
    decided_by: str | None
    decided_at: str | None
    finished_at: str | None


class UndoShape(TypedDict):
    """What can be asked for (`undo`, `redo` or null), until when, and every undo and redo so far, newest first."""

    offered: str | None
    until: str | None
    refusal: str
    reversals: list[ReversalShape]


class HealthShape(TypedDict):
    """That the process answers."""

    status: str


class ReadinessShape(TypedDict):
    """Whether each part does its work, and for how long the oldest import has waited for a worker."""

    status: str
    checks: dict[str, str]
    oldest_wait_seconds: float | None


class ProblemShape(TypedDict):
    """Problem details (RFC 9457); programs go by `code`, people read `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
