"""One chunk of staged rows planned in the world that it may touch; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.identifiers import PlannedKeys
from phcs.core.matching.keys import is_contact_key, owner_keys
from phcs.core.matching.known import KnownWorld
from phcs.core.matching.presets import MatchRules
from phcs.core.options import ImportOptions
from phcs.core.own_records import own_record_id
from phcs.core.planning import DuplicateStrategy, PlannedRow, Planner, PlanPolicy
from phcs.core.records import RecordKind, RowRecord
from phcs.models.imports import Import
from phcs.queries.known_world import ChunkNeeds, known_world
from phcs.queries.name_frequencies import FrequencyReader
from phcs.queries.planned_records import WorldScope
from phcs.services.plan_rows import StagedRecord
from phcs.services.standing_answers import NO_ANSWERS, StandingAnswers


@dataclass(slots=True)
class ChunkPlan:
    """Rows as planned; `gained` are the keys that owners gain by them, as (key, owner)."""

    rows: list[PlannedRow] = field(default_factory=list)
    gained: list[tuple[int, UUID]] = field(default_factory=list)


class ChunkPlanner:
    """Plans chunk after chunk, in file order, by the import's own rules or by others."""

    def __init__(self, *, found: Import, rules: MatchRules | None = None) -> None:
        options = ImportOptions.from_json(found.options)
        self.policy = PlanPolicy(
            source=found.source,
            kind=RecordKind(found.kind),
            duplicates=DuplicateStrategy(options.duplicates),
            rules=rules or options.match_rules,
        )
        self.skipped_blocks: set[int] = set()
        """Keys that led to nobody because too many owners hold them."""
        self._ids = PlannedKeys(found.id)
        self._planner = Planner(policy=self.policy, new_id=self._ids)
        self._answers = StandingAnswers(found)
        self._frequencies = FrequencyReader(found.organisation_id)

    def plan(self, session: Session, scope: WorldScope, rows: Sequence[StagedRecord]) -> ChunkPlan:
        """Plan the rows in the world as it is before the first of them."""
        keys = {row.row_no: self._keys(row.record) for row in rows if row.record.owner is not None}
        answers = self._answers.about(rows)
        chunk = known_world(
            session,
            scope,
            ChunkNeeds(
                keys={key for found in keys.values() for key in found},
                case_ids={row.record.case_external_id for row in rows if row.record.case_external_id},
                owner_ids=_owners_named(scope, rows, answers),
                names=[row.record.owner for row in rows if row.record.owner is not None],
            ),
            frequencies=self._frequencies,
        )
        plan = ChunkPlan()
        gained: set[tuple[int, UUID]] = set()
        for row in rows:
            known = answers.get(row.row_no, NO_ANSWERS)
            planned = self._plan_row(row, chunk.world, known, keys.get(row.row_no, ()))
            plan.rows.append(planned)
            for action in planned.actions:
                if action.kind is RecordKind.OWNER:
                    gained.update((key, action.record_id) for key in planned.keys)
        self.skipped_blocks |= chunk.world.skipped_blocks
        plan.gained = sorted(
            (pair for pair in gained - chunk.held if is_contact_key(pair[0]) or pair[0] not in chunk.crowded),
            key=lambda pair: (pair[0], pair[1].int),
        )
        return plan

    def _plan_row(
        self, row: StagedRecord, world: KnownWorld, answers: Mapping[UUID, bool], keys: tuple[int, ...]
    ) -> PlannedRow:
        self._ids.at_row(row.row_no)
        return self._planner.plan_row(row.row_no, row.record, row.status, world, answers, keys=keys)

    def _keys(self, record: RowRecord) -> tuple[int, ...]:
        assert record.owner is not None  # noqa: S101 - the caller has looked
        return owner_keys(
            record.owner, record.pets, source=self.policy.source, external_id=record.owner_external_id
        )


def _owners_named(
    scope: WorldScope, rows: Sequence[StagedRecord], answers: Mapping[int, Mapping[UUID, bool]]
) -> set[UUID]:
    """The owners whom a person's answers name, and those whom an export of ours names by their own ids."""
    answered = {owner for row in rows for owner, same in answers.get(row.row_no, NO_ANSWERS).items() if same}
    own = {own_record_id(scope.source, row.record.owner_external_id) for row in rows}
    return answered | {owner for owner in own if owner is not None}
