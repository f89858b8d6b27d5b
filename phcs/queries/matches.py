"""Every match of an import's plan: which row was held against whom, with what answer, and why."""

from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import InvalidInputError, PurgedError
from phcs.core.matching.deciding import MatchOutcome
from phcs.core.records import RecordKind
from phcs.models.imports import Import
from phcs.models.plans import MatchDecision, PlanAction, PlanRow
from phcs.models.records import ExternalId
from phcs.queries.among import among, checked
from phcs.queries.source_tables import TableInPlan, tables_in_plan

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Match:
    """One row's answer; the field names are the headings of the download.

    `matched_owner_id` is who the row is linked to or may be, '' for a new owner; it may be one that an earlier row of
    the file makes. `matched_external_id` is what the import's source calls that owner, '' where it has no name for it.
    `bits` are log2 of the odds by these `rules`, 0 where it is certain. `decided_by` is who answered, if anybody was
    asked. `would_be` is the answer that was not followed, because the import creates every owner, and
    `would_be_owner_id` whom it was about. `table` is the name of the row's table, '' where the import has only one.
    """

    row: int
    external_id: str
    outcome: str
    matched_owner_id: str
    matched_external_id: str
    score: int
    explanation: str
    bits: float
    rules: str
    decided_by: str
    would_be: str
    would_be_owner_id: str
    table: str = ""

    def cells(self) -> tuple[Any, ...]:
        """The values in the order of MATCH_COLUMNS."""
        return astuple(self)


MATCH_COLUMNS = tuple(field.name for field in fields(Match))


def matches(session: Session, *, organisation_id: UUID, import_id: UUID) -> Iterator[Match]:
    """The matches in file order, read some thousand rows at a time. The import is known to be the organisation's.

    Rows that are rejected or repeat another have none. Raises PurgedError when the plan was deleted because its time
    had come, InvalidInputError when there is none (yet); both before the first match.
    """
    found = session.execute(
        sa.select(Import).where(Import.organisation_id == organisation_id, Import.id == import_id)
    ).scalar_one()
    if found.rows_purge_begun_at:
        raise PurgedError(
            "The staged rows and the plan of this import were deleted because their time had come."
        )
    if not found.plan_fingerprint:
        raise InvalidInputError("This import has no plan, so nobody was matched yet.")
    tables = tables_in_plan(session, found)
    session.expunge(found)
    return (
        match
        for table in tables
        for match in _matches(session, organisation_id, import_id, table, is_named=len(tables) > 1)
    )


def _matches(
    session: Session, organisation_id: UUID, import_id: UUID, table: TableInPlan, *, is_named: bool
) -> Iterator[Match]:
    """Those of one table; with its name where the import has several."""
    after = -1
    while True:
        rows = session.execute(
            sa.select(PlanRow.row_no, PlanRow.external_id, PlanRow.match)
            .where(
                checked(PlanRow.organisation_id, organisation_id),
                PlanRow.import_id == import_id,
                PlanRow.table_no == table.table_no,
                PlanRow.row_no > after,
            )
            .order_by(PlanRow.row_no)
            .limit(ROWS_AT_ONCE)
        ).all()
        if not rows:
            return
        after = rows[-1].row_no
        matched = {UUID(row.match["owner_id"]) for row in rows if row.match.get("owner_id")}
        names = _external_ids(session, organisation_id, import_id, table.source, matched)
        people = _deciders(
            session, organisation_id, import_id, table.table_no, first=rows[0].row_no, last=after
        )
        for row in rows:
            if row.match:
                yield _match(row, names, people, table=table.name if is_named else "")


def _match(row: Any, names: dict[str, str], people: dict[tuple[int, str], str], *, table: str) -> Match:
    told = row.match
    is_new = told["outcome"] == MatchOutcome.NEW
    candidate = told.get("owner_id", "")
    owner_id = "" if is_new else candidate
    return Match(
        row=row.row_no,
        external_id=row.external_id,
        outcome=told["outcome"],
        matched_owner_id=owner_id,
        matched_external_id=names.get(owner_id, ""),
        score=told["score"],
        explanation=told["explanation"],
        bits=told.get("bits", 0.0),
        rules=told.get("rules", ""),
        decided_by=people.get((row.row_no, candidate), ""),
        would_be=told.get("would_be", ""),
        would_be_owner_id=candidate if told.get("would_be") else "",
        table=table,
    )


def _deciders(
    session: Session, organisation_id: UUID, import_id: UUID, table_no: int, *, first: int, last: int
) -> dict[tuple[int, str], str]:
    """Who answered about these rows, by row and known owner."""
    rows = session.execute(
        sa.select(MatchDecision.row_no, MatchDecision.owner_id, MatchDecision.decided_by_name).where(
            checked(MatchDecision.organisation_id, organisation_id),
            MatchDecision.import_id == import_id,
            MatchDecision.table_no == table_no,
            MatchDecision.row_no.between(first, last),
        )
    )
    return {(row_no, str(owner_id)): name for row_no, owner_id, name in rows}


def _external_ids(
    session: Session, organisation_id: UUID, import_id: UUID, source: str, owners: Collection[UUID]
) -> dict[str, str]:
    """What the source calls these owners, live ones and those that the plan makes; the first id of each."""
    if not owners:
        return {}
    live = session.execute(
        sa.select(ExternalId.record_id, ExternalId.external_id)
        .where(
            checked(ExternalId.organisation_id, organisation_id),
            ExternalId.source == source,
            ExternalId.kind == RecordKind.OWNER,
            among(session, ExternalId.record_id, owners),
        )
        .order_by(ExternalId.external_id.desc())
    ).all()
    planned = session.execute(
        sa.select(PlanAction.record_id, PlanAction.external_id)
        .where(
            checked(PlanAction.organisation_id, organisation_id),
            PlanAction.import_id == import_id,
            PlanAction.kind == RecordKind.OWNER,
            PlanAction.external_id != "",
            among(session, PlanAction.record_id, owners),
        )
        .order_by(PlanAction.external_id.desc())
    ).all()
    return {str(record_id): external_id for record_id, external_id in (*planned, *live)}
