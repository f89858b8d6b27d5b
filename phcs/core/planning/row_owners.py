"""Whose a row is, where it says so in words: the owner that it describes is matched, asked about, or made."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from phcs.core.matching.deciding import MatchAnswer, MatchOutcome, match_owner
from phcs.core.matching.keys import owner_keys
from phcs.core.matching.known import KnownOwner, KnownWorld
from phcs.core.planning import outcomes
from phcs.core.planning.actions import DuplicateStrategy, PlannedAction, PlannedRow, PlanPolicy
from phcs.core.planning.links import KnownLinks, KnownParent
from phcs.core.planning.records import NewId, RowToPlan, create_owner, link_owner, plan_pets
from phcs.core.records import OwnerFacts, PetFacts, RecordKind, RowRecord
from phcs.core.row_places import RowPlace


class RowOwners:
    """Settles the owners of one table's rows, in the order of the file."""

    def __init__(self, *, policy: PlanPolicy, new_id: NewId) -> None:
        self._policy = policy
        self._new_id = new_id
        self._held_back: dict[str, tuple[RowPlace, str]] = {}
        """RowPlace and digest of the first row that waits for a person, by the id of its main record."""
        self._before: tuple[OwnerFacts, tuple[PetFacts, ...]] | None = None
        """The known owner of the row and their pets as they were before the row."""

    def row_to_plan(
        self,
        row_no: int,
        record: RowRecord,
        world: KnownWorld,
        decisions: Mapping[UUID, bool],
        *,
        digest: str,
        keys: tuple[int, ...] | None,
        links: KnownLinks,
    ) -> RowToPlan:
        """Begin with a row; the keys of its owner are worked out where they are not known already."""
        self._before = None
        if keys is None:
            keys = self._keys(record.owner, record) if record.owner is not None else ()
        return RowToPlan(row_no, record, world, decisions, digest, keys, self._policy, links)

    def match(self, row: RowToPlan, facts: OwnerFacts, known: KnownOwner | None) -> MatchAnswer:
        """Say who the owner is; `known` is who holds the row's record, or its pet, already."""
        return match_owner(
            facts,
            row.record.pets,
            source=self._policy.source,
            external_id=row.record.owner_external_id,
            world=row.world,
            decisions=row.decisions,
            case_owner=known,
            rules=self._policy.rules,
            keys=row.keys[1:] if row.record.owner_external_id and row.keys else row.keys,
        )

    def waits(self, match: MatchAnswer) -> bool:
        """Say whether a person has to answer first."""
        return match.outcome is MatchOutcome.REVIEW and not self._creates_anyway(match)

    def hold_back(
        self, row: RowToPlan, external_id: str, facts: OwnerFacts, match: MatchAnswer
    ) -> PlannedRow:
        """Hold a row back; one question is enough for all rows about the record with this id."""
        first = self._held_back.get(external_id) if external_id else None
        if first is not None:
            return outcomes.waits_with(row, first, match)
        if external_id:
            self._held_back[external_id] = (row.place, row.digest)
        return outcomes.held_back(row, facts, match)

    def settle(
        self, row: RowToPlan, facts: OwnerFacts, match: MatchAnswer
    ) -> tuple[KnownOwner, PlannedAction]:
        """Make the owner, or link the one that is known; rows that name the owner by its id find it from here on."""
        if match.owner is None or match.outcome is MatchOutcome.NEW or self._creates_anyway(match):
            owner, action = create_owner(row, facts, match, new_id=self._new_id())
        else:
            owner = match.owner
            self._before = (owner.facts, _pet_facts(owner))
            action = link_owner(row, facts, match, owner)
        if action.external_id:
            parent = KnownParent(owner.id, owner.id)
            row.links.parents[RecordKind.OWNER, action.external_id] = parent
        return owner, action

    def pets(self, row: RowToPlan, owner: KnownOwner) -> list[PlannedAction]:
        """Plan the pets that a row names without an id of their own."""
        return plan_pets(row.record.pets, owner, strategy=self._policy.duplicates, new_id=self._new_id)

    def told(self, planned: PlannedRow) -> PlannedRow:
        """Say it where the answer was not followed, and which pets a known owner gains."""
        if planned.match is not None and self._creates_anyway(planned.match):
            return outcomes.created_anyway(planned, planned.match)
        return outcomes.with_new_pets_named(planned)

    def found_from_here_on(self, planned: PlannedRow, row: RowToPlan) -> PlannedRow:
        """Let later rows find the owner by what this row says, and by what the owner is after it."""
        owners = [one.record_id for one in planned.actions if one.kind is RecordKind.OWNER]
        owner = row.world.owner(owners[0]) if owners else None
        if owner is None:
            return planned
        keys = row.keys
        now = (owner.facts, _pet_facts(owner))
        if self._before is not None and self._before != now and outcomes.touches(planned.actions):
            before = set(owner_keys(*self._before, source="", external_id=""))
            after = owner_keys(*now, source="", external_id="")
            keys = tuple(dict.fromkeys((*keys, *(key for key in after if key not in before))))
        if not (owner.planned and owner.place == row.place):  # a new owner is known by them already
            row.world.add_owner(owner, keys)
        return replace(planned, keys=keys)

    def _keys(self, owner: OwnerFacts, record: RowRecord) -> tuple[int, ...]:
        return owner_keys(
            owner, record.pets, source=self._policy.source, external_id=record.owner_external_id
        )

    def _creates_anyway(self, match: MatchAnswer) -> bool:
        return self._policy.duplicates is DuplicateStrategy.CREATE and not match.certain


def _pet_facts(owner: KnownOwner) -> tuple[PetFacts, ...]:
    return tuple([pet.facts for pet in owner.pets])
