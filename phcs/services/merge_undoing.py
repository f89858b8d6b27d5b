"""Undoing a merge: the other owner is there again with its facts, pets, cases and external ids."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import NotFoundError, PurgedError, StalePlanError, UseCaseError
from phcs.core.merging.done import MergeDone
from phcs.core.merging.undoing import MergeUndo
from phcs.core.merging.words import MergeState, PairAnswer
from phcs.core.permissions import Permission
from phcs.core.planning.changes import with_changes
from phcs.core.undoing import TooLateError, undo_until
from phcs.models.merges import OwnerMerge
from phcs.models.records import Case, CasePet, MatchKey, Owner, Pet
from phcs.queries.among import among, checked
from phcs.queries.merges import later_merge, undo_of
from phcs.queries.merging_owners import MergingOwner, answers_to_move, merging_owner
from phcs.services import bulk, merge_writing
from phcs.services.auditing import record
from phcs.services.merge_events import Told, tell, told_of_history
from phcs.services.merge_history import move_history
from phcs.services.merging import locked_organisation
from phcs.services.name_counts import count_names
from phcs.services.owner_keys import add_missing_keys
from phcs.services.transactions import transaction


class MergeNeededError(UseCaseError):
    """A later merge rests on this one, or it was undone already."""

    code = "merge.needed"


def undo_merge(*, actor: Actor, now: datetime, merge_id: UUID, fingerprint: str, undo_days: int) -> MergeUndo:
    """Take a merge back in one transaction, exactly as the preview with this fingerprint says.

    Values that people or imports changed since stay, and so does what came since. Raises NotFoundError,
    MergeNeededError by name while a later merge of the same owner holds, StalePlanError when something changed
    since the preview, TooLateError after `undo_days`, PurgedError when what it needs is deleted.
    """
    actor.require(Permission.MERGE_RECORDS)
    with transaction() as session:
        organisation = locked_organisation(session, actor.organisation_id)
        merge = _merge(session, actor.organisation_id, merge_id)
        _require_undoable(session, merge, now, undo_days)
        undo = undo_of(session, merge)
        if undo.fingerprint != fingerprint:
            raise StalePlanError(
                "Something changed since you looked at this. Look again at what undoing the merge does."
            )
        done = MergeDone.from_json(merge.body)
        kept, other = (
            merging_owner(session, organisation_id=actor.organisation_id, owner_id=owner_id)
            for owner_id in (merge.kept_id, merge.other_id)
        )
        _write(session, actor.organisation_id, kept, other, done, undo, now)
        before = with_changes(kept.facts, undo.facts)
        count_names(session, actor.organisation_id, added=[before, other.facts], removed=[kept.facts])
        organisation.record_epoch += 1
        merge.state, merge.undone_at = MergeState.UNDONE, now
        merge.undone_by, merge.undone_by_name = actor.id, actor.name
        _tell(session, actor, now, merge, undo)
    return undo


def _merge(session: Session, organisation_id: UUID, merge_id: UUID) -> OwnerMerge:
    found = session.scalars(
        sa.select(OwnerMerge)
        .where(OwnerMerge.organisation_id == organisation_id, OwnerMerge.id == merge_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such merge.")
    return found


def _require_undoable(session: Session, merge: OwnerMerge, now: datetime, undo_days: int) -> None:
    if merge.state is MergeState.UNDONE:
        raise MergeNeededError(f"{merge.undone_by_name} has undone this merge already.")
    if merge.forgotten_at is not None:
        raise PurgedError("What undoing this merge needs was deleted because its time had come.")
    if now >= undo_until(merge.merged_at, undo_days=undo_days):
        raise TooLateError(f"A merge can be undone for {undo_days} days, and they are over.")
    later = later_merge(session, merge)
    if later is not None:
        raise MergeNeededError(
            f"{later.kept_name} and {later.other_name} were merged later, on {later.merged_at:%Y-%m-%d} by "
            f"{later.merged_by_name}. Undo that merge first."
        )


def _write(
    session: Session,
    organisation_id: UUID,
    kept: MergingOwner,
    other: MergingOwner,
    done: MergeDone,
    undo: MergeUndo,
    now: datetime,
) -> None:
    merge_writing.change_record(session, Owner, organisation_id, (kept.id, kept.version), undo.facts, now)
    back: dict[str, Any] = {"archived_at": None, "merged_into": None}
    merge_writing.change_record(session, Owner, organisation_id, (other.id, other.version), {}, now, **back)
    for table, versions in ((Pet, undo.pets), (Case, undo.cases)):
        moved = {record_id: version + 1 for record_id, version in versions.items()}
        merge_writing.move_records(session, table, organisation_id, moved, other.id, now)
    _unmerge_pets(session, organisation_id, undo, now)
    move_history(session, organisation_id, undo.history, other.id, now)
    names = [one._replace(before=one.after, after=one.before) for one in undo.names]
    merge_writing.move_names(session, organisation_id, names)
    _give_keys_back(session, organisation_id, kept, other, done)
    merge_writing.move_answers(
        session,
        organisation_id,
        _answers_left(session, organisation_id, kept, other, done),
        before=kept.id,
        after=other.id,
    )
    if done.pair_answer is not None:
        answer = PairAnswer(done.pair_answer)
        merge_writing.answer_pair(session, organisation_id, kept.id, other.id, answer)


def _answers_left(
    session: Session, organisation_id: UUID, kept: MergingOwner, other: MergingOwner, done: MergeDone
) -> set[str]:
    """The answers that came with the merge, but for those that were taken back since."""
    left = answers_to_move(session, organisation_id=organisation_id, before=kept.id, after=other.id)
    return set(done.answers).intersection(left)


def _unmerge_pets(session: Session, organisation_id: UUID, undo: MergeUndo, now: datetime) -> None:
    versions = _versions_of_pets(session, organisation_id, undo)
    for one in undo.pets_unmerged:
        if one.into in versions:
            at = (one.into, versions[one.into])
            merge_writing.change_record(session, Pet, organisation_id, at, one.facts, now)
        back: dict[str, Any] = {"archived_at": None, "merged_into": None}
        at = (one.pet_id, versions[one.pet_id])
        merge_writing.change_record(session, Pet, organisation_id, at, {}, now, **back)
        merge_writing.replace_pet(session, organisation_id, one.cases, before=one.into, after=one.pet_id)
        pairs = [(organisation_id, case, one.pet_id) for case in one.cases_of_both]
        bulk.insert_rows(session, CasePet, ("organisation_id", "case_id", "pet_id"), pairs)
    touched = {case for one in undo.pets_unmerged for case in (*one.cases, *one.cases_of_both)}
    merge_writing.raise_versions(session, Case, organisation_id, touched - undo.cases.keys(), now)


def _versions_of_pets(session: Session, organisation_id: UUID, undo: MergeUndo) -> dict[UUID, int]:
    ids = {pet for one in undo.pets_unmerged for pet in (one.pet_id, one.into)}
    rows = session.execute(
        sa.select(Pet.id, Pet.version).where(
            checked(Pet.organisation_id, organisation_id), among(session, Pet.id, ids)
        )
    )
    return {row.id: row.version for row in rows}


def _give_keys_back(
    session: Session,
    organisation_id: UUID,
    kept: MergingOwner,
    other: MergingOwner,
    done: MergeDone,
) -> None:
    """The rows that were the other's; then what is wanting: keys that were written anew, or that are in use since."""
    session.execute(
        sa.delete(MatchKey)
        .where(
            checked(MatchKey.organisation_id, organisation_id),
            MatchKey.owner_id == kept.id,
            MatchKey.import_id.is_(None),
            among(session, MatchKey.key, done.keys_added),
        )
        .execution_options(synchronize_session=False)
    )
    merge_writing.move_keys(session, organisation_id, done.keys_moved, other.id)
    both = sa.select(Owner).where(Owner.organisation_id == organisation_id, Owner.id.in_((kept.id, other.id)))
    owners = session.scalars(both.execution_options(populate_existing=True)).all()
    add_missing_keys(session, organisation_id, owners)


