"""One chunk of staged rows planned in the world that it may touch; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.orm import Session

from phcs.core.identifiers import PlannedKeys
from phcs.core.matching.keys import is_contact_key, owner_keys
from phcs.core.matching.presets import MatchRules
from phcs.core.options import ImportOptions
from phcs.core.own_records import own_record_id
from phcs.core.planning import DuplicateStrategy, PlannedRow, Planner, PlanPolicy
from phcs.core.planning.links import KnownLinks, Reference, no_links
from phcs.core.records import RecordKind, RowRecord
from phcs.core.row_places import RowPlace
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.queries.conflicts import facts_taken
from phcs.queries.known_links import LinkNeeds, known_links
from phcs.queries.known_world import ChunkNeeds, ChunkWorld, known_world
from phcs.queries.name_frequencies import FrequencyReader
from phcs.queries.orphan_decisions import orphan_decisions
from phcs.queries.planned_records import WorldScope
from phcs.queries.source_tables import TableInPlan, tables_in_plan
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
        self._planners: dict[int, Planner] = {}
        self._tables = tables_in_plan(db.session(), found)
        self._orphans = orphan_decisions(db.session(), found, self._tables)
        self._theirs = facts_taken(db.session(), organisation_id=found.organisation_id, import_id=found.id)
        self._answers = StandingAnswers(found)
        self._frequencies = FrequencyReader(found.organisation_id)

    def plan(
        self, session: Session, scope: WorldScope, rows: Sequence[StagedRecord], *, table: TableInPlan
    ) -> ChunkPlan:
        """Plan the rows of a table in the world as it is before the first of them."""
        keys = {row.row_no: _keys(row.record, table) for row in rows if row.record.owner is not None}
        answers = self._answers.about(rows, table)
        scope = replace(scope, sources={one.table_no: one.source for one in self._tables})
        links = self._links(session, scope, rows, table)
        chunk = known_world(
            session,
            scope,
            ChunkNeeds(
                keys={key for found in keys.values() for key in found},
                case_ids={row.record.case_external_id for row in rows if row.record.case_external_id},
                owner_ids=_owners_named(scope, rows, answers) | self._owners_linked(rows, links, table),
                names=[row.record.owner for row in rows if row.record.owner is not None],
                names_pets=any(row.record.pet_external_id and row.record.pets for row in rows),
            ),
            frequencies=self._frequencies,
        )
        planner, planned = self._planner_of(table), []
        for row in rows:
            self._ids.at_row(RowPlace(table.table_no, row.row_no).position)
            known, of_owner = answers.get(row.row_no, NO_ANSWERS), keys.get(row.row_no, ())
            planned.append(
                planner.plan_row(
                    row.row_no, row.record, row.status, chunk.world, known, keys=of_owner, links=links
                )
            )
        self.skipped_blocks |= chunk.world.skipped_blocks
        return ChunkPlan(planned, _gained(planned, chunk))

    def _planner_of(self, table: TableInPlan) -> Planner:
        """The one that plans the rows of this table."""
        if table.table_no not in self._planners:
            policy = replace(
                self.policy,
                source=table.source,
                kind=table.kind,
                table_no=table.table_no,
                table_names={one.table_no: one.name for one in self._tables},
                orphans=self._orphans.get(table.table_no, {}),
                theirs=self._theirs,
            )
            self._planners[table.table_no] = Planner(policy=policy, new_id=self._ids)
        return self._planners[table.table_no]

    def _links(
        self, session: Session, scope: WorldScope, rows: Sequence[StagedRecord], table: TableInPlan
    ) -> KnownLinks:
        """What the rows name by their source's ids; nothing is looked for on behalf of owners and cases."""
        if table.kind in {RecordKind.OWNER, RecordKind.CASE}:
            return no_links()
        needs = LinkNeeds(
            table.kind,
            references={reference for row in rows for reference in _references(row.record)},
            record_ids={row.record.history_external_id for row in rows if row.record.history_external_id},
        )
        kinds = {one.table_no: one.kind for one in self._tables}
        return known_links(session, scope, needs, kinds=kinds)

    def _owners_linked(
        self, rows: Sequence[StagedRecord], links: KnownLinks, table: TableInPlan
    ) -> set[UUID]:
        """The owners whose pets or facts matter to the rows, and those to whom orphans go."""
        adopting = {one.owner_id for one in self._orphans.get(table.table_no, {}).values() if one.owner_id}
        described = [row.record for row in rows if row.record.pets or row.record.owner is not None]
        named = {links.parents.get(reference) for record in described for reference in _references(record)}
        known = [links.records.get(record.history_external_id) for record in described]
        return (
            adopting
            | {parent.owner_id for parent in named if parent is not None}
            | {record.owner_id for record in known if record is not None and record.owner_id is not None}
        )


def _gained(planned: Sequence[PlannedRow], chunk: ChunkWorld) -> list[tuple[int, UUID]]:
    """The keys that owners gain by these rows, in order; one that too many hold leads to nobody."""
    gained: dict[tuple[int, str], UUID] = {}
    for row in planned:
        for action in row.actions:
            if action.kind is RecordKind.OWNER:
                owner = action.record_id.hex
                gained |= {(key, owner): action.record_id for key in row.keys}
    return [
        (key, gained[key, owner])
        for key, owner in sorted(gained)
        if owner not in chunk.held.get(key, ()) and (is_contact_key(key) or key not in chunk.crowded)
    ]


def _references(record: RowRecord) -> list[Reference]:
    """The records that a row names by their source's ids."""
    return [
        reference
        for reference in (
            (RecordKind.OWNER, record.owner_external_id),
            (RecordKind.PET, record.pet_external_id),
            (RecordKind.INVOICE, record.invoice_external_id),
        )
        if reference[1]
    ]


def _keys(record: RowRecord, table: TableInPlan) -> tuple[int, ...]:
    assert record.owner is not None  # noqa: S101 - the caller has looked
    return owner_keys(record.owner, record.pets, source=table.source, external_id=record.owner_external_id)


def _owners_named(
    scope: WorldScope, rows: Sequence[StagedRecord], answers: Mapping[int, Mapping[UUID, bool]]
) -> set[UUID]:
    """The owners whom a person's answers name, and those whom an export of ours names by their own ids."""
    answered = {owner for row in rows for owner, same in answers.get(row.row_no, NO_ANSWERS).items() if same}
    own = {own_record_id(scope.source, row.record.owner_external_id) for row in rows}
    return answered | {owner for owner in own if owner is not None}
