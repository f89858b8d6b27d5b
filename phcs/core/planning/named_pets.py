"""A pet that a row names by the source's own id: known by it, found among the owner's pets, or new."""

from collections.abc import Iterable

from phcs.core.matching.known import KnownOwner, KnownPet, PetStatement
from phcs.core.matching.pets import describe_pet, find_pet
from phcs.core.planning.actions import Action, DuplicateStrategy, PlannedAction
from phcs.core.planning.changes import Changes, stated_changes, stated_facts
from phcs.core.planning.links import KnownParent
from phcs.core.planning.records import NewId, RowToPlan, change_pet, pet_changes_by
from phcs.core.records import PetFacts, RecordKind


def change_named_pet(
    row: RowToPlan, facts: PetFacts, owner: KnownOwner, pet: KnownPet, changes: Changes
) -> PlannedAction:
    """Plan what a pet that the source named before gains from a row, and make it so in the world.

    The baseline's digests start anew with the first row of a file that says something new.
    """
    external_id = row.record.pet_external_id
    said = pet.said[external_id]
    rows = (*said.rows, row.digest) if said.place else (row.digest,)
    action = Action.LINK if pet.planned else Action.UNCHANGED
    planned = PlannedAction(
        RecordKind.PET,
        Action.UPDATE if changes else action,
        pet.id,
        parent_id=owner.id,
        base_version=pet.version,
        changes=changes,
        external_id=external_id,
        evidence=("same pet id",),
        imported=stated_facts(facts),
        imported_rows=rows,
    )
    change_pet(pet, changes)
    row.world.name_pet(external_id, owner, pet, PetStatement(facts, rows, said.place or row.place))
    return planned


def named_pet_changes(facts: PetFacts, pet: KnownPet, external_id: str) -> Changes:
    """Return what the source has changed since it named this pet last; what people edited since stays."""
    return stated_changes(pet.facts, facts, baseline=pet.said[external_id].facts)


def plan_named_pet(
    row: RowToPlan,
    facts: PetFacts,
    owner: KnownOwner,
    *,
    among: Iterable[KnownPet],
    strategy: DuplicateStrategy,
    new_id: NewId,
) -> tuple[KnownPet, PlannedAction]:
    """Plan a pet that the source did not name before: one of `among`, or a new one of this owner.

    A pet that the source calls by another id is another pet, however much they are alike.
    """
    external_id = row.record.pet_external_id
    candidates = [pet for pet in among if not (external_id and pet.said)]
    known = find_pet(facts, candidates)
    pet = known or KnownPet(new_id(), 1, planned=True, facts=facts, place=row.place)
    stated = stated_facts(facts)
    rows = (row.digest,) if external_id and row.policy.kind is RecordKind.PET else ()
    changes = {} if known is None else pet_changes_by(strategy, known, facts)
    if known is None:
        owner.pets.append(pet)
    action = Action.CREATE if known is None else Action.UPDATE if changes else _link(pet, external_id)
    planned = PlannedAction(
        RecordKind.PET,
        action,
        pet.id,
        parent_id=owner.id,
        base_version=0 if known is None else pet.version,
        facts=stated if known is None else {},
        changes=changes,
        external_id=external_id,
        evidence=() if known is None else (f"same pet {describe_pet(pet.facts)}",),
        imported=stated if external_id else {},
        imported_rows=rows,
    )
    change_pet(pet, changes)
    if external_id:
        said = PetStatement(facts, rows, row.place)
        row.world.name_pet(external_id, owner, pet, said)
        row.links.parents[RecordKind.PET, external_id] = KnownParent(pet.id, owner.id)
    return pet, planned


def _link(pet: KnownPet, external_id: str) -> Action:
    """A known pet that gains an id, or that an earlier row made, is linked; any other is as it was."""
    return Action.LINK if external_id or pet.planned else Action.UNCHANGED
