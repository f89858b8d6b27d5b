"""A person lets the source's value win over what people changed since, per fact or for all; the plan is made anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.planning.conflicts import EVERY_FACT
from phcs.core.records import RecordKind
from phcs.models.conflicts import ConflictDecided
from phcs.models.imports import Import
from phcs.queries.conflicts import conflict_groups
from phcs.services.replanning import import_in_review, plan_anew


@dataclass(frozen=True, slots=True)
class GivenTake:
    """Whether the source's value wins for one fact of a kind of record, or for all of its facts ('')."""

    kind: RecordKind
    fact: str
    theirs: bool


def decide_conflicts(*, actor: Actor, now: datetime, import_id: UUID, takes: Sequence[GivenTake]) -> None:
    """Keep decisions, all of them or none, and have the plan made anew with them; ours stay where there is none.

    Of several about the same fact the last one counts, whether it named the fact or all facts of the kind.

    Raises InvalidInputError where the plan has no such conflict, WrongStateError when the import is not in review.
    """
    if not takes:
        raise InvalidInputError("These choices change nothing: the plan holds them already.")
    with import_in_review(actor, import_id) as (session, found):
        groups = conflict_groups(session, organisation_id=found.organisation_id, import_id=found.id)
        asked = {(group.kind, group.fact) for group in groups} | {
            (group.kind, EVERY_FACT) for group in groups
        }
        for one in takes:
            if (one.kind, one.fact) not in asked:
                raise InvalidInputError(
                    f"Nothing about this fact of a {one.kind.value} was changed both here and in the source."
                )
            _keep(session, found, one, actor=actor, now=now)
        told = [{"kind": one.kind.value, "fact": one.fact, "theirs": one.theirs} for one in takes]
        plan_anew(
            session,
            found,
            actor=actor,
            now=now,
            action="import.conflicts_decided",
            detail={"decisions": told},
        )


def _keep(session: Session, found: Import, one: GivenTake, *, actor: Actor, now: datetime) -> None:
    """Keep one decision in place of earlier ones about the same; about every fact it takes the place of them all."""
    session.execute(
        sa.delete(ConflictDecided).where(
            ConflictDecided.organisation_id == found.organisation_id,
            ConflictDecided.import_id == found.id,
            ConflictDecided.kind == one.kind,
            sa.true() if one.fact == EVERY_FACT else ConflictDecided.fact == one.fact,
        )
    )
    session.add(
        ConflictDecided(
            import_id=found.id,
            kind=one.kind,
            fact=one.fact,
            theirs=one.theirs,
            organisation_id=found.organisation_id,
            decided_by=actor.id,
            decided_by_name=actor.name,
            decided_at=now,
        )
    )
    session.flush()
