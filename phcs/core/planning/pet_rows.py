"""The rows of a table of pets: each states one pet, and by a reference or in words whose it is."""

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.matching.deciding import MatchAnswer
from phcs.core.matching.known import KnownOwner, KnownPet, PetStatement
from phcs.core.planning import outcomes
from phcs.core.planning.actions import DuplicateStrategy, OrphanChoice, PlannedAction, PlannedRow, PlanPolicy
from phcs.core.planning.changes import pet_changes
from phcs.core.planning.conflicts import settle_conflicts
from phcs.core.planning.links import MISSING, AbsentParent
from phcs.core.planning.named_pets import change_named_pet, named_pet_changes, plan_named_pet
from phcs.core.planning.orphans import (
    CHOSEN_IS_GONE,
    adopting_owner,
    decision_about,
    given_to,
    held_back_orphan,
    orphan_finding,
)
from phcs.core.planning.records import NewId, RowToPlan
from phcs.core.planning.row_owners import RowOwners
from phcs.core.records import PetFacts, RecordKind


class PetRows:
    """Plans the rows of one table of pets, in the order of the file."""

    def __init__(self, *, owners: RowOwners, policy: PlanPolicy, new_id: NewId) -> None:
        self._owners = owners
        self._policy = policy
        self._new_id = new_id

    def plan(self, row: RowToPlan, facts: PetFacts) -> PlannedRow:
        """Return the row's outcome: a pet known by its id stays with its owner, a new one comes to the owner named."""
        external_id = row.record.pet_external_id
        known = _known_pet(row)
        if known is not None:
            owner, pet = known
            said = pet.said[external_id]
            if row.digest in said.rows and said.place:
                return outcomes.same_as_before(row, said.place)
            if row.digest in said.rows:
                pet.said[external_id] = said._replace(place=row.place)
                return outcomes.record_imported_before(row, RecordKind.PET, pet, owner.id, external_id)
        if row.record.owner is not None:
            return self._of_described_owner(row, facts, known)
        if known is not None:
            return self._change(row, facts, known, (), None)
        return self._of_named_owner(row, facts)

    def _of_described_owner(
        self, row: RowToPlan, facts: PetFacts, known: tuple[KnownOwner, KnownPet] | None
    ) -> PlannedRow:
        assert row.record.owner is not None  # noqa: S101 - the caller has looked
        match = self._owners.match(row, row.record.owner, known[0] if known else None)
        if self._owners.waits(match):
            return self._owners.hold_back(row, row.record.pet_external_id, row.record.owner, match)
        owner, action = self._owners.settle(row, row.record.owner, match)
        if known is not None:
            return self._change(row, facts, known, (action,), match)
        return self._bring(row, facts, owner, (action,), match, outcomes.household(match))

    def _of_named_owner(self, row: RowToPlan, facts: PetFacts) -> PlannedRow:
        """A pet that is new to the source's ids, whose owner is named by one."""
        reference = (RecordKind.OWNER, row.record.owner_external_id)
        parent = row.links.parent(reference) if reference[1] else MISSING
        if not isinstance(parent, AbsentParent):
            owner = row.world.owner(parent.owner_id)
            if owner is not None:
                return self._bring(row, facts, owner, (), None, ())
            parent = MISSING
        decision = decision_about(row, parent)
        if decision is None:
            return held_back_orphan(row, reference, parent)
        adopted = adopting_owner(row, decision)
        if adopted is None:
            return held_back_orphan(row, reference, parent, lost=CHOSEN_IS_GONE)
        findings = (orphan_finding(row, reference, parent, Severity.NOTE),)
        stands_for_nobody = decision.choice is OrphanChoice.PLACEHOLDER
        planned = self._bring(
            row, facts, adopted[0], adopted[1], None, findings, is_another=stands_for_nobody
        )
        return given_to(planned, adopted[0])

    def _bring(
        self,
        row: RowToPlan,
        facts: PetFacts,
        owner: KnownOwner,
        before: tuple[PlannedAction, ...],
        match: MatchAnswer | None,
        findings: tuple[Finding, ...],
        *,
        is_another: bool = False,
    ) -> PlannedRow:
        """Plan the pet with this owner; it `is_another` than the owner's pets where those are strangers' too."""
        pet, action = plan_named_pet(
            row,
            facts,
            owner,
            among=() if is_another else owner.pets,
            strategy=self._policy.duplicates,
            new_id=self._new_id,
        )
        if pet.planned and pet.place and pet.place != row.place:
            differently = bool(action.changes or pet_changes(pet.facts, facts, overwrite=True))
            findings += (outcomes.repeated(row, pet.place, differently=differently),)
        reason = match.explanation if match else ""
        planned = PlannedRow(row.row_no, action.action, (*before, action), findings, match, reason)
        return self._owners.told(planned)

    def _change(
        self,
        row: RowToPlan,
        facts: PetFacts,
        known: tuple[KnownOwner, KnownPet],
        before: tuple[PlannedAction, ...],
        match: MatchAnswer | None,
    ) -> PlannedRow:
        """Plan what the source changed about a pet that it names by the same id as before."""
        owner, pet = known
        external_id = row.record.pet_external_id
        said = pet.said[external_id]
        changes = named_pet_changes(facts, pet, external_id)
        if changes and self._policy.duplicates is DuplicateStrategy.SKIP:
            return outcomes.left_alone(row, said.place, kind=RecordKind.PET)
        changes, conflicts = settle_conflicts(
            changes, live=pet.facts, baseline=said.facts, kind=RecordKind.PET, policy=self._policy
        )
        findings = self._another_owner(row, owner, before) + conflicts
        if said.place:
            if not changes and not outcomes.touches(before):
                return outcomes.same_as_before(row, said.place)
            findings += (outcomes.repeated(row, said.place, differently=True),)
        action = change_named_pet(row, facts, owner, pet, changes)
        reason = match.explanation if match else ""
        return PlannedRow(row.row_no, action.action, (*before, action), findings, match, reason)

    def _another_owner(
        self, row: RowToPlan, owner: KnownOwner, before: tuple[PlannedAction, ...]
    ) -> tuple[Finding, ...]:
        """The warning that the row gives the pet another owner than it has: the pet stays where it is."""
        named = row.links.parent((RecordKind.OWNER, row.record.owner_external_id))
        other = None if isinstance(named, AbsentParent) else named.owner_id
        if before:
            other = before[0].record_id
        if other is None or other == owner.id:
            return ()
        finding = Finding(
            FindingCode.REFERENCE_DIFFERS,
            Severity.WARNING,
            value=f"the owner {row.record.owner_external_id}".strip()[:200],
            detail=f"the pet is {owner.facts.full_name}'s in PHCS and stays there",
        )
        return (finding,)


def _known_pet(row: RowToPlan) -> tuple[KnownOwner, KnownPet] | None:
    """The pet that the source has named by this id before, or that an export of ours names by its own."""
    external_id = row.record.pet_external_id
    known = row.world.pet(external_id)
    parent = row.links.parent((RecordKind.PET, external_id)) if external_id else MISSING
    if known is not None or isinstance(parent, AbsentParent):
        return known
    owner = row.world.owner(parent.owner_id)
    pet = next((pet for pet in owner.pets if pet.id == parent.record_id), None) if owner else None
    if owner is None or pet is None:
        return None
    row.world.name_pet(external_id, owner, pet, PetStatement())
    return owner, pet
