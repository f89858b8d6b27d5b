"""What a search for duplicates finds, chunk by chunk, and how that takes the place of what an earlier one found."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.merging.pairs import PairFound, compare_pair
from phcs.core.merging.words import ASKED_AGAIN, PairAnswer
from phcs.extensions import db
from phcs.models.merges import DuplicatePair
from phcs.models.records import Owner
from phcs.queries.duplicate_candidates import Ids, candidates_of
from phcs.queries.name_frequencies import FrequencyReader
from phcs.services import bulk
from phcs.services.identifiers import new_id

COLUMNS = (
    "id",
    "organisation_id",
    "owner_a",
    "owner_b",
    "outcome",
    "bits",
    "score",
    "certainty",
    "points",
    "explanation",
    "rules",
    "found_at",
    "answer",
    "answered_by",
    "answered_by_name",
    "answered_at",
)


def pairs_of(
    organisation_id: UUID, owners: Collection[UUID], frequencies: FrequencyReader
) -> dict[Ids, PairFound]:
    """The pairs of these owners with owners of greater ids that may be one person."""
    found: dict[Ids, PairFound] = {}
    session = db.session()
    for some in candidates_of(
        session, organisation_id=organisation_id, owners=owners, frequencies=frequencies
    ):
        for one, other in some.pairs:
            pair = compare_pair(
                some.owners[one],
                some.owners[other],
                some.keys[other],
                crowded=some.crowded,
                frequencies=some.frequencies,
            )
            if pair is not None:
                found[one, other] = pair
        session.expunge_all()
    db.session.rollback()
    return found


def keep_pairs(
    session: Session,
    organisation_id: UUID,
    between: tuple[UUID | None, UUID],
    found: Mapping[Ids, PairFound],
    now: datetime,
) -> None:
    """Put these pairs in the place of those that an earlier search found; answers and addresses of pairs stay."""
    after, last = between
    of_these = [DuplicatePair.organisation_id == organisation_id, DuplicatePair.owner_a <= last]
    if after is not None:
        of_these.append(DuplicatePair.owner_a > after)
    known = session.execute(
        sa.select(
            DuplicatePair.owner_a,
            DuplicatePair.owner_b,
            DuplicatePair.id,
            DuplicatePair.answer,
            DuplicatePair.answered_by,
            DuplicatePair.answered_by_name,
            DuplicatePair.answered_at,
        )
        .where(*of_these)
        .with_for_update()
    ).all()
    before: dict[Ids, Any] = {(row.owner_a, row.owner_b): row for row in known}
    session.execute(
        sa.delete(DuplicatePair)
        .where(*of_these, DuplicatePair.answer.in_(ASKED_AGAIN))
        .execution_options(synchronize_session=False)
    )
    held = {pair for pair, row in before.items() if row.answer not in ASKED_AGAIN}
    bulk.insert_rows(
        session,
        DuplicatePair,
        COLUMNS,
        [
            _row(organisation_id, pair, one, before.get(pair), now)
            for pair, one in found.items()
            if pair not in held
        ],
    )


def _row(organisation_id: UUID, pair: Ids, found: PairFound, before: Any, now: datetime) -> tuple[Any, ...]:
    answered = tuple(before[3:]) if before else (PairAnswer.OPEN, None, "", None)
    return (
        *(before.id if before else new_id(), organisation_id, *pair),
        *(found.outcome.value, found.bits, found.score, found.certainty, found.points_as_json()),
        *(found.explanation, found.rules, now),
        *(answered[0].value, *answered[1:]),
    )


def drop_outdated(session: Session, organisation_id: UUID, last: UUID | None) -> int:
    """Forget evidence about owners that are gone or that nobody came to; gives how many pairs wait for an answer."""
    own = DuplicatePair.organisation_id == organisation_id
    gone = sa.or_(
        *(
            ~sa.exists().where(Owner.organisation_id == organisation_id, Owner.id == side)
            for side in (DuplicatePair.owner_a, DuplicatePair.owner_b)
        )
    )
    for stale in (gone, DuplicatePair.owner_a > last if last else sa.true()):
        session.execute(
            sa.delete(DuplicatePair)
            .where(own, stale, DuplicatePair.answer.in_(ASKED_AGAIN))
            .execution_options(synchronize_session=False)
        )
    session.execute(
        sa.update(DuplicatePair)
        .where(own, gone)
        .values(points=[], explanation="")
        .execution_options(synchronize_session=False)
    )
    waiting = sa.select(sa.func.count()).where(own, DuplicatePair.answer.in_(ASKED_AGAIN))
    return session.scalar(waiting) or 0
