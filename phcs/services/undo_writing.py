"""Carrying a reversal out on the live tables in bulk, with its audit events."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import StalePlanError
from phcs.core.records import RecordKind
from phcs.core.undoing import Direction, Effect, RecordChange
from phcs.models.base import Base
from phcs.models.imports import Import
from phcs.models.records import CasePet, ExternalId, MatchKey
from phcs.queries.among import among, by_index, checked
from phcs.queries.live_facts import TABLES, column_values, stated_columns
from phcs.services import bulk
from phcs.services.auditing import Chain, StoredEvent
from phcs.services.name_counts import MOST_PARTS_HELD, NAMES, NameTally, called
from phcs.services.record_updates import update_facts
from phcs.services.undo_names import restate_names
from phcs.services.undo_plan_rows import StoredStep

RECORD_COLUMNS = (
    "id",
    "organisation_id",
    "source",
    "import_id",
    "version",
    "created_at",
    "updated_at",
    "archived_at",
)
PAST: dict[str, str] = {Effect.REMOVED.value: "removed", Effect.BROUGHT_BACK.value: "restored"}
CHANGED_PAST = {Direction.UNDO: "reverted", Direction.REDO: "reapplied"}


class ReversalWriter:
    """Carries out reversed records inside one transaction, a chunk at a time, in the order they were planned in."""

    def __init__(
        self, *, session: Session, found: Import, direction: Direction, now: datetime, chain: Chain
    ) -> None:
        self.session = session
        self.found = found
        self.direction = direction
        self.now = now
        self.chain = chain
        self.done: Counter[str] = Counter()
        self._names = NameTally()

    def write(self, steps: Sequence[StoredStep]) -> None:
        """Lock and compare, then remove, bring back, change, name, and tell the audit trail.

        Raises StalePlanError when a record is not at the version that this was planned for, or an external id is
        another record's by now.
        """
        effective = [step for step in steps if step.effect != Effect.NONE]
        for kind, group in groupby(effective, key=lambda step: step.kind):
            found = list(group)
            with by_index(self.session):
                self._require_versions(kind, found)
                self._take_away(kind, [step for step in found if step.effect == Effect.REMOVED])
            self._bring_and_change(kind, [step for step in found if step.effect != Effect.REMOVED])
            told = [self._event(step) for step in found if step.effect != Effect.RESTATED]
            self.chain.add_stored(self.session, told)
        self._names.keep(self.session, self.found.organisation_id, over=MOST_PARTS_HELD)

    def finish(self) -> None:
        """Write what is kept back for the end: how often which name part is there now."""
        self._names.keep(self.session, self.found.organisation_id)

    def _take_away(self, kind: RecordKind, steps: Sequence[StoredStep]) -> None:
        """Remove records with their external ids, match keys and, of cases, pets."""
        if not steps:
            return
        ids = [step.record_id for step in steps]
        if kind is RecordKind.CASE:
            pairs = sum(len(step.change.get("detached", ())) for step in steps)
            self._delete(CasePet, CasePet.case_id, ids, exactly=pairs)
        if kind is RecordKind.OWNER:
            for step in steps:
                self._names.add(called(step.change["record"]["facts"]), -1)
            self._delete(MatchKey, MatchKey.owner_id, ids, MatchKey.import_id == self.found.id)
        own = (ExternalId.kind == kind, checked(ExternalId.import_id, self.found.id))
        names = sum(len(step.change.get("names", ())) for step in steps)
        self._delete(ExternalId, ExternalId.record_id, ids, *own, exactly=names)
        table = TABLES[kind]
        self._delete(table, table.id, ids, exactly=len(ids))
        self.done[f"{kind.value}.removed"] += len(ids)

    def _delete(
        self,
        table: type[Base],
        column: Any,
        ids: Sequence[UUID],
        *more: sa.ColumnElement[bool],
        exactly: int | None = None,
    ) -> None:
        """Delete what hangs on these ids. Raises StalePlanError unless it is as many rows as were planned."""
        own = checked(table.__table__.c.organisation_id, self.found.organisation_id)
        gone = self.session.execute(
            sa.delete(table)
            .where(own, among(self.session, column, ids), *more)
            .execution_options(synchronize_session=False)
        )
        if exactly is not None and gone.rowcount != exactly:  # type: ignore[attr-defined] # a DELETE's result
            raise StalePlanError("Records have changed since this was planned.")

    def _bring_and_change(self, kind: RecordKind, steps: Sequence[StoredStep]) -> None:
        """Bring records back and change those that stay, with all that belongs to them."""
        if not steps:
            return
        changes = [step.as_change() for step in steps]
        back = [one for one in changes if one.presence]
        stay = [one for one in changes if not one.presence]
        self._bring_back(kind, back)
        with by_index(self.session):
            self._drop_keys(stay)
            self._detach(stay)
        moves = [(one.record_id, name) for one in changes for name in one.names]
        restate_names(self.session, self.found, kind, moves)
        self._change(kind, stay)
        self._add_keys(changes)
        self._attach(changes)

    def _require_versions(self, kind: RecordKind, steps: Sequence[StoredStep]) -> None:
        """Lock the live records in the order of their ids and compare their versions."""
        expected = {step.record_id: step.version for step in steps if step.version}
        if not expected:
            return
        table = TABLES[kind]
        found = self.session.execute(
            sa.select(table.id, table.version)
            .where(
                checked(table.organisation_id, self.found.organisation_id),
                among(self.session, table.id, expected),
            )
            .order_by(table.id)
            .with_for_update()
        )
        if {row.id: row.version for row in found} != expected:
            raise StalePlanError("Records have changed since this was planned.")

    def _bring_back(self, kind: RecordKind, changes: Sequence[RecordChange]) -> None:
        names = stated_columns(kind)
        if kind is RecordKind.OWNER:
            for one in changes:
                self._names.add(called(one.record["facts"]))
        parent = () if kind is RecordKind.OWNER else ("owner_id",)
        rows = [
            (
                one.record_id,
                self.found.organisation_id,
                one.record["source"],
                UUID(one.record["import_id"]),
                one.version,
                datetime.fromisoformat(one.record["created_at"]),
                self.now,
                datetime.fromisoformat(one.record["archived_at"]) if one.record["archived_at"] else None,
                *((UUID(owner) if (owner := one.record["parent_id"]) else None,) if parent else ()),
                *column_values(names, one.record["facts"]),
            )
            for one in changes
        ]
        self.done[f"{kind.value}.restored"] += bulk.insert_rows(
            self.session, TABLES[kind], (*RECORD_COLUMNS, *parent, *names), rows
        )

    def _change(self, kind: RecordKind, changes: Iterable[RecordChange]) -> None:
        facts = [
            (one.record_id, one.version - 1, {name: pair[1] for name, pair in one.facts.items()})
            for one in changes
            if one.facts
        ]
        owners = facts if kind is RecordKind.OWNER else []
        renamed = [record_id for record_id, _, new in owners if not NAMES.isdisjoint(new)]
        with self._names.renaming(self.session, self.found.organisation_id, renamed):
            self.done[f"{kind.value}.updated"] += update_facts(
                self.session, kind, facts, organisation_id=self.found.organisation_id, now=self.now
            )

    def _detach(self, changes: Iterable[RecordChange]) -> None:
        """Take pets off cases that stay."""
        own = checked(CasePet.organisation_id, self.found.organisation_id)
        pairs = [{"case": one.record_id, "pet": pet} for one in changes for pet in one.detached]
        if pairs:
            self.session.connection().execute(
                sa.delete(CasePet).where(
                    own,
                    CasePet.case_id == sa.bindparam("case"),
                    CasePet.pet_id == sa.bindparam("pet"),
                ),
                pairs,
            )

    def _attach(self, changes: Iterable[RecordChange]) -> None:
        organisation_id = self.found.organisation_id
        bulk.insert_rows(
            self.session,
            CasePet,
            ("organisation_id", "case_id", "pet_id"),
            [(organisation_id, one.record_id, pet) for one in changes for pet in one.attached],
        )

    def _drop_keys(self, changes: Iterable[RecordChange]) -> None:
        """Forget the import's match keys of these owners, but put those back that are still needed."""
        dropped = {one.record_id: set(one.keys_dropped) for one in changes if one.keys_dropped}
        if not dropped:
            return
        held = (
            checked(MatchKey.organisation_id, self.found.organisation_id),
            among(self.session, MatchKey.owner_id, dropped),
            checked(MatchKey.import_id, self.found.id),
        )
        rows = self.session.execute(sa.select(MatchKey.id, MatchKey.owner_id, MatchKey.key).where(*held))
        going = [row.id for row in rows if row.key in dropped[row.owner_id]]
        self.session.execute(
            sa.delete(MatchKey)
            .where(held[0], among(self.session, MatchKey.id, going))
            .execution_options(synchronize_session=False)
        )

    def _add_keys(self, changes: Iterable[RecordChange]) -> None:
        ids = (self.found.organisation_id, self.found.id)
        bulk.insert_rows(
            self.session,
            MatchKey,
            ("organisation_id", "import_id", "key", "owner_id"),
            [(*ids, key, one.record_id) for one in changes for key in one.keys_added],
        )

    def _event(self, step: StoredStep) -> StoredEvent:
        """What is told about a record: facts that went or came, what changed, what stayed."""
        past = PAST.get(step.effect) or CHANGED_PAST[self.direction]
        change = step.change
        record = change.get("record", {})
        told = {
            "facts": record.get("facts"),
            "changes": change.get("facts"),
            "external_ids": [name[0] for name in change.get("names", ())],
            "pets": change.get("attached", []) + change.get("detached", []),
            "kept": [kept[0] for kept in step.kept],
        }
        values = orjson.dumps(
            {name: value for name, value in told.items() if value}, option=orjson.OPT_SORT_KEYS
        ).decode()
        kind, record_id = step.bound[:2]
        parent = record.get("parent_id") or None
        return (f"{kind}.{past}", kind, record_id, step.row_no, parent, values, step.table_no)
