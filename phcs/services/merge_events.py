"""What the audit trail tells about a merge and about its undoing: one event for every record, one for the whole."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.merging.done import MergeDone, MovedHistory
from phcs.models.audit import AuditEvent
from phcs.queries.merging_owners import MergingOwner
from phcs.services import bulk
from phcs.services.auditing import COLUMNS, Chain, record


class Told(NamedTuple):
    """What happened to one record."""

    action: str
    subject_id: UUID
    detail: dict[str, Any]
    values: dict[str, Any]


def tell_merge(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    merge_id: UUID,
    kept: MergingOwner,
    other: MergingOwner,
    done: MergeDone,
) -> None:
    """One event for every record that the merge changed, then one for the merge with all that undoing it needs."""
    tell(session, actor=actor, now=now, told=_of_records(merge_id, kept, other, done))
    record(
        session,
        actor=actor,
        now=now,
        action="owners.merged",
        subject_kind="owner",
        subject_id=kept.id,
        detail={"merge": str(merge_id), "kept": str(kept.id), "other": str(other.id), "counts": done.counts},
        values={"merge": done.as_json()},
    )


def tell(session: Session, *, actor: Actor, now: datetime, told: Iterable[Told]) -> None:
    """Add events of owners, pets and cases to the organisation's chain in bulk."""
    chain = Chain(actor=actor, now=now, chain_id=actor.organisation_id, import_id=None)
    chain.take_head(session)
    rows = [
        chain.event(one.action, one.action.partition(".")[0], one.subject_id, None, one.detail, one.values)
        for one in told
    ]
    bulk.insert_rows(session, AuditEvent, COLUMNS, rows)
    chain.move_head(session)


def _of_records(merge_id: UUID, kept: MergingOwner, other: MergingOwner, done: MergeDone) -> Iterator[Told]:
    merge = {"merge": str(merge_id)}
    names = [name.external_id for name in done.names if name.after == kept.id]
    changes: dict[str, Any] = {"changes": done.facts} if done.facts else {}
    yield Told("owner.merged", kept.id, merge | {"other": str(other.id)}, changes | {"external_ids": names})
    yield Told("owner.archived", other.id, merge | {"merged_into": str(kept.id)}, {})
    moved = merge | {"before": str(other.id), "after": str(kept.id)}
    for pet_id in done.pets:
        yield Told("pet.moved", pet_id, moved, {})
    for one in done.merged_pets:
        facts: dict[str, Any] = {"changes": one.facts} if one.facts else {}
        yield Told("pet.merged", one.into, merge | {"other": str(one.pet_id)}, facts)
        yield Told("pet.archived", one.pet_id, merge | {"merged_into": str(one.into)}, {})
    for case_id in done.cases:
        yield Told("case.moved", case_id, moved, {})
    relinked = {case for one in done.merged_pets for case in (*one.cases, *one.cases_of_both)}
    for case_id in sorted(relinked - done.cases.keys()):
        yield Told("case.moved", case_id, merge | {"pets_only": True}, {})
    yield from told_of_history(done.history, moved)


def told_of_history(moved: Iterable[MovedHistory], detail: dict[str, Any]) -> Iterator[Told]:
    """One event for each record of a history; that it is about another pet from now on is a change."""
    for one in moved:
        changes = {"pet_id": [str(one.pet_before), str(one.pet_after)]} if one.pet_after else {}
        yield Told(f"{one.kind}.moved", one.record_id, detail, {"changes": changes} if changes else {})
