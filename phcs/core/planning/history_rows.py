"""The rows of a table of medical records, vaccinations, invoices and the like."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from phcs.core.findings import Finding, Severity
from phcs.core.history import HISTORY, HistoryFacts
from phcs.core.matching.deciding import MatchAnswer
from phcs.core.matching.known import KnownOwner
from phcs.core.planning import outcomes
from phcs.core.planning.actions import Action, DuplicateStrategy, PlannedAction, PlannedRow, PlanPolicy
from phcs.core.planning.belonging import Belonging, belonging_of, owner_differs
from phcs.core.planning.changes import OWNER_LINK, Changes, stated_changes, stated_facts, with_changes
from phcs.core.planning.conflicts import settle_conflicts
from phcs.core.planning.links import KnownParent, KnownRecord
from phcs.core.planning.named_pets import plan_named_pet
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
from phcs.core.records import OwnerFacts, RecordKind


class HistoryRows:
    """Plans the rows of one table of a kind of history, in the order of the file."""

    def __init__(self, *, owners: RowOwners, policy: PlanPolicy, new_id: NewId) -> None:
        self._owners = owners
        self._policy = policy
        self._new_id = new_id

    def plan(self, row: RowToPlan, facts: HistoryFacts) -> PlannedRow:
        """Return the row's outcome: the record known by its id, or a new one of whom the row belongs to."""
        external_id = row.record.history_external_id
        known = row.links.records.get(external_id) if external_id else None
        if known is not None and known.place and row.digest in known.imported_rows:
            return outcomes.same_as_before(row, known.place)
        belonging = belonging_of(row)
        if (
            known is not None
            and row.digest in known.imported_rows
            and not self._gains_a_link(known, belonging)
        ):
            known.place = row.place
            return outcomes.record_imported_before(row, self._policy.kind, known, known.owner_id, external_id)
        if belonging.lost and known is None:
            return self._plan_orphan(row, facts, belonging)
        if row.record.owner is not None and HISTORY[self._policy.kind.value].is_owned:
            return self._of_described_owner(row, facts, known, belonging, row.record.owner)
        return self._settled(row, facts, known, belonging, belonging.owner_id, (), None)

    def _gains_a_link(self, known: KnownRecord, belonging: Belonging) -> bool:
        """Say whether a record lacked its pet or invoice when it was imported, and that is there now."""
        lacked = any(not getattr(known.facts, name) for name in belonging.links)
        return lacked and self._policy.duplicates is not DuplicateStrategy.SKIP

    def _of_described_owner(
        self,
        row: RowToPlan,
        facts: HistoryFacts,
        known: KnownRecord | None,
        belonging: Belonging,
        described: OwnerFacts,
    ) -> PlannedRow:
        """Match the owner whom a row describes; the owner of the pet or invoice that it names holds in any case."""
        holder = belonging.owner_id or (known.owner_id if known else None)
        match = self._owners.match(row, described, row.world.owner(holder) if holder else None)
        through = belonging.through
        if through is not None and (self._owners.waits(match) or not _is(match, holder)):
            differs = (owner_differs((RecordKind.OWNER, row.record.owner_external_id), through),)
            belonging = replace(belonging, findings=belonging.findings or differs)
            return self._settled(row, facts, known, belonging, holder, (), None)
        if self._owners.waits(match):
            return self._owners.hold_back(row, row.record.history_external_id, described, match)
        owner, action = self._owners.settle(row, described, match)
        belonging = replace(belonging, findings=belonging.findings + outcomes.household(match))
        stays_with = known.owner_id if known else owner.id
        return self._settled(row, facts, known, belonging, stays_with, (action,), match)

    def _plan_orphan(self, row: RowToPlan, facts: HistoryFacts, belonging: Belonging) -> PlannedRow:
        """Hold a row back, or give it to its own owner or the chosen one, without what it lacks."""
        assert belonging.lost is not None  # noqa: S101 - the caller has looked
        reference, absent = belonging.lost
        decision = decision_about(row, absent)
        if decision is None:
            return held_back_orphan(row, reference, absent)
        finding = orphan_finding(row, reference, absent, Severity.NOTE)
        belonging = replace(belonging, findings=(finding, *belonging.findings), lost=None)
        if row.record.owner is not None:
            return self._of_described_owner(row, facts, None, belonging, row.record.owner)
        if belonging.owner_id is not None:
            planned = self._settled(row, facts, None, belonging, belonging.owner_id, (), None)
            return replace(
                planned, reason="Goes to the owner whom it names, as a person decided for such rows."
            )
        adopted = adopting_owner(row, decision)
        if adopted is None:
            return held_back_orphan(row, reference, absent, lost=CHOSEN_IS_GONE)
        owner, made = adopted
        return given_to(self._settled(row, facts, None, belonging, owner.id, made, None), owner)

    def _settled(
        self,
        row: RowToPlan,
        facts: HistoryFacts,
        known: KnownRecord | None,
        belonging: Belonging,
        owner_id: UUID | None,
        before: tuple[PlannedAction, ...],
        match: MatchAnswer | None,
    ) -> PlannedRow:
        """Plan the record itself, now that it is known whose it is."""
        links = dict(belonging.links)
        owner = row.world.owner(owner_id) if owner_id and row.record.pets else None
        if owner is not None and _may_link_pet(facts, links, known):
            pets = self._described_pets(row, owner)
            before += pets
            if len(pets) == 1:
                links["pet_id"] = str(pets[0].record_id)
        reason = match.explanation if match else ""
        if known is None:
            action = self._create(row, facts, links, owner_id)
        else:
            changes = _changes(known, facts, links, owner_id)
            if changes and self._policy.duplicates is DuplicateStrategy.SKIP:
                return outcomes.left_alone(row, known.place, kind=self._policy.kind)
            if known.place and not changes and not outcomes.touches(before):
                return outcomes.same_as_before(row, known.place)
            changes, conflicts = settle_conflicts(
                changes,
                live=known.facts,
                baseline=known.imported,
                kind=self._policy.kind,
                policy=self._policy,
            )
            findings = belonging.findings + conflicts + _repeated(row, known)
            belonging = replace(belonging, findings=findings)
            action = self._change(row, facts, known, changes)
        planned = PlannedRow(row.row_no, action.action, (*before, action), belonging.findings, match, reason)
        return self._owners.told(planned)

    def _described_pets(self, row: RowToPlan, owner: KnownOwner) -> tuple[PlannedAction, ...]:
        """The pets that a row describes in words: one by its own id where the row gives one."""
        if len(row.record.pets) == 1 and row.record.pet_external_id:
            _, action = plan_named_pet(
                row,
                row.record.pets[0],
                owner,
                among=owner.pets,
                strategy=self._policy.duplicates,
                new_id=self._new_id,
            )
            return (action,)
        return tuple(self._owners.pets(row, owner))

    def _create(
        self, row: RowToPlan, facts: HistoryFacts, links: dict[str, str], owner_id: UUID | None
    ) -> PlannedAction:
        kind, external_id = self._policy.kind, row.record.history_external_id
        record_id, stated = self._new_id(), stated_facts(facts)
        if external_id:
            row.links.records[external_id] = KnownRecord(
                id=record_id,
                version=1,
                planned=True,
                place=row.place,
                owner_id=owner_id,
                facts=_with_links(facts, links),
                imported=facts,
                imported_rows=(row.digest,),
            )
            if owner_id is not None:
                row.links.parents[kind, external_id] = KnownParent(record_id, owner_id)
        return PlannedAction(
            kind,
            Action.CREATE,
            record_id,
            parent_id=owner_id,
            facts=stated | links,
            external_id=external_id,
            imported=stated if external_id else {},
            imported_rows=(row.digest,) if external_id else (),
        )

    def _change(
        self, row: RowToPlan, facts: HistoryFacts, known: KnownRecord, changes: Changes
    ) -> PlannedAction:
        """Plan what a known record gains from a row, and make it so for the rows that follow."""
        rows = (*known.imported_rows, row.digest) if known.place else (row.digest,)
        if OWNER_LINK in changes:
            known.owner_id = UUID(changes[OWNER_LINK][1])
        planned = PlannedAction(
            self._policy.kind,
            Action.UPDATE if changes else Action.UNCHANGED,
            known.id,
            parent_id=known.owner_id,
            base_version=known.version,
            changes=changes,
            external_id=row.record.history_external_id,
            evidence=(f"same {self._policy.kind.value.replace('_', ' ')} id",),
            imported=stated_facts(facts),
            imported_rows=rows,
        )
        if changes:
            known.facts = with_changes(known.facts, changes)
            known.version += 1
        known.imported, known.imported_rows = facts, rows
        known.place = known.place or row.place
        return planned


