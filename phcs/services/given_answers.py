"""Answers about duplicates as they lie in the tables: beside the import, on the plan's rows, and for later imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.matching.deciding import MatchOutcome
from phcs.core.matching.questions import Answer
from phcs.models.imports import Import
from phcs.models.plans import MatchDecision, PlanRow
from phcs.queries.among import among
from phcs.services import bulk
from phcs.services.kept_answers import forget_answers, keep_answers, persons_of_rows

VALUES = (
    "same",
    "lasting",
    "rules",
    "planned",
    "taken_back",
    "decided_by",
    "decided_by_name",
    "decided_at",
)
KEYS = ("import_id", "table_no", "row_no", "owner_id", "organisation_id")
Pair = tuple[int, UUID]
"""A row and the owner that the answer is about."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One person's answer to one question: whether the owner of this row is that owner."""

    row_no: int
    owner_id: UUID
    answer: Answer


def require_asked(session: Session, found: Import, given: Sequence[GivenAnswer]) -> dict[int, str]:
    """Give the rules that asked, row by row.

    A row that was linked by resemblance or by an id asks too, but takes no "same": it is so already. Raises
    InvalidInputError for the first row that does not ask about its owner, and for two answers to one row.
    """
    rows = session.execute(
        sa.select(PlanRow.row_no, PlanRow.owner_id, PlanRow.undecided, PlanRow.match).where(
            PlanRow.organisation_id == found.organisation_id,
            PlanRow.import_id == found.id,
            PlanRow.table_no == 1,
            among(session, PlanRow.row_no, [one.row_no for one in given]),
        )
    ).all()
    asking = {row.row_no: row for row in rows if row.undecided or _is_linked(row)}
    for one in given:
        row = asking.get(one.row_no)
        if row is None or _asked_about(row) != one.owner_id or (one.answer.is_same and not row.undecided):
            raise InvalidInputError(
                f"Row {one.row_no} does not ask about this owner. Look at the list again."
            )
    if len(asking) != len(given):
        raise InvalidInputError("A row is answered twice. Give one answer for each row.")
    return {row_no: str(row.match.get("rules", "")) for row_no, row in asking.items()}


def keep_given(
    session: Session,
    found: Import,
    given: Sequence[GivenAnswer],
    *,
    rules: Mapping[int, str],
    actor: Actor,
    now: datetime,
) -> None:
    """Keep answers that were asked for (`require_asked`) in place of earlier ones to the same questions."""
    standing = _standing(session, found, [one.row_no for one in given])
    who = (actor.id, actor.name, now)
    earlier: list[tuple[Any, ...]] = []
    first: list[tuple[Any, ...]] = []
    for one in given:
        key = (found.id, 1, one.row_no, one.owner_id, found.organisation_id)
        values = (one.answer.is_same, one.answer.is_lasting, rules[one.row_no], False, False, *who)
        (earlier if (one.row_no, one.owner_id) in standing else first).append((*values, *key))
    bulk.update_rows(session, MatchDecision, KEYS, VALUES, earlier)
    bulk.insert_rows(session, MatchDecision, (*VALUES, *KEYS), first)
    _mark(session, found, [(one.row_no, str(one.answer)) for one in given])
    persons = persons_of_rows(session, found, [one.row_no for one in given])
    lasting, passing = {}, []
    for one in given:
        if person := persons.get(one.row_no):
            if one.answer.is_lasting:
                lasting[person, one.owner_id] = (one.row_no, one.answer.is_same)
            else:
                passing.append((person, one.owner_id))
    forget_answers(session, found.organisation_id, passing)
    keep_answers(session, found, actor=actor, now=now, pairs=lasting)


def take_back_given(session: Session, found: Import, pairs: Sequence[Pair]) -> None:
    """Take answers back: one that the plan does not hold is gone, any other goes when the plan is made anew.

    Raises InvalidInputError for a row that has no such answer.
    """
    standing = _standing(session, found, [row_no for row_no, _ in pairs])
    for pair in pairs:
        if pair not in standing or standing[pair].taken_back:
            raise InvalidInputError(f"Row {pair[0]} has no answer to take back. Look at the list again.")
    waiting = [pair for pair in pairs if not standing[pair].planned]
    _forget_waiting(session, found, waiting)
    held = [(False, True, *_key(found, pair)) for pair in pairs if standing[pair].planned]
    bulk.update_rows(session, MatchDecision, KEYS, ("planned", "taken_back"), held)
    _mark(session, found, [(row_no, "") for row_no, _ in waiting])
    persons = persons_of_rows(session, found, [row_no for row_no, _ in pairs])
    kept = [(persons[row_no], owner_id) for row_no, owner_id in pairs if row_no in persons]
    forget_answers(session, found.organisation_id, kept)


def _standing(session: Session, found: Import, row_numbers: Sequence[int]) -> dict[Pair, Any]:
    """What is answered about these rows, by row and owner."""
    rows = session.execute(
        sa.select(
            MatchDecision.row_no, MatchDecision.owner_id, MatchDecision.planned, MatchDecision.taken_back
        ).where(
            MatchDecision.organisation_id == found.organisation_id,
            MatchDecision.import_id == found.id,
            MatchDecision.table_no == 1,
            among(session, MatchDecision.row_no, row_numbers),
        )
    )
    return {(row.row_no, row.owner_id): row for row in rows}


def _forget_waiting(session: Session, found: Import, pairs: Sequence[Pair]) -> None:
    if pairs:
        session.connection().execute(
            sa.delete(MatchDecision.__table__).where(  # type: ignore[arg-type]
                MatchDecision.organisation_id == found.organisation_id,
                MatchDecision.import_id == found.id,
                MatchDecision.table_no == 1,
                MatchDecision.row_no == sa.bindparam("row"),
                MatchDecision.owner_id == sa.bindparam("whom"),
            ),
            [{"row": row_no, "whom": owner_id} for row_no, owner_id in pairs],
        )


def _mark(session: Session, found: Import, answers: Sequence[tuple[int, str]]) -> None:
    """Write on the plan's rows what has been answered, so that open questions are found by an index."""
    rows: dict[str, list[int]] = {}
    for row_no, answer in answers:
        rows.setdefault(answer, []).append(row_no)
    for answer, numbers in rows.items():
        session.execute(
            sa.update(PlanRow)
            .where(
                PlanRow.organisation_id == found.organisation_id,
                PlanRow.import_id == found.id,
                PlanRow.table_no == 1,
                among(session, PlanRow.row_no, numbers),
            )
            .values(answer=answer)
            .execution_options(synchronize_session=False)
        )


def _key(found: Import, pair: Pair) -> tuple[Any, ...]:
    return (found.id, 1, *pair, found.organisation_id)


def _is_linked(row: Any) -> bool:
    return bool(row.match.get("outcome") == MatchOutcome.LINK.value)


def _asked_about(row: Any) -> UUID | None:
    """Whom a row asks about, or is linked to."""
    asked = row.match.get("owner_id")
    return UUID(asked) if asked else None
