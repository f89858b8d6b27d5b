"""From a checked row to its one outcome: against what is live and what the file has said so far alike."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from phcs.core.findings import Finding, RowStatus
from phcs.core.matching.known import KnownWorld
from phcs.core.planning import outcomes
from phcs.core.planning.actions import Action, DuplicateStrategy, PlannedRow, PlanPolicy
from phcs.core.planning.changes import case_changes, leaves_out, stated_facts
from phcs.core.planning.conflicts import settle_conflicts
from phcs.core.planning.fingerprint import row_digest
from phcs.core.planning.history_rows import HistoryRows
from phcs.core.planning.links import KnownLinks, no_links
from phcs.core.planning.pet_rows import PetRows
from phcs.core.planning.records import NewId, RowToPlan, change_case, create_case, own_external_id
from phcs.core.planning.row_owners import RowOwners
from phcs.core.records import CaseFacts, OwnerFacts, RecordKind, RowRecord

_LACKS = {
    RecordKind.OWNER: "The row lacks an owner.",
    RecordKind.PET: "The row lacks a pet.",
    RecordKind.CASE: "The row lacks an owner or a case.",
}


class Planner:
    """Plans the rows of one source table, in the order of the file.

    `new_id` gives the id of each record that the plan creates; the same rows, world and ids give the
    same plan. Row after row the world takes in what the plan does, so duplicates inside the file and
    duplicates of live records are one and the same case. Tables are planned in the order of their numbers.
    """

    def __init__(self, *, policy: PlanPolicy, new_id: NewId) -> None:
        self._policy = policy
        self._new_id = new_id
        self._owners = RowOwners(policy=policy, new_id=new_id)
        self._pets = PetRows(owners=self._owners, policy=policy, new_id=new_id)
        self._history = HistoryRows(owners=self._owners, policy=policy, new_id=new_id)

    def plan_row(
        self,
        row_no: int,
        record: RowRecord,
        status: RowStatus,
        world: KnownWorld,
        decisions: Mapping[UUID, bool],
        *,
        keys: tuple[int, ...] | None = None,
        links: KnownLinks | None = None,
    ) -> PlannedRow:
        """Return the row's outcome and actions; `decisions` are a person's answers about its owner.

        `keys` are those of the row's owner, where they are known already. Whom the row is about is known by
        them to the rows that follow. `links` are what its references lead to.
        """
        if status is RowStatus.ERROR:
            return outcomes.rejected(row_no, record, links or no_links())
        if record.skip:
            return PlannedRow(row_no, Action.SKIP, reason=record.skip)
        if self._lacks_its_record(record):
            return PlannedRow(
                row_no, Action.REJECT, reason=_LACKS.get(self._policy.kind, "The row is empty.")
            )
        digest = row_digest(record) if own_external_id(record, self._policy.kind) else ""
        row = self._owners.row_to_plan(
            row_no, record, world, decisions, digest=digest, keys=keys, links=links or no_links()
        )
        return self._owners.found_from_here_on(self._planned(row), row)

    def _lacks_its_record(self, record: RowRecord) -> bool:
        kind = self._policy.kind
        if kind is RecordKind.PET:
            return len(record.pets) != 1
        if kind.is_history:
            return record.history is None
        return record.owner is None or (kind is RecordKind.CASE and record.case is None)

    def _planned(self, row: RowToPlan) -> PlannedRow:
        record = row.record
        if record.history is not None and self._policy.kind.is_history:
            return self._history.plan(row, record.history)
        if self._policy.kind is RecordKind.PET:
            return self._pets.plan(row, record.pets[0])
        assert record.owner is not None  # noqa: S101 - the caller has looked
        if self._policy.kind is RecordKind.CASE and record.case is not None:
            return self._plan_case_row(row, record.owner, record.case)
        return self._plan_owner_row(row, record.owner)

    def _plan_owner_row(self, row: RowToPlan, facts: OwnerFacts) -> PlannedRow:
        external_id = row.record.owner_external_id
        known = row.world.owner_by_external_id(self._policy.source, external_id) if external_id else None
        if known is not None and not known.planned and row.digest in known.statement(external_id)[1]:
            return outcomes.imported_before(row, known, None)
        match = self._owners.match(row, facts, None)
        if self._owners.waits(match):
            return self._owners.hold_back(row, external_id, facts, match)
        owner, owner_action = self._owners.settle(row, facts, match)
        pet_actions = self._owners.pets(row, owner)
        findings = outcomes.household(match)
        if owner.planned and owner.place != row.place:
            differs = bool(owner_action.changes) or leaves_out(
                facts, row.record.pets, owner.facts, owner.pets
            )
            findings += outcomes.owner_repeated(row, owner.place, pet_actions, differently=differs)
        if owner_action.external_id:
            earlier = owner.statement(owner_action.external_id)[1] if owner.planned else ()
            rows = (*earlier, row.digest)
            owner.state(self._policy.source, owner_action.external_id, facts, rows)
            owner_action = replace(owner_action, imported=stated_facts(facts), imported_rows=rows)
        actions = (owner_action, *pet_actions)
        return self._owners.told(
            PlannedRow(row.row_no, owner_action.action, actions, findings, match, match.explanation)
        )

    def _plan_case_row(self, row: RowToPlan, owner_facts: OwnerFacts, facts: CaseFacts) -> PlannedRow:
        case = row.world.case(row.record.case_external_id)
        case_owner = row.world.owner(case.owner_id) if case else None
        changes = case_changes(case.facts, facts, baseline=case.imported) if case else {}
        conflicts: tuple[Finding, ...] = ()
        if case is not None:
            if row.digest in case.imported_rows and case.row_no:
                return outcomes.same_as_before(row, case.place)
            if row.digest in case.imported_rows:
                return outcomes.imported_before(row, case_owner, case)
            if changes and self._policy.duplicates is DuplicateStrategy.SKIP:
                return outcomes.left_alone(row, case.place if case.row_no else None)
            changes, conflicts = settle_conflicts(
                changes, live=case.facts, baseline=case.imported, kind=RecordKind.CASE, policy=self._policy
            )
        match = self._owners.match(row, owner_facts, case_owner)
        if self._owners.waits(match):
            return self._owners.hold_back(row, row.record.case_external_id, owner_facts, match)
        owner, owner_action = self._owners.settle(row, owner_facts, match)
        actions = (owner_action, *self._owners.pets(row, owner))
        pet_ids = tuple(action.record_id for action in actions[1:])
        findings = outcomes.household(match) + conflicts
        if case is None:
            case_action = create_case(row, facts, owner, pet_ids, new_id=self._new_id())
        else:
            new_pets = tuple(pet for pet in pet_ids if pet not in case.pet_ids and owner.id == case.owner_id)
            if case.row_no:
                if not changes and not new_pets and not outcomes.touches(actions):
                    return outcomes.same_as_before(row, case.place)
                findings += (outcomes.repeated(row, case.place, differently=True),)
            case_action = change_case(row, facts, case, changes, new_pets)
        actions = (*actions, case_action)
        return self._owners.told(
            PlannedRow(row.row_no, case_action.action, actions, findings, match, match.explanation)
        )