def _tell(session: Session, actor: Actor, now: datetime, merge: OwnerMerge, undo: MergeUndo) -> None:
    tell(session, actor=actor, now=now, told=_of_records(merge, undo))
    record(
        session,
        actor=actor,
        now=now,
        action="owners.unmerged",
        subject_kind="owner",
        subject_id=merge.kept_id,
        detail={
            "merge": str(merge.id),
            "kept": str(merge.kept_id),
            "other": str(merge.other_id),
            "fingerprint": undo.fingerprint,
        },
        values={"stays": [one.name or one.what for one in undo.stays]} if undo.stays else {},
    )


def _of_records(merge: OwnerMerge, undo: MergeUndo) -> Iterator[Told]:
    told = {"merge": str(merge.id)}
    yield Told("owner.unmerged", merge.kept_id, told, {"changes": undo.facts} if undo.facts else {})
    yield Told("owner.unarchived", merge.other_id, told, {})
    moved = told | {"before": str(merge.kept_id), "after": str(merge.other_id)}
    for pet_id in undo.pets:
        yield Told("pet.moved", pet_id, moved, {})
    for one in undo.pets_unmerged:
        yield Told("pet.unmerged", one.into, told, {"changes": one.facts} if one.facts else {})
        yield Told("pet.unarchived", one.pet_id, told, {})
    for case_id in undo.cases:
        yield Told("case.moved", case_id, moved, {})
    relinked = {case for one in undo.pets_unmerged for case in (*one.cases, *one.cases_of_both)}
    for case_id in sorted(relinked - undo.cases.keys()):
        yield Told("case.moved", case_id, told | {"pets_only": True}, {})
    yield from told_of_history(undo.history, moved)
