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
from phcs.core.row_places import RowPlace
from phcs.models.imports import Import
from phcs.models.plans import MatchDecision, PlanRow
from phcs.queries.among import at_places
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
Pair = tuple[RowPlace, UUID]
"""A row and the owner that the answer is about."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One person's answer to one question: whether the owner of this row is that owner."""

    row_no: int
    owner_id: UUID
    answer: Answer
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


def require_asked(session: Session, found: Import, given: Sequence[GivenAnswer]) -> dict[RowPlace, str]:
    """Give the rules that asked, row by row.

    A row that was linked by resemblance or by an id asks too, but takes no "same": it is so already. Raises
    InvalidInputError for the first row that does not ask about its owner, and for two answers to one row.
    """
    rows = session.execute(
        sa.select(PlanRow.table_no, PlanRow.row_no, PlanRow.owner_id, PlanRow.undecided, PlanRow.match).where(
            PlanRow.organisation_id == found.organisation_id,
            PlanRow.import_id == found.id,
            at_places(session, PlanRow, [one.place for one in given]),
        )
    ).all()
    asking = {RowPlace(row.table_no, row.row_no): row for row in rows if row.undecided or _is_linked(row)}
    for one in given:
        row = asking.get(one.place)
        if row is None or _asked_about(row) != one.owner_id or (one.answer.is_same and not row.undecided):
            raise InvalidInputError(
                f"Row {one.row_no} does not ask about this owner. Look at the list again."
            )
    if len(asking) != len(given):
        raise InvalidInputError("A row is answered twice. Give one answer for each row.")
    return {place: str(row.match.get("rules", "")) for place, row in asking.items()}


def keep_given(
    session: Session,
    found: Import,
    given: Sequence[GivenAnswer],
    *,
    rules: Mapping[RowPlace, str],
    actor: Actor,
    now: datetime,
) -> None:
    """Keep answers that were asked for (`require_asked`) in place of earlier ones to the same questions."""
    places = [one.place for one in given]
    standing = _standing(session, found, places)
    who = (actor.id, actor.name, now)
    earlier: list[tuple[Any, ...]] = []
    first: list[tuple[Any, ...]] = []
    for one in given:
        pair = (one.place, one.owner_id)
        values = (one.answer.is_same, one.answer.is_lasting, rules[one.place], False, False, *who)
        (earlier if pair in standing else first).append((*values, *_key(found, pair)))
    bulk.update_rows(session, MatchDecision, KEYS, VALUES, earlier)
    bulk.insert_rows(session, MatchDecision, (*VALUES, *KEYS), first)
    _mark(session, found, [(one.place, str(one.answer)) for one in given])
    persons = persons_of_rows(session, found, places)
    lasting, passing = {}, []
    for one in given:
        if person := persons.get(one.place):
            if one.answer.is_lasting:
                lasting[person, one.owner_id] = (one.place, one.answer.is_same)
            else:
                passing.append((person, one.owner_id))
    forget_answers(session, found.organisation_id, passing)
    keep_answers(session, found, actor=actor, now=now, pairs=lasting)


def take_back_given(session: Session, found: Import, pairs: Sequence[Pair]) -> None:
    """Take answers back: one that the plan does not hold is gone, any other goes when the plan is made anew.

    Raises InvalidInputError for a row that has no such answer.
    """
    standing = _standing(session, found, [place for place, _ in pairs])
    for pair in pairs:
        if pair not in standing or standing[pair].taken_back:
            raise InvalidInputError(
                f"Row {pair[0].row_no} has no answer to take back. Look at the list again."
            )
    waiting = [pair for pair in pairs if not standing[pair].planned]
    _forget_waiting(session, found, waiting)
    held = [(False, True, *_key(found, pair)) for pair in pairs if standing[pair].planned]
    bulk.update_rows(session, MatchDecision, KEYS, ("planned", "taken_back"), held)
    _mark(session, found, [(place, "") for place, _ in waiting])
    persons = persons_of_rows(session, found, [place for place, _ in pairs])
    kept = [(persons[place], owner_id) for place, owner_id in pairs if place in persons]
    forget_answers(session, found.organisation_id, kept)


def _standing(session: Session, found: Import, places: Sequence[RowPlace]) -> dict[Pair, Any]:
    """What is answered about these rows, by row and owner."""
    rows = session.execute(
        sa.select(
            MatchDecision.table_no,
            MatchDecision.row_no,
            MatchDecision.owner_id,
            MatchDecision.planned,
            MatchDecision.taken_back,
        ).where(
            MatchDecision.organisation_id == found.organisation_id,
            MatchDecision.import_id == found.id,
            at_places(session, MatchDecision, places),
        )
    )
    return {(RowPlace(row.table_no, row.row_no), row.owner_id): row for row in rows}


def _forget_waiting(session: Session, found: Import, pairs: Sequence[Pair]) -> None:
    if pairs:
        session.connection().execute(
            sa.delete(MatchDecision.__table__).where(  # type: ignore[arg-type]
                MatchDecision.organisation_id == found.organisation_id,
                MatchDecision.import_id == found.id,
                MatchDecision.table_no == sa.bindparam("in_table"),
                MatchDecision.row_no == sa.bindparam("row"),
                MatchDecision.owner_id == sa.bindparam("whom"),
            ),
            [
                {"in_table": place.table_no, "row": place.row_no, "whom": owner_id}
                for place, owner_id in pairs
            ],
        )


def _mark(session: Session, found: Import, answers: Sequence[tuple[RowPlace, str]]) -> None:
    """Write on the plan's rows what has been answered, so that open questions are found by an index."""
    rows: dict[str, list[RowPlace]] = {}
    for place, answer in answers:
        rows.setdefault(answer, []).append(place)
    for answer, places in rows.items():
        session.execute(
            sa.update(PlanRow)
            .where(
                PlanRow.organisation_id == found.organisation_id,
                PlanRow.import_id == found.id,
                at_places(session, PlanRow, places),
            )
            .values(answer=answer)
            .execution_options(synchronize_session=False)
        )


def _key(found: Import, pair: Pair) -> tuple[Any, ...]:
    place, owner_id = pair
    return (found.id, place.table_no, place.row_no, owner_id, found.organisation_id)


def _is_linked(row: Any) -> bool:
    return bool(row.match.get("outcome") == MatchOutcome.LINK.value)


def _asked_about(row: Any) -> UUID | None:
    """Whom a row asks about, or is linked to."""
    asked = row.match.get("owner_id")
    return UUID(asked) if asked else None
