"""A person says whether a row's owner is somebody PHCS knows; the plan is made anew with all answers at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError, StalePlanError, WrongStateError
from phcs.core.matching.questions import Answer
from phcs.core.permissions import Permission
from phcs.core.row_places import RowPlace, told_table
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.queries.alike_questions import alike_rows
from phcs.services import auditing
from phcs.services.approval import change_state
from phcs.services.auditing import Chain, RecordEvent
from phcs.services.given_answers import GivenAnswer, Pair, keep_given, require_asked, take_back_given
from phcs.services.transactions import transaction

MOST_AT_ONCE = 5_000
"""Questions that one answer is for: a person who waits sees it done in seconds, and may then answer the next."""


@dataclass(frozen=True, slots=True)
class AlikeQuestion:
    """Questions that one answer is for, as a person has seen them: by one of the rows, how many, of which plan.

    Of more than MOST_AT_ONCE that are alike it is the first so many, in file order.
    """

    place: RowPlace
    rows: int
    fingerprint: str


def decide_matches(*, actor: Actor, now: datetime, import_id: UUID, decisions: Sequence[GivenAnswer]) -> None:
    """Keep answers, all of them or none; they wait until `apply_answers` has the plan made anew with them.

    Each counts in this import and, unless it is "keep both", for the same two people ever after. A row that was
    linked by itself takes "different": it is un-linked. Raises InvalidInputError when a row does not ask about its
    owner, WrongStateError when the import is not in review.
    """
    if not decisions:
        raise InvalidInputError("There is no answer to keep.")
    with _deciding(actor, import_id) as (session, found):
        _keep(session, found, decisions, actor, now)


def decide_match(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    row_no: int,
    owner_id: UUID,
    same: bool,
    table_no: int = 1,
) -> None:
    """Keep one answer, "same person" or "different people", and have the plan made anew at once."""
    given = GivenAnswer(row_no, owner_id, Answer.SAME if same else Answer.DIFFERENT, table_no)
    with _deciding(actor, import_id) as (session, found):
        _keep(session, found, [given], actor, now)
        _plan_anew(session, found, actor, now)


def decide_alike(
    *, actor: Actor, now: datetime, import_id: UUID, asked: AlikeQuestion, answer: Answer
) -> int:
    """Give one answer to the open questions of the same kind; gives their number.

    Raises StalePlanError when they are no longer just those that the person has seen.
    """
    with _deciding(actor, import_id) as (session, found):
        rows = alike_rows(
            session,
            organisation_id=actor.organisation_id,
            import_id=import_id,
            place=asked.place,
            limit=MOST_AT_ONCE,
        )
        if len(rows) != asked.rows or found.plan_fingerprint != asked.fingerprint:
            raise StalePlanError("The questions have changed since you looked. Look at the alike rows again.")
        _keep(
            session,
            found,
            [GivenAnswer(place.row_no, owner, answer, place.table_no) for place, owner in rows],
            actor,
            now,
        )
    return len(rows)


def take_back_answers(*, actor: Actor, now: datetime, import_id: UUID, pairs: Sequence[Pair]) -> None:
    """Take answers back until the approval: their questions are open again, and nothing is kept for later imports.

    An answer that the plan holds counts until it is made anew (`apply_answers`). Raises InvalidInputError for a row
    without such an answer, WrongStateError when the import is not in review.
    """
    with _deciding(actor, import_id) as (session, found):
        take_back_given(session, found, pairs)
        _touch(session, found, actor, now)
        events = [
            RecordEvent("match.taken_back", "owner", owner, place.row_no, told_table(place.table_no), {})
            for place, owner in pairs
        ]
        _tell(session, found, actor, now, events)


def apply_answers(*, actor: Actor, now: datetime, import_id: UUID) -> None:
    """Have the plan made anew with every answer as it stands. Raises WrongStateError unless it is in review."""
    with _deciding(actor, import_id) as (session, found):
        _plan_anew(session, found, actor, now)


@contextmanager
def _deciding(actor: Actor, import_id: UUID) -> Iterator[tuple[Session, Import]]:
    """An import in review, which nobody else changes until the end; two reviewers wait for each other."""
    actor.require(Permission.DECIDE_DUPLICATES)
    with transaction() as session:
        found = session.scalar(
            sa.select(Import)
            .where(Import.organisation_id == actor.organisation_id, Import.id == import_id)
            .with_for_update()
        )
        if found is None:
            raise NotFoundError("There is no such import.")
        if found.state is not ImportState.REVIEW:
            raise WrongStateError(found.state, ImportState.STAGING)
        yield session, found


def _keep(session: Session, found: Import, given: Sequence[GivenAnswer], actor: Actor, now: datetime) -> None:
    rules = require_asked(session, found, given)
    keep_given(session, found, given, rules=rules, actor=actor, now=now)
    _touch(session, found, actor, now)
    events = [
        RecordEvent("match.decided", "owner", one.owner_id, one.row_no, _detail(one, rules[one.place]), {})
        for one in given
    ]
    _tell(session, found, actor, now, events)


def _detail(one: GivenAnswer, rules: str) -> dict[str, Any]:
    said = {"same": one.answer.is_same, "lasting": one.answer.is_lasting, "rules": rules}
    return said | told_table(one.table_no)


def _touch(session: Session, found: Import, actor: Actor, now: datetime) -> None:
    """Say who decided, so that four eyes know; whoever approves at this moment has to look again."""
    found.edited_by = sorted({*found.edited_by, str(actor.id)})
    found.version += 1
    found.updated_at = now
    session.flush()


def _tell(
    session: Session, found: Import, actor: Actor, now: datetime, events: Sequence[RecordEvent]
) -> None:
    chain = Chain(actor=actor, now=now, chain_id=found.organisation_id, import_id=found.id)
    chain.take_head(session)
    chain.add(session, events)
    chain.move_head(session)


def _plan_anew(session: Session, found: Import, actor: Actor, now: datetime) -> None:
    change_state(session, found, ImportState.STAGING, now=now, stage="matching")
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action="import.answers_applied",
        import_id=found.id,
    )
