"""Merging two live owners who are one person: one stays, the other is archived, nothing is deleted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.editing import RecordChangedError
from phcs.core.errors import InvalidInputError
from phcs.core.matching.keys import owner_keys
from phcs.core.merging.done import MergeDone, MergedPet
from phcs.core.merging.fields import Take, merged_facts
from phcs.core.merging.pets import checked_same_pets, same_pets
from phcs.core.merging.words import MergeState, PairAnswer
from phcs.core.permissions import Permission
from phcs.core.planning.changes import Changes, pet_changes, with_changes
from phcs.core.records import Facts, OwnerFacts, PetFacts, RecordKind, fact_names
from phcs.models.merges import DuplicatePair, OwnerMerge
from phcs.models.organisations import Organisation
from phcs.models.records import Owner
from phcs.queries.merging_history import history_to_move
from phcs.queries.merging_owners import (
    MergingOwner,
    answers_to_move,
    cases_about,
    keys_of,
    merging_owner,
    names_of,
)
from phcs.services import merge_events, merge_history, merge_writing
from phcs.services.identifiers import new_id
from phcs.services.name_counts import count_names
from phcs.services.transactions import transaction


@dataclass(frozen=True, slots=True)
class OwnerAt:
    """An owner at the version that somebody looked at."""

    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class MergeChoices:
    """What a person chose: whose facts by group (see `core.merging.fields`), and which pets are one animal.

    Groups that are not named take their default; `same_pets` None leaves the pets to the rule of imports.
    """

    fields: Mapping[str, Take] = field(default_factory=dict)
    same_pets: Mapping[UUID, UUID] | None = None


NO_CHOICES = MergeChoices()


def merge_owners(
    *, actor: Actor, now: datetime, keep: OwnerAt, other: OwnerAt, choices: MergeChoices = NO_CHOICES
) -> UUID:
    """Make two owners one, in one transaction; gives the id of the merge, by which it can be undone.

    The staying owner gets the facts that were chosen, the other's pets, cases, external ids and match keys; the
    other is archived and says into whom it was merged. Every touched record gets its next version and an audit
    event. Raises NotFoundError, RecordChangedError when either owner is at another version, InvalidInputError for
    an archived owner and for choices that do not fit.
    """
    actor.require(Permission.MERGE_RECORDS)
    if keep.id == other.id:
        raise InvalidInputError("These are not two owners but one. Choose another one.")
    with transaction() as session:
        organisation = locked_organisation(session, actor.organisation_id)
        _lock_owners(session, actor.organisation_id, keep.id, other.id)
        kept, gone = (_owner_at(session, actor.organisation_id, one) for one in (keep, other))
        facts = merged_facts(kept.facts, gone.facts, choices.fields)
        done = _worked_out(session, actor.organisation_id, kept, gone, facts, choices)
        merge_writing.write_merge(
            session, organisation_id=actor.organisation_id, kept=kept, other=gone, done=done, now=now
        )
        merge_history.move_history(session, actor.organisation_id, done.history, kept.id, now)
        count_names(session, actor.organisation_id, added=[facts], removed=[kept.facts, gone.facts])
        organisation.record_epoch += 1
        merge_id = new_id()
        session.add(
            OwnerMerge(
                id=merge_id,
                organisation_id=actor.organisation_id,
                kept_id=kept.id,
                other_id=gone.id,
                state=MergeState.DONE,
                body=done.as_json(),
                counts=done.counts,
                merged_by=actor.id,
                merged_by_name=actor.name,
                merged_at=now,
            )
        )
        merge_events.tell_merge(
            session, actor=actor, now=now, merge_id=merge_id, kept=kept, other=gone, done=done
        )
    return merge_id


def locked_organisation(session: Session, organisation_id: UUID) -> Organisation:
    """The organisation, which every change of live records locks first: two of them never pass each other."""
    return session.get_one(Organisation, organisation_id, with_for_update={"key_share": True})


def _lock_owners(session: Session, organisation_id: UUID, *ids: UUID) -> None:
    session.execute(
        sa.select(Owner.id)
        .where(Owner.organisation_id == organisation_id, Owner.id.in_(ids))
        .order_by(Owner.id)
        .with_for_update()
    )


def _owner_at(session: Session, organisation_id: UUID, wanted: OwnerAt) -> MergingOwner:
    found = merging_owner(session, organisation_id=organisation_id, owner_id=wanted.id)
    if found.is_archived:
        raise InvalidInputError(f"{found.facts.full_name} is archived, so this owner cannot be merged.")
    if found.version != wanted.version:
        raise RecordChangedError(
            f"Somebody changed {found.facts.full_name} since you opened this. Look at the two owners again, "
            "then merge them."
        )
    return found


def _worked_out(
    session: Session,
    organisation_id: UUID,
    kept: MergingOwner,
    other: MergingOwner,
    facts: OwnerFacts,
    choices: MergeChoices,
) -> MergeDone:
    """Everything that this merge changes."""
    chosen = choices.same_pets
    same = (
        same_pets(kept.pets, other.pets)
        if chosen is None
        else checked_same_pets(kept.pets, other.pets, chosen)
    )
    pets = _merged_pets(session, organisation_id, kept, other, same)
    names = names_of(session, organisation_id=organisation_id, moves={other.id: kept.id, **same})
    moved_keys = keys_of(session, organisation_id=organisation_id, owner_id=other.id)
    held = set(keys_of(session, organisation_id=organisation_id, owner_id=kept.id).values())
    return MergeDone(
        facts=changes_between(kept.facts, facts),
        pets={pet.id: pet.version + 1 for pet in other.pets if pet.id not in same},
        cases={case_id: version + 1 for case_id, version in other.cases.items()},
        merged_pets=pets,
        names=names,
        keys_moved=tuple(moved_keys),
        keys_added=tuple(sorted(set(_keys(kept, other, facts, pets)) - held - set(moved_keys.values()))),
        own=frozenset({*(pet.id for pet in kept.pets), *kept.cases}),
        answers=answers_to_move(session, organisation_id=organisation_id, before=other.id, after=kept.id),
        history=history_to_move(session, organisation_id=organisation_id, owner_id=other.id, same_pets=same),
        pair_answer=_answer(session, organisation_id, kept.id, other.id),
    )


def _merged_pets(
    session: Session,
    organisation_id: UUID,
    kept: MergingOwner,
    other: MergingOwner,
    same: Mapping[UUID, UUID],
) -> tuple[MergedPet, ...]:
    if not same:
        return ()
    about = cases_about(session, organisation_id=organisation_id, pets={*same, *same.values()})
    return tuple(
        MergedPet(
            pet_id,
            into,
            facts=pet_changes(kept.pet(into).facts, other.pet(pet_id).facts),
            cases=tuple(sorted(about[pet_id] - about[into])),
            cases_of_both=tuple(sorted(about[pet_id] & about[into])),
        )
        for pet_id, into in same.items()
    )


def changes_between(before: Facts, after: Facts) -> Changes:
    """The facts that differ, as JSON holds them: `{fact: [old, new]}`, lists for tuples."""
    kind = RecordKind.OWNER if isinstance(before, OwnerFacts) else RecordKind.PET
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in fact_names(kind))
    return {name: [_plain(old), _plain(new)] for name, old, new in pairs if old != new}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _keys(
    kept: MergingOwner, other: MergingOwner, facts: OwnerFacts, merged: tuple[MergedPet, ...]
) -> tuple[int, ...]:
    """By what the merged owner is to be found, besides what found the two before."""
    filled = {one.into: one.facts for one in merged}
    gone = {one.pet_id for one in merged}
    pets: list[PetFacts] = [with_changes(pet.facts, filled.get(pet.id, {})) for pet in kept.pets]
    pets += [pet.facts for pet in other.pets if pet.id not in gone]
    return owner_keys(facts, pets, source="", external_id="")


def _answer(session: Session, organisation_id: UUID, one: UUID, other: UUID) -> str | None:
    """What people had said about the two, if a search had found them."""
    first, second = sorted((one, other))
    answer: PairAnswer | None = session.scalar(
        sa.select(DuplicatePair.answer).where(
            DuplicatePair.organisation_id == organisation_id,
            DuplicatePair.owner_a == first,
            DuplicatePair.owner_b == second,
        )
    )
    return None if answer is None else answer.value