def _may_link_pet(facts: HistoryFacts, links: dict[str, str], known: KnownRecord | None) -> bool:
    """Say whether the pet that a row describes in words counts: no reference and no live record names one."""
    has_link = "pet_id" in facts.__dataclass_fields__ and "pet_id" not in links
    return has_link and (known is None or not getattr(known.facts, "pet_id", ""))


def _is(match: MatchAnswer, owner_id: UUID | None) -> bool:
    return match.owner is not None and match.owner.id == owner_id


def _repeated(row: RowToPlan, known: KnownRecord) -> tuple[Finding, ...]:
    return (outcomes.repeated(row, known.place, differently=True),) if known.place else ()


def _changes(
    known: KnownRecord, facts: HistoryFacts, links: dict[str, str], owner_id: UUID | None
) -> Changes:
    """What the source has changed about a known record, and what it belongs to now where that is another."""
    changes = stated_changes(known.facts, facts, baseline=known.imported)
    for name, new in links.items():
        if (old := getattr(known.facts, name)) != new:
            changes[name] = [old, new]
    if owner_id is not None and known.owner_id is not None and owner_id != known.owner_id:
        changes[OWNER_LINK] = [str(known.owner_id), str(owner_id)]
    return changes


def _with_links(facts: HistoryFacts, links: dict[str, str]) -> HistoryFacts:
    linked: dict[str, Any] = links
    return replace(facts, **linked)
