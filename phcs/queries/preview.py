"""The preview: a plan's rows with their findings beside their values, a page at a time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import Finding, RowStatus
from phcs.core.history_titles import stated_title
from phcs.core.records import RecordKind, record_in_full
from phcs.core.row_places import RowPlace
from phcs.models.imports import StagedFinding, StagedRow
from phcs.models.plans import LedgerRow, PlanAction, PlanRow
from phcs.queries.alike_questions import NO_ANSWER
from phcs.queries.among import at_places
from phcs.queries.paging import Page, page_of
from phcs.queries.repaired_cells import repaired_cells
from phcs.queries.row_findings import findings_of_rows


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What promoting does to one record: `facts` for a new one, `changes` `(fact, old, new)` otherwise."""

    kind: RecordKind
    action: str
    record_id: UUID
    facts: dict[str, Any]
    changes: tuple[tuple[str, Any, Any], ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowMatch:
    """Whom the row's owner was found to be, and why; `outcome` is link, review, new or ''."""

    outcome: str
    owner_id: str
    score: int
    evidence: tuple[str, ...]
    explanation: str
    points: tuple[tuple[str, float, str], ...] = ()
    """What speaks for (more than 0 bits) and against, as kind, bits and phrase."""
    rules: str = ""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A staged row, what is wrong with it, and what would become of it."""

    row_no: int
    status: RowStatus
    outcome: str
    reason: str
    undecided: bool
    stale: bool
    cells: tuple[str, ...]
    record: dict[str, Any]
    findings: tuple[Finding, ...]
    changes: tuple[PlannedChange, ...]
    match: RowMatch
    record_kind: str
    record_id: UUID | None
    was: dict[int, str]
    """What the file says in the cells that people have repaired, by position."""
    table_no: int = 1
    history: str = ""
    """What the row's record of a history is called, '' for a row of another kind."""

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewFilter:
    """Which rows to show: by status, outcome, finding code, those that wait for a decision, or stale ones."""

    status: str = ""
    outcome: str = ""
    code: str = ""
    undecided: bool = False
    stale: bool = False
    places: tuple[RowPlace, ...] = ()
    """Only these, where any are named."""
    table_no: int | None = None
    unanswered: bool = False
    """Only rows that wait for a decision which nobody has given since the plan was made."""


def preview_rows(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    wanted: PreviewFilter,
    cursor: str | None = None,
    size: int = 50,
) -> Page[PreviewRow]:
    """The planned rows in file order, in a constant number of queries a page, at any depth."""
    statement = sa.select(PlanRow).where(
        PlanRow.organisation_id == organisation_id, PlanRow.import_id == import_id
    )
    if wanted.status in set(RowStatus):
        statement = statement.where(PlanRow.status == RowStatus(wanted.status))
    if wanted.outcome:
        statement = statement.where(PlanRow.outcome == wanted.outcome)
    if wanted.undecided or wanted.unanswered:
        statement = statement.where(PlanRow.undecided.is_(True))
    if wanted.unanswered:
        statement = statement.where(NO_ANSWER)
    if wanted.table_no is not None:
        statement = statement.where(PlanRow.table_no == wanted.table_no)
    if wanted.places:
        statement = statement.where(at_places(session, PlanRow, wanted.places))
    if wanted.stale:
        statement = statement.where(PlanRow.stale.is_(True))
    if wanted.code:
        statement = statement.where(_has_finding(wanted.code))
    page = page_of(session, statement, keys=[PlanRow.table_no, PlanRow.row_no], cursor=cursor, size=size)
    rows = [row[0] for row in page.rows]
    return page.with_rows(_preview(session, organisation_id, import_id, rows))


def _has_finding(code: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        StagedFinding.import_id == PlanRow.import_id,
        StagedFinding.table_no == PlanRow.table_no,
        StagedFinding.row_no == PlanRow.row_no,
        StagedFinding.organisation_id == PlanRow.organisation_id,
        StagedFinding.code == code,
    )


def _preview(
    session: Session, organisation_id: UUID, import_id: UUID, rows: Sequence[PlanRow]
) -> list[PreviewRow]:
    places = [RowPlace(row.table_no, row.row_no) for row in rows]
    staged = _staged(session, organisation_id, import_id, places)
    findings = findings_of_rows(session, organisation_id, import_id, places)
    changes = _changes(session, organisation_id, import_id, places)
    repaired = repaired_cells(session, organisation_id=organisation_id, import_id=import_id, rows=places)
    return [
        PreviewRow(
            row_no=row.row_no,
            status=row.status,
            outcome=row.outcome,
            reason=row.reason,
            undecided=row.undecided,
            stale=row.stale,
            cells=tuple(staged[place].cells) if place in staged else (),
            record=record_in_full(staged[place].record) if place in staged else {},
            findings=tuple(findings.get(place, ())),
            changes=tuple(changes.get(place, ())),
            match=_match(row.match),
            record_kind=row.record_kind,
            record_id=row.record_id,
            was={at: one.raw for at, one in repaired.get(place, {}).items() if not one.is_row},
            table_no=row.table_no,
            history=stated_title(staged[place].record) if place in staged else "",
        )
        for place, row in zip(places, rows, strict=True)
    ]


def _staged(
    session: Session, organisation_id: UUID, import_id: UUID, places: Collection[RowPlace]
) -> dict[RowPlace, StagedRow]:
    rows = session.scalars(
        sa.select(StagedRow).where(
            StagedRow.organisation_id == organisation_id,
            StagedRow.import_id == import_id,
            at_places(session, StagedRow, places),
        )
    )
    return {RowPlace(row.table_no, row.row_no): row for row in rows}


def _changes(
    session: Session, organisation_id: UUID, import_id: UUID, places: Collection[RowPlace]
) -> dict[RowPlace, list[PlannedChange]]:
    rows = session.scalars(
        sa.select(PlanAction)
        .where(
            PlanAction.organisation_id == organisation_id,
            PlanAction.import_id == import_id,
            at_places(session, PlanAction, places),
        )
        .order_by(PlanAction.table_no, PlanAction.row_no, PlanAction.ordinal)
    )
    found: dict[RowPlace, list[PlannedChange]] = defaultdict(list)
    for row in rows:
        found[RowPlace(row.table_no, row.row_no)].append(
            PlannedChange(
                kind=row.kind,
                action=row.action,
                record_id=row.record_id,
                facts=row.facts,
                changes=tuple((fact, pair[0], pair[1]) for fact, pair in sorted(row.changes.items())),
                evidence=tuple(row.evidence),
            )
        )
    return found


def _match(data: dict[str, Any]) -> RowMatch:
    return RowMatch(
        outcome=data.get("outcome", ""),
        owner_id=data.get("owner_id", ""),
        score=data.get("score", 0),
        evidence=tuple(data.get("evidence", ())),
        explanation=data.get("explanation", ""),
        points=tuple((kind, bits, phrase) for kind, bits, phrase in data.get("points", ())),
        rules=data.get("rules", ""),
    )


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of one source row, as it is kept for ever."""

    row_no: int
    outcome: str
    reason: str
    external_id: str
    record_kind: str
    record_id: UUID | None
    owner_id: UUID | None
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stood."""
        return RowPlace(self.table_no, self.row_no)


def ledger_rows(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    outcome: str = "",
    table_no: int | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[LedgerEntry]:
    """The row ledger of a promoted import in file order."""
    statement = sa.select(LedgerRow).where(
        LedgerRow.organisation_id == organisation_id, LedgerRow.import_id == import_id
    )
    if outcome:
        statement = statement.where(LedgerRow.outcome == outcome)
    if table_no is not None:
        statement = statement.where(LedgerRow.table_no == table_no)
    page = page_of(session, statement, keys=[LedgerRow.table_no, LedgerRow.row_no], cursor=cursor, size=size)
    return page.of(
        lambda row: LedgerEntry(
            row_no=row[0].row_no,
            outcome=row[0].outcome,
            reason=row[0].reason,
            external_id=row[0].external_id,
            record_kind=row[0].record_kind,
            record_id=row[0].record_id,
            owner_id=row[0].owner_id,
            table_no=row[0].table_no,
        )
    )
