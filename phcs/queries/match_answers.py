"""What is asked and answered about an import's duplicates: counts, lists, and the question beside another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.questions import Answer, answer_of
from phcs.core.records import RecordKind
from phcs.core.row_places import RowPlace
from phcs.models.imports import StagedRow
from phcs.models.plans import MatchDecision, PlanAction, PlanRow
from phcs.models.records import Owner
from phcs.queries.alike_questions import alike_to, open_questions
from phcs.queries.among import among, at_places
from phcs.queries.paging import Page, page_of

LINES = 50


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """An open question in a list."""

    row_no: int
    incoming: str
    owner_id: UUID
    known: str
    evidence: tuple[str, ...]
    bits: float | None
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer in a list: who said it, when, and by which rules it was asked."""

    row_no: int
    incoming: str
    owner_id: UUID
    known: str
    answer: Answer
    by: str
    at: datetime
    rules: str
    is_planned: bool
    is_taken_back: bool
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


def open_count(session: Session, *, organisation_id: UUID, import_id: UUID) -> int:
    """How many questions are open, by an index of just these."""
    counted = sa.select(sa.func.count()).select_from(PlanRow)
    return session.scalar(counted.where(*open_questions(organisation_id, import_id))) or 0


def waiting_answers(session: Session, *, organisation_id: UUID, import_id: UUID) -> int:
    """How many answers came after the plan (or were taken back), by an index of just these."""
    counted = sa.select(sa.func.count()).select_from(MatchDecision)
    of_import = (MatchDecision.organisation_id == organisation_id, MatchDecision.import_id == import_id)
    return session.scalar(counted.where(*of_import, MatchDecision.planned.is_(False))) or 0


def open_row(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    after: RowPlace | None = None,
    before: RowPlace | None = None,
) -> RowPlace | None:
    """The first open question after a row, or the last before one; without either the first of all."""
    keys = (PlanRow.table_no, PlanRow.row_no)
    order = [key.asc() if before is None else key.desc() for key in keys]
    statement = sa.select(*keys).where(*open_questions(organisation_id, import_id))
    if after is not None:
        statement = statement.where(sa.tuple_(*keys) > tuple(after))
    if before is not None:
        statement = statement.where(sa.tuple_(*keys) < tuple(before))
    found = session.execute(statement.order_by(*order).limit(1)).first()
    return None if found is None else RowPlace(found.table_no, found.row_no)


def question_lines(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    alike: RowPlace | None = None,
    cursor: str | None = None,
    size: int = LINES,
) -> Page[QuestionLine]:
    """The open questions in file order; with `alike` only those of the same kind as that row's."""
    conditions = open_questions(organisation_id, import_id)
    if alike is not None:
        conditions = alike_to(session, organisation_id=organisation_id, import_id=import_id, place=alike)
    columns = (PlanRow.table_no, PlanRow.row_no, PlanRow.owner_id, PlanRow.match)
    statement = sa.select(*columns).where(*conditions)
    page = page_of(session, statement, keys=[PlanRow.table_no, PlanRow.row_no], cursor=cursor, size=size)
    places = [RowPlace(row.table_no, row.row_no) for row in page.rows]
    incoming = incoming_names(session, organisation_id, import_id, places)
    known = known_names(session, organisation_id, import_id, {row.owner_id for row in page.rows})
    return page.of(
        lambda row: QuestionLine(
            row.row_no,
            incoming.get(RowPlace(row.table_no, row.row_no), ""),
            row.owner_id,
            known.get(row.owner_id, ""),
            tuple(row.match.get("evidence", ())),
            row.match.get("bits"),
            row.table_no,
        )
    )


def alike_count(session: Session, *, organisation_id: UUID, import_id: UUID, place: RowPlace) -> int:
    """How many open questions are of the same kind as this row's, itself included."""
    conditions = alike_to(session, organisation_id=organisation_id, import_id=import_id, place=place)
    counted = sa.select(sa.func.count()).select_from(PlanRow).where(*conditions)
    return session.scalar(counted) or 0


def answer_lines(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    answer: Answer | None = None,
    place: RowPlace | None = None,
    cursor: str | None = None,
    size: int = LINES,
) -> Page[AnswerLine]:
    """The answers in file order, of one kind or about one row where asked for."""
    statement = sa.select(MatchDecision).where(
        MatchDecision.organisation_id == organisation_id, MatchDecision.import_id == import_id
    )
    if answer is not None:
        statement = statement.where(MatchDecision.same.is_(answer.is_same))
        if not answer.is_same:
            statement = statement.where(MatchDecision.lasting.is_(answer.is_lasting))
    if place is not None:
        statement = statement.where(at_places(session, MatchDecision, [place]))
    keys = [MatchDecision.table_no, MatchDecision.row_no, MatchDecision.owner_id]
    page = page_of(session, statement, keys=keys, cursor=cursor, size=size)
    places = [RowPlace(row[0].table_no, row[0].row_no) for row in page.rows]
    incoming = incoming_names(session, organisation_id, import_id, places)
    known = known_names(session, organisation_id, import_id, {row[0].owner_id for row in page.rows})
    return page.of(lambda row: _answer_line(row[0], incoming, known))


def _answer_line(one: MatchDecision, incoming: dict[RowPlace, str], known: dict[UUID, str]) -> AnswerLine:
    return AnswerLine(
        row_no=one.row_no,
        incoming=incoming.get(RowPlace(one.table_no, one.row_no), ""),
        owner_id=one.owner_id,
        known=known.get(one.owner_id, ""),
        answer=answer_of(same=one.same, lasting=one.lasting),
        by=one.decided_by_name,
        at=one.decided_at,
        rules=one.rules,
        is_planned=one.planned,
        is_taken_back=one.taken_back,
        table_no=one.table_no,
    )


def incoming_names(
    session: Session, organisation_id: UUID, import_id: UUID, places: Collection[RowPlace]
) -> dict[RowPlace, str]:
    """What the file calls the owners of these rows."""
    rows = session.execute(
        sa.select(StagedRow.table_no, StagedRow.row_no, StagedRow.record).where(
            StagedRow.organisation_id == organisation_id,
            StagedRow.import_id == import_id,
            at_places(session, StagedRow, places),
        )
    )
    return {
        RowPlace(table_no, row_no): (record.get("owner") or {}).get("full_name", "")
        for table_no, row_no, record in rows
    }


def known_names(
    session: Session, organisation_id: UUID, import_id: UUID, owner_ids: Collection[UUID]
) -> dict[UUID, str]:
    """What these owners are called: live ones, and those that earlier rows of the file make."""
    planned: Any = session.scalars(
        sa.select(PlanAction).where(
            PlanAction.organisation_id == organisation_id,
            PlanAction.import_id == import_id,
            PlanAction.kind == RecordKind.OWNER,
            PlanAction.action == "create",
            among(session, PlanAction.record_id, owner_ids),
        )
    )
    names = {one.record_id: str(one.facts.get("full_name", "")) for one in planned}
    live = session.execute(
        sa.select(Owner.id, Owner.full_name).where(
            Owner.organisation_id == organisation_id, among(session, Owner.id, owner_ids)
        )
    )
    return names | {row.id: row.full_name for row in live}
