"""Writing planned actions onto the live tables in bulk, with external ids and audit events."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import StalePlanError
from phcs.core.planning import Action, PlannedAction
from phcs.core.records import RecordKind, fact_names
from phcs.models.imports import Import
from phcs.models.records import CasePet, ExternalId, FormerExternalId
from phcs.queries.among import among, by_index, checked
from phcs.queries.live_facts import TABLES, column_value, column_values
from phcs.services import bulk
from phcs.services.auditing import Chain, RecordEvent

RECORD_COLUMNS = ("id", "organisation_id", "source", "import_id", "version", "created_at", "updated_at")
EXTERNAL_ID_COLUMNS = (
    "organisation_id",
    "source",
    "kind",
    "external_id",
    "record_id",
    "import_id",
    "imported",
    "imported_rows",
)
EXTERNAL_ID_KEYS = ("organisation_id", "source", "kind", "external_id")
PAST = {Action.CREATE: "created", Action.UPDATE: "updated", Action.LINK: "linked"}
RowAction = tuple[int, PlannedAction]


class RecordWriter:
    """Carries out planned actions inside one transaction, a chunk of the file at a time."""

    def __init__(self, *, session: Session, found: Import, now: datetime, chain: Chain) -> None:
        self.session = session
        self.found = found
        self.now = now
        self.chain = chain
        self.done: Counter[str] = Counter()

    def write(self, actions: Sequence[RowAction]) -> None:
        """Create, then update, then attach and name, then tell the audit trail.

        Raises StalePlanError when a record is not at the version that the plan was made for.
        """
        for kind in RecordKind:
            self._create(
                kind, [one for _, one in actions if one.kind is kind and one.action is Action.CREATE]
            )
        self._update([one for _, one in actions if one.changes])
        self._attach_pets([one for _, one in actions if one.pet_ids])
        self._name([one for _, one in actions if one.external_id and one.imported])
        self.chain.add(self.session, self._events(actions))

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

    def _create(self, kind: RecordKind, actions: Sequence[PlannedAction]) -> None:
        names = fact_names(kind)
        parent = () if kind is RecordKind.OWNER else ("owner_id",)
        rows = [
            (
                one.record_id,
                self.found.organisation_id,
                f"{self.found.source}_import",
                self.found.id,
                1,
                self.now,
                self.now,
                *((one.parent_id,) if parent else ()),
                *column_values(names, one.facts),
            )
            for one in actions
        ]
        self.done[f"{kind.value}.create"] += bulk.insert_rows(
            self.session, TABLES[kind], (*RECORD_COLUMNS, *parent, *names), rows
        )

    def _update(self, actions: Iterable[PlannedAction]) -> None:
        """Change records in rounds: the n-th change of a record is in round n, so each sees the one before."""
        seen: Counter[UUID] = Counter()
        rounds: dict[int, dict[tuple[RecordKind, tuple[str, ...]], list[PlannedAction]]] = defaultdict(dict)
        for one in actions:
            rounds[seen[one.record_id]].setdefault((one.kind, tuple(sorted(one.changes))), []).append(one)
            seen[one.record_id] += 1
        for _, groups in sorted(rounds.items()):
            for (kind, names), group in groups.items():
                self._update_group(kind, names, group)

    def _update_group(self, kind: RecordKind, names: tuple[str, ...], group: Sequence[PlannedAction]) -> None:
        rows = [
            (
                *(column_value(name, one.changes[name][1]) for name in names),
                one.base_version + 1,
                self.now,
                self.found.organisation_id,
                one.record_id,
                one.base_version,
            )
            for one in group
        ]
        hit = bulk.update_rows(
            self.session,
            TABLES[kind],
            ("organisation_id", "id", "version"),
            (*names, "version", "updated_at"),
            rows,
            checked=("organisation_id", "version"),
        )
        if hit != len(rows):
            raise StalePlanError(f"{len(rows) - hit} records changed since the plan was made.")
        self.done[f"{kind.value}.update"] += hit

    def _attach_pets(self, actions: Sequence[PlannedAction]) -> None:
        pairs = {(one.record_id, pet_id): None for one in actions for pet_id in one.pet_ids}
        older = [one.record_id for one in actions if one.action is not Action.CREATE]
        if older:
            rows = self.session.execute(
                sa.select(CasePet.case_id, CasePet.pet_id).where(
                    checked(CasePet.organisation_id, self.found.organisation_id),
                    among(self.session, CasePet.case_id, older),
                )
            )
            for case_id, pet_id in rows:
                pairs.pop((case_id, pet_id), None)
        bulk.insert_rows(
            self.session,
            CasePet,
            ("organisation_id", "case_id", "pet_id"),
            [(self.found.organisation_id, case_id, pet_id) for case_id, pet_id in pairs],
        )

    def _name(self, actions: Sequence[PlannedAction]) -> None:
        """Keep external ids with what the source said; one that is another record's voids the plan."""
        latest = {(one.kind, one.external_id): one for one in actions}
        known = self._known_external_ids({external_id for _, external_id in latest})
        for key, one in latest.items():
            if known.get(key, one.record_id) != one.record_id:
                raise StalePlanError("An external id of this file belongs to another record by now.")
        new = [one for key, one in latest.items() if key not in known]
        old = [one for key, one in latest.items() if key in known]
        self._keep_former([one.external_id for one in old])
        bulk.insert_rows(
            self.session,
            ExternalId,
            EXTERNAL_ID_COLUMNS,
            [(*self._name_key(one), *self._named(one)) for one in new],
        )
        bulk.update_rows(
            self.session,
            ExternalId,
            EXTERNAL_ID_KEYS,
            EXTERNAL_ID_COLUMNS[4:],
            [(*self._named(one), *self._name_key(one)) for one in old],
        )

    def _keep_former(self, external_ids: Sequence[str]) -> None:
        """Keep what is about to be restated, so that undo can bring it back; once for each external id."""
        if not external_ids:
            return
        kept = ("organisation_id", "source", "kind", "external_id", "record_id", "imported", "imported_rows")
        with by_index(self.session):
            self.session.execute(
                sa.insert(FormerExternalId).from_select(
                    ("import_id", "former_import_id", *kept),
                    sa.select(
                        sa.literal(self.found.id, sa.Uuid()),
                        ExternalId.import_id,
                        *(getattr(ExternalId, name) for name in kept),
                    ).where(
                        ExternalId.organisation_id == self.found.organisation_id,
                        ExternalId.source == self.found.source,
                        ExternalId.kind.in_(list(RecordKind)),
                        among(self.session, ExternalId.external_id, external_ids),
                        ExternalId.import_id != self.found.id,
                    ),
                )
            )

    def _known_external_ids(self, external_ids: set[str]) -> dict[tuple[RecordKind, str], UUID]:
        if not external_ids:
            return {}
        with by_index(self.session):
            rows = self._stored_external_ids(external_ids)
        return {(kind, external_id): record_id for kind, external_id, record_id in rows}

    def _stored_external_ids(self, external_ids: set[str]) -> Sequence[Any]:
        return self.session.execute(
            sa.select(ExternalId.kind, ExternalId.external_id, ExternalId.record_id).where(
                ExternalId.organisation_id == self.found.organisation_id,
                ExternalId.source == self.found.source,
                ExternalId.kind.in_(list(RecordKind)),
                among(self.session, ExternalId.external_id, external_ids),
            )
        ).all()

    def _name_key(self, one: PlannedAction) -> tuple[Any, ...]:
        return (self.found.organisation_id, self.found.source, one.kind.value, one.external_id)

    def _named(self, one: PlannedAction) -> tuple[Any, ...]:
        return (one.record_id, self.found.id, one.imported, one.imported_rows)

    def _events(self, actions: Sequence[RowAction]) -> Iterable[RecordEvent]:
        for row_no, one in actions:
            past = PAST.get(one.action)
            if past is None:
                continue
            self.done[f"{one.kind.value}.{past}"] += 1
            yield RecordEvent(
                action=f"{one.kind.value}.{past}",
                subject_kind=one.kind.value,
                subject_id=one.record_id,
                row_no=row_no,
                detail={"parent": str(one.parent_id)} if one.parent_id else {},
                values=_told(one),
            )


def _told(one: PlannedAction) -> dict[str, Any]:
    """What an event tells about the record: its facts, its changes, or why it was linked."""
    told: dict[str, Any] = {}
    if one.action is Action.CREATE:
        told["facts"] = one.facts
    if one.changes:
        told["changes"] = one.changes
    if one.external_id:
        told["external_id"] = one.external_id
    if one.evidence:
        told["evidence"] = list(one.evidence)
    if one.pet_ids:
        told["pets"] = [str(pet_id) for pet_id in one.pet_ids]
    return told
