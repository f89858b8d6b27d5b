"""What people say about two owners that a search took for one person, short of merging them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.merging.words import PairAnswer
from phcs.core.permissions import Permission
from phcs.models.merges import DuplicatePair
from phcs.services.auditing import record
from phcs.services.transactions import transaction

GIVEN = frozenset({PairAnswer.OPEN, PairAnswer.LATER, PairAnswer.DIFFERENT})
"""Answers that a person gives; OPEN takes one back. MERGED comes of merging alone."""


def answer_pair(*, actor: Actor, now: datetime, pair_id: UUID, answer: PairAnswer) -> None:
    """Keep that the two are different people (never asked again), or are to be asked about later.

    Raises NotFoundError, InvalidInputError for a pair that was merged meanwhile.
    """
    actor.require(Permission.DECIDE_DUPLICATES)
    if answer not in GIVEN:
        raise InvalidInputError("Say whether they are different people, or leave it for later.")
    with transaction() as session:
        pair = session.scalars(
            sa.select(DuplicatePair)
            .where(DuplicatePair.organisation_id == actor.organisation_id, DuplicatePair.id == pair_id)
            .with_for_update()
        ).one_or_none()
        if pair is None:
            raise NotFoundError("There is no such pair of owners. A newer search did not find it again.")
        if pair.answer is PairAnswer.MERGED:
            raise InvalidInputError("These two have been merged meanwhile. Undo the merge first.")
        if pair.answer is answer:
            return
        before, pair.answer, pair.answered_at = pair.answer, answer, now
        pair.answered_by, pair.answered_by_name = actor.id, actor.name
        for owner_id, other_id in ((pair.owner_a, pair.owner_b), (pair.owner_b, pair.owner_a)):
            record(
                session,
                actor=actor,
                now=now,
                action="duplicate.answered",
                subject_kind="owner",
                subject_id=owner_id,
                detail={"other": str(other_id), "before": before.value, "answer": answer.value},
            )
