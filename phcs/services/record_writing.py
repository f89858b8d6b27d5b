"""Writing planned actions onto the live tables in bulk, with external ids and audit events."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.planning import Action, PlannedAction, action_from_stored, imported_facts
from phcs.core.records import RecordKind
from phcs.models.imports import Import
from phcs.models.records import CasePet
from phcs.queries.among import among, checked
from phcs.queries.live_facts import TABLES, ReadyColumns, stated_columns
from phcs.queries.stored_values import hex_text
from phcs.services import bulk
from phcs.services.auditing import Chain, StoredEvent
from phcs.services.name_counts import MOST_PARTS_HELD, NAMES, NameTally, called
from phcs.services.record_naming import RecordNames
from phcs.services.record_updates import FactsAt, update_facts

RECORD_COLUMNS = ("id", "organisation_id", "source", "import_id", "version", "created_at", "updated_at")
PAST = {"create": "created", "update": "updated", "link": "linked"}
CREATE, LINK = Action.CREATE.value, Action.LINK.value


class StoredStep(NamedTuple):
    """A stored action of a row, its keys as 32 hex digits, its body as text and as data."""

    row_no: int
    kind: str
    action: str
    record_id: str
    parent_id: str | None
    base_version: int
    external_id: str
    text: str
    body: dict[str, Any]

    def planned(self) -> PlannedAction:
        """The action as planning made it."""
        return action_from_stored(self[1:8])


class RecordWriter:
    """Carries out planned actions inside one transaction, a chunk of the file at a time."""

    def __init__(self, *, session: Session, found: Import, now: datetime, chain: Chain) -> None:
        self.session = session
        self.found = found
        self.now = now
        self.chain = chain
        self.done: Counter[str] = Counter()
        self._names = NameTally()
        self._moment = bulk.moment_text(session, now)
        self._columns = {
            kind: ReadyColumns(stated_columns(kind), lambda each: bulk.moment_text(session, each))
            for kind in RecordKind
        }

    def write(self, actions: Iterable[Sequence[Any]], *, table_no: int, source: str) -> None:
        """Create, then update, then attach and name, then tell the audit trail.

        Takes rows of `stored_plan.actions_between` of one table; `source` is the table's.
        Parents are created before their children. Raises StalePlanError when a record is not at the version that the
        plan was made for.
        """
        steps = [StoredStep._make((*one, orjson.loads(one[7]))) for one in actions]
        new: dict[str, list[StoredStep]] = defaultdict(list)
        for one in steps:
            if one.action == CREATE:
                new[one.kind].append(one)
        for kind in RecordKind:
            if kind.value in new:
                self._create(kind, new[kind.value], source=source)
        self._update([one.planned() for one in steps if "changes" in one.body])
        self._attach_pets([one for one in steps if "pets" in one.body])
        names = RecordNames(session=self.session, found=self.found, source=source)
        names.keep([one for one in steps if one.external_id and imported_facts(one.body)])
        self._names.keep(self.session, self.found.organisation_id, over=MOST_PARTS_HELD)
        self.chain.add_stored(self.session, self._events(steps, table_no))

    def finish(self) -> None:
        """Write what is kept back for the end: how often which name part is there now."""
        self._names.keep(self.session, self.found.organisation_id)

    def counted_in_database(self) -> dict[RecordKind, int]:
        """How many records of each kind this import has created, counted in the tables themselves."""
        return {
            kind: self.session.scalar(
                sa.select(sa.func.count())
                .select_from(table)
                .where(table.organisation_id == self.found.organisation_id, table.import_id == self.found.id)
            )
            or 0
            for kind, table in TABLES.items()
        }

    def _create(self, kind: RecordKind, steps: Sequence[StoredStep], *, source: str) -> None:
        columns_of = self._columns[kind].of
        has_parent = kind is not RecordKind.OWNER
        ids = (self.found.organisation_id.hex, f"{source}_import", self.found.id.hex)
        made = (*ids, 1, self._moment, self._moment)
        rows = [
            (
                one.record_id,
                *made,
                *((one.parent_id,) if has_parent else ()),
                *columns_of(one.body.get("facts", {})),
            )
            for one in steps
        ]
        if kind is RecordKind.OWNER:
            for one in steps:
                self._names.add(called(one.body.get("facts", {})))
        parent = ("owner_id",) if has_parent else ()
        columns = (*RECORD_COLUMNS, *parent, *stated_columns(kind))
        self.done[f"{kind.value}.create"] += bulk.insert_rows(
            self.session, TABLES[kind], columns, rows, ready=True
        )

    def _update(self, actions: Iterable[PlannedAction]) -> None:
        """Change records in rounds: the n-th change of a record is in round n, so each sees the one before."""
        seen: Counter[UUID] = Counter()
        rounds: dict[tuple[int, RecordKind], list[FactsAt]] = defaultdict(list)
        for one in actions:
            new = {name: pair[1] for name, pair in one.changes.items()}
            rounds[seen[one.record_id], one.kind].append((one.record_id, one.base_version, new))
            seen[one.record_id] += 1
        renamed = {
            one[0]
            for (_, kind), changes in rounds.items()
            if kind is RecordKind.OWNER
            for one in changes
            if not NAMES.isdisjoint(one[2])
        }
        with self._names.renaming(self.session, self.found.organisation_id, renamed):
            for (_, kind), changes in sorted(rounds.items(), key=lambda each: each[0][0]):
                self.done[f"{kind.value}.update"] += update_facts(
                    self.session, kind, changes, organisation_id=self.found.organisation_id, now=self.now
                )

    def _attach_pets(self, steps: Sequence[StoredStep]) -> None:
        pairs = {
            (one.record_id, pet_id.replace("-", "")): None for one in steps for pet_id in one.body["pets"]
        }
        older = [UUID(one.record_id) for one in steps if one.action != CREATE]
        if older:
            rows = self.session.execute(
                sa.select(
                    hex_text(self.session, CasePet.case_id), hex_text(self.session, CasePet.pet_id)
                ).where(
                    checked(CasePet.organisation_id, self.found.organisation_id),
                    among(self.session, CasePet.case_id, older),
                )
            )
            for case_id, pet_id in rows:
                pairs.pop((case_id, pet_id), None)
        organisation = self.found.organisation_id.hex
        bulk.insert_rows(
            self.session,
            CasePet,
            ("organisation_id", "case_id", "pet_id"),
            [(organisation, case_id, pet_id) for case_id, pet_id in pairs],
            ready=True,
        )

    def _events(self, steps: Iterable[StoredStep], table_no: int) -> list[StoredEvent]:
        """What the audit trail tells: the stored bodies are its values, as they are."""
        told: list[StoredEvent] = []
        for one in steps:
            past = PAST.get(one.action)
            if past is not None:
                action = f"{one.kind}.{past}"
                self.done[action] += 1
                place = (one.row_no, one.parent_id, one.text, table_no)
                told.append((action, one.kind, one.record_id, *place))
        return told
