"""One record at a time: known or new, what changes, and what the world holds afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from phcs.core.immutable import immutable
from phcs.core.matching.deciding import MatchAnswer
from phcs.core.matching.known import KnownCase, KnownOwner, KnownPet, KnownWorld
from phcs.core.matching.pets import describe_pet, find_pet
from phcs.core.planning.actions import Action, DuplicateStrategy, PlannedAction, PlanPolicy
from phcs.core.planning.changes import Changes, owner_changes, pet_changes, stated_facts, with_changes
from phcs.core.planning.links import KnownLinks
from phcs.core.records import CaseFacts, CaseStatus, OwnerFacts, PetFacts, RecordKind, RowRecord
from phcs.core.row_places import RowPlace

NewId = Callable[[], UUID]


@immutable
class RowToPlan:
    """A row on its way through planning, with the world it is planned in.

    `digest` stands for all that the row says, '' where its main record has no external id. By `keys` others find
    the owner.
    """

    row_no: int
    record: RowRecord
    world: KnownWorld
    decisions: Mapping[UUID, bool]
    digest: str
    keys: tuple[int, ...]
    policy: PlanPolicy
    links: KnownLinks

    @property
    def place(self) -> RowPlace:
        """Where the row stands in its import."""
        return RowPlace(self.policy.table_no, self.row_no)

    def name_of(self, place: RowPlace) -> str:
        """What people call another row."""
        return self.policy.row_name(place)


def create_owner(
    row: RowToPlan, facts: OwnerFacts, match: MatchAnswer, *, new_id: UUID
) -> tuple[KnownOwner, PlannedAction]:
    """Plan a new owner; an external id that another owner has already stays with that one."""
    source, external_id, world = row.policy.source, row.record.owner_external_id, row.world
    if external_id and world.owner_by_external_id(source, external_id) is not None:
        external_id = ""
    owner = KnownOwner(
        id=new_id,
        version=1,
        planned=True,
        row_no=row.row_no,
        facts=facts,
        external_ids=frozenset({(source, external_id)}) if external_id else frozenset(),
        imported=facts if external_id else None,
        table_no=row.policy.table_no,
    )
    world.add_owner(owner, row.keys)
    stated = stated_facts(facts)
    return owner, PlannedAction(
        RecordKind.OWNER,
        Action.CREATE,
        owner.id,
        facts=stated,
        external_id=external_id,
        evidence=match.evidence,
        imported=stated if external_id else {},
    )


def link_owner(row: RowToPlan, facts: OwnerFacts, match: MatchAnswer, owner: KnownOwner) -> PlannedAction:
    """Plan what a known owner gains from a row, and make it so in the world."""
    world, policy = row.world, row.policy
    external_id = (policy.source, row.record.owner_external_id)
    has_id = external_id in owner.external_ids
    gains_id = bool(external_id[1]) and not has_id and world.owner_by_external_id(*external_id) is None
    said, rows = owner.statement(external_id[1])
    changes: Changes = {}
    if policy.duplicates is not DuplicateStrategy.SKIP:
        changes = owner_changes(
            owner.facts,
            facts,
            baseline=said if has_id else None,
            overwrite=policy.duplicates is DuplicateStrategy.UPDATE,
        )
    action = Action.UNCHANGED if has_id and not owner.planned else Action.LINK
    if changes:
        action = Action.UPDATE
    says_other = gains_id or (has_id and said != facts)
    planned = PlannedAction(
        RecordKind.OWNER,
        action,
        owner.id,
        base_version=owner.version,
        changes=changes,
        external_id=external_id[1] if has_id or gains_id else "",
        evidence=match.evidence,
        imported=stated_facts(facts) if says_other else {},
    )
    if changes:
        owner.facts = with_changes(owner.facts, changes)
        owner.version += 1
    if gains_id:
        owner.external_ids |= {external_id}
    if says_other:
        owner.state(*external_id, facts, rows if has_id else ())
    if gains_id:
        world.add_owner(owner, row.keys)
    return planned


def plan_pets(
    pets: Sequence[PetFacts], owner: KnownOwner, *, strategy: DuplicateStrategy, new_id: NewId
) -> list[PlannedAction]:
    """Plan the pets of a row: each one is a known pet of this owner or a new one."""
    actions: list[PlannedAction] = []
    taken: set[UUID] = set()
    for pet in pets:
        facts = stated_facts(pet)
        if not facts:
            continue
        known = find_pet(pet, owner.pets, taken=taken)
        if known is None:
            known = KnownPet(new_id(), 1, planned=True, facts=pet)
            owner.pets.append(known)
            actions.append(
                PlannedAction(RecordKind.PET, Action.CREATE, known.id, parent_id=owner.id, facts=facts)
            )
        elif known.id not in taken:
            actions.append(_known_pet(pet, known, owner, strategy))
        taken.add(known.id)
    return actions


def _known_pet(
    pet: PetFacts, known: KnownPet, owner: KnownOwner, strategy: DuplicateStrategy
) -> PlannedAction:
    changes = pet_changes_by(strategy, known, pet)
    action = Action.LINK if known.planned else Action.UNCHANGED
    planned = PlannedAction(
        RecordKind.PET,
        Action.UPDATE if changes else action,
        known.id,
        parent_id=owner.id,
        base_version=known.version,
        changes=changes,
        evidence=(f"same pet {describe_pet(known.facts)}",),
    )
    change_pet(known, changes)
    return planned


def pet_changes_by(strategy: DuplicateStrategy, known: KnownPet, stated: PetFacts) -> Changes:
    """Return what a known pet gains from a row that means it, as the import treats what is there already."""
    if strategy is DuplicateStrategy.SKIP:
        return {}
    return pet_changes(known.facts, stated, overwrite=strategy is DuplicateStrategy.UPDATE)


def change_pet(pet: KnownPet, changes: Changes) -> None:
    """Make it so in the world, for the rows that follow."""
    if changes:
        pet.facts = with_changes(pet.facts, changes)
        pet.version += 1


def create_case(
    row: RowToPlan, facts: CaseFacts, owner: KnownOwner, pet_ids: tuple[UUID, ...], *, new_id: UUID
) -> PlannedAction:
    """Plan a new case of this owner about these pets; it is new where the source does not say how it stands."""
    stated, external_id, digest = stated_facts(facts), row.record.case_external_id, row.digest
    made = facts if facts.status else replace(facts, status=CaseStatus.NEW.value)
    if external_id:
        case = KnownCase(
            id=new_id,
            version=1,
            planned=True,
            row_no=row.row_no,
            owner_id=owner.id,
            facts=made,
            imported=facts,
            pet_ids=frozenset(pet_ids),
            imported_rows=(digest,),
            table_no=row.policy.table_no,
        )
        row.world.add_case(external_id, case)
    return PlannedAction(
        RecordKind.CASE,
        Action.CREATE,
        new_id,
        parent_id=owner.id,
        facts=stated if made is facts else stated_facts(made),
        external_id=external_id,
        pet_ids=pet_ids,
        imported=stated if external_id else {},
        imported_rows=(digest,) if external_id else (),
    )


def change_case(
    row: RowToPlan, facts: CaseFacts, case: KnownCase, changes: Changes, new_pets: tuple[UUID, ...]
) -> PlannedAction:
    """Plan what a known case gains from a row, and make it so in the world; LINK is more pets, no more.

    The baseline's digests start anew with the first row of a file that says something new.
    """
    rows = (*case.imported_rows, row.digest) if case.row_no else (row.digest,)
    planned = PlannedAction(
        RecordKind.CASE,
        Action.UPDATE if changes else Action.LINK if new_pets else Action.UNCHANGED,
        case.id,
        parent_id=case.owner_id,
        base_version=case.version,
        changes=changes,
        external_id=row.record.case_external_id,
        pet_ids=new_pets,
        evidence=("same case id",),
        imported=stated_facts(facts),
        imported_rows=rows,
    )
    if changes:
        case.facts = with_changes(case.facts, changes)
        case.version += 1
    case.pet_ids |= set(new_pets)
    case.imported, case.imported_rows = facts, rows
    if not case.row_no:
        case.table_no, case.row_no = row.place
    return planned


def own_external_id(record: RowRecord, kind: RecordKind) -> str:
    """Return the source's own id of the record that a row of a table of this kind is about; '' where it gives none."""
    if kind is RecordKind.OWNER:
        return record.owner_external_id
    if kind is RecordKind.PET:
        return record.pet_external_id
    return record.case_external_id if kind is RecordKind.CASE else record.history_external_id
