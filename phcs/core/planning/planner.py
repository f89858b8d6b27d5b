"""From a checked row to its one outcome: against what is live and what the file has said so far alike."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from phcs.core.findings import RowStatus
from phcs.core.matching.deciding import MatchAnswer, MatchOutcome, match_owner
from phcs.core.matching.keys import owner_keys
from phcs.core.matching.known import KnownOwner, KnownWorld
from phcs.core.planning import outcomes
from phcs.core.planning.actions import Action, DuplicateStrategy, PlannedAction, PlannedRow, PlanPolicy
from phcs.core.planning.changes import case_changes, stated_facts
from phcs.core.planning.fingerprint import row_digest
from phcs.core.planning.records import (
    NewId,
    RowToPlan,
    change_case,
    create_case,
    create_owner,
    link_owner,
    plan_pets,
)
from phcs.core.records import CaseFacts, OwnerFacts, PetFacts, RecordKind, RowRecord


class Planner:
    """Plans the rows of one source table, in the order of the file.

    `new_id` gives the id of each record that the plan creates; the same rows, world and ids give the
    same plan. Row after row the world takes in what the plan does, so duplicates inside the file and
    duplicates of live records are one and the same case.
    """

    def __init__(self, *, policy: PlanPolicy, new_id: NewId) -> None:
        self._policy = policy
        self._new_id = new_id
        self._held_back: dict[str, tuple[int, str]] = {}
        """Row number and digest of the first row that waits for a person, by the id of its main record."""
        self._before: tuple[OwnerFacts, tuple[PetFacts, ...]] | None = None
        """The known owner of the row and their pets as they were before the row."""

    def plan_row(
        self,
        row_no: int,
        record: RowRecord,
        status: RowStatus,
        world: KnownWorld,
        decisions: Mapping[UUID, bool],
        *,
        keys: tuple[int, ...] | None = None,
    ) -> PlannedRow:
        """Return the row's outcome and actions; `decisions` are a person's answers about its owner.

        `keys` are those of the row's owner, where they are known already. Whom the row is about is known by
        them to the rows that follow.
        """
        if status is RowStatus.ERROR:
            return PlannedRow(row_no, Action.REJECT, reason="The row has errors.")
        if record.skip:
            return PlannedRow(row_no, Action.SKIP, reason=record.skip)
        is_case = self._policy.kind is RecordKind.CASE
        main_id = record.case_external_id if is_case else record.owner_external_id
        if record.owner is None or (is_case and record.case is None):
            return PlannedRow(row_no, Action.REJECT, reason="The row lacks an owner or a case.")
        if keys is None:
            keys = self._keys(record.owner, record)
        self._before = None
        digest = row_digest(record) if main_id else ""
        row = RowToPlan(row_no, record, world, decisions, digest, keys)
        if is_case and record.case is not None:
            planned = self._plan_case_row(row, record.owner, record.case)
        else:
            planned = self._plan_owner_row(row, record.owner)
        return self._found_from_here_on(planned, row)

    def _found_from_here_on(self, planned: PlannedRow, row: RowToPlan) -> PlannedRow:
        """Let later rows find the owner by what this row says, and by what the owner is after it."""
        owners = [one.record_id for one in planned.actions if one.kind is RecordKind.OWNER]
        owner = row.world.owner(owners[0]) if owners else None
        if owner is None:
            return planned
        keys = row.keys
        if self._before is not None and outcomes.touches(planned.actions):
            before = set(owner_keys(*self._before, source="", external_id=""))
            after = owner_keys(owner.facts, _pet_facts(owner), source="", external_id="")
            keys = tuple(dict.fromkeys((*keys, *(key for key in after if key not in before))))
        if not (owner.planned and owner.row_no == row.row_no):  # a new owner is known by them already
            row.world.add_owner(owner, keys)
        return replace(planned, keys=keys)

    def _keys(self, owner: OwnerFacts, record: RowRecord) -> tuple[int, ...]:
        return owner_keys(
            owner, record.pets, source=self._policy.source, external_id=record.owner_external_id
        )

    def _plan_owner_row(self, row: RowToPlan, facts: OwnerFacts) -> PlannedRow:
        external_id = row.record.owner_external_id
        known = row.world.owner_by_external_id(self._policy.source, external_id) if external_id else None
        if known is not None and not known.planned and row.digest in known.statement(external_id)[1]:
            return outcomes.imported_before(row, known, None)
        match = self._match(row, facts, None)
        if self._waits(match):
            return self._hold_back(row, external_id, facts, match)
        owner, owner_action = self._settle_owner(row, facts, match)
        pet_actions = self._plan_pets(row, owner)
        findings = outcomes.household(match)
        if owner.planned and owner.row_no != row.row_no:
            differently = outcomes.touches((owner_action, *pet_actions))
            findings += (outcomes.repeated(owner.row_no, differently=differently),)
        if owner_action.external_id:
            earlier = owner.statement(owner_action.external_id)[1] if owner.planned else ()
            rows = (*earlier, row.digest)
            owner.state(self._policy.source, owner_action.external_id, facts, rows)
            owner_action = replace(owner_action, imported=stated_facts(facts), imported_rows=rows)
        actions = (owner_action, *pet_actions)
        return self._told(
            PlannedRow(row.row_no, owner_action.action, actions, findings, match, match.explanation)
        )

    def _plan_case_row(self, row: RowToPlan, owner_facts: OwnerFacts, facts: CaseFacts) -> PlannedRow:
        case = row.world.case(row.record.case_external_id)
        case_owner = row.world.owner(case.owner_id) if case else None
        changes = case_changes(case.facts, facts, baseline=case.imported) if case else {}
        if case is not None:
            if row.digest in case.imported_rows and case.row_no:
                return outcomes.same_as_before(row, case.row_no)
            if row.digest in case.imported_rows:
                return outcomes.imported_before(row, case_owner, case)
            if changes and self._policy.duplicates is DuplicateStrategy.SKIP:
                return outcomes.left_alone(row, case.row_no)
        match = self._match(row, owner_facts, case_owner)
        if self._waits(match):
            return self._hold_back(row, row.record.case_external_id, owner_facts, match)
        owner, owner_action = self._settle_owner(row, owner_facts, match)
        actions = (owner_action, *self._plan_pets(row, owner))
        pet_ids = tuple(action.record_id for action in actions[1:])
        findings = outcomes.household(match)
        if case is None:
            case_action = create_case(row, facts, owner, pet_ids, new_id=self._new_id())
        else:
            new_pets = tuple(pet for pet in pet_ids if pet not in case.pet_ids and owner.id == case.owner_id)
            if case.row_no:
                if not changes and not new_pets and not outcomes.touches(actions):
                    return outcomes.same_as_before(row, case.row_no)
                findings += (outcomes.repeated(case.row_no, differently=True),)
            case_action = change_case(row, facts, case, changes, new_pets)
        actions = (*actions, case_action)
        return self._told(
            PlannedRow(row.row_no, case_action.action, actions, findings, match, match.explanation)
        )

    def _told(self, planned: PlannedRow) -> PlannedRow:
        """Say it where the answer was not followed, and which pets a known owner gains."""
        if planned.match is not None and self._creates_anyway(planned.match):
            return outcomes.created_anyway(planned, planned.match)
        return outcomes.with_new_pets_named(planned)

    def _match(self, row: RowToPlan, facts: OwnerFacts, case_owner: KnownOwner | None) -> MatchAnswer:
        return match_owner(
            facts,
            row.record.pets,
            source=self._policy.source,
            external_id=row.record.owner_external_id,
            world=row.world,
            decisions=row.decisions,
            case_owner=case_owner,
            rules=self._policy.rules,
        )

    def _creates_anyway(self, match: MatchAnswer) -> bool:
        return self._policy.duplicates is DuplicateStrategy.CREATE and not match.certain

    def _waits(self, match: MatchAnswer) -> bool:
        return match.outcome is MatchOutcome.REVIEW and not self._creates_anyway(match)

    def _hold_back(
        self, row: RowToPlan, external_id: str, facts: OwnerFacts, match: MatchAnswer
    ) -> PlannedRow:
        first = self._held_back.get(external_id) if external_id else None
        if first is not None:
            return outcomes.waits_with(row, first, match)
        if external_id:
            self._held_back[external_id] = (row.row_no, row.digest)
        return outcomes.held_back(row, facts, match)

    def _settle_owner(
        self, row: RowToPlan, facts: OwnerFacts, match: MatchAnswer
    ) -> tuple[KnownOwner, PlannedAction]:
        if match.owner is None or match.outcome is MatchOutcome.NEW or self._creates_anyway(match):
            return create_owner(row, facts, match, new_id=self._new_id(), source=self._policy.source)
        self._before = (match.owner.facts, _pet_facts(match.owner))
        return match.owner, link_owner(row, facts, match, match.owner, policy=self._policy)

    def _plan_pets(self, row: RowToPlan, owner: KnownOwner) -> list[PlannedAction]:
        return plan_pets(row.record.pets, owner, strategy=self._policy.duplicates, new_id=self._new_id)


def _pet_facts(owner: KnownOwner) -> tuple[PetFacts, ...]:
    return tuple(pet.facts for pet in owner.pets)
