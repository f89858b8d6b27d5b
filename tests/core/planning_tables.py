"""Imports of several tables planned and promoted without a database: the world between tables is all in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from uuid import UUID

from phcs.core.findings import FindingCode, RowStatus
from phcs.core.matching.known import KnownOwner, KnownPet, KnownWorld, PetStatement
from phcs.core.planning import (
    Action,
    DuplicateStrategy,
    OrphanChoice,
    OrphanDecision,
    PlannedAction,
    PlannedRow,
    Planner,
    PlanPolicy,
)
from phcs.core.planning.changes import OWNER_LINK, with_changes
from phcs.core.planning.links import (
    Absence,
    AbsentParent,
    KnownLinks,
    KnownParent,
    KnownRecord,
    Reference,
)
from phcs.core.records import OwnerFacts, PetFacts, RecordKind, RowRecord, facts_from_json
from phcs.core.row_places import RowPlace
from tests.match_keys import contact_keys

SOURCE = "okvet"
PLACEHOLDER = OrphanDecision(OrphanChoice.PLACEHOLDER, UUID(int=77), "Unknown owner, import of 21 Nov 2026")
_WAITING = {FindingCode.PARENT_MISSING, FindingCode.PARENT_REJECTED, FindingCode.PARENT_WAITING}


@dataclass(frozen=True)
class Table:
    """One table; rows are numbered from 2 on. `wrong` are row numbers with errors."""

    kind: RecordKind
    rows: Sequence[RowRecord]
    name: str = ""
    wrong: frozenset[int] = frozenset()
    orphans: Mapping[FindingCode, OrphanDecision] = field(default_factory=dict)


@dataclass
class Name:
    """What a source calls a record, and what it said last."""

    record_id: UUID
    imported: dict[str, Any]
    rows: tuple[str, ...]


@dataclass
class Clinic:
    """The live records, as promoting plans leaves them."""

    owners: dict[UUID, OwnerFacts] = field(default_factory=dict)
    pets: dict[UUID, tuple[PetFacts, UUID]] = field(default_factory=dict)
    history: dict[UUID, tuple[RecordKind, Any, UUID | None]] = field(default_factory=dict)
    names: dict[Reference, Name] = field(default_factory=dict)
    versions: dict[UUID, int] = field(default_factory=dict)

    def promote(self, plan: Mapping[RowPlace, PlannedRow]) -> None:
        """Carry a plan out; what it rests on must be as it says."""
        for row in plan.values():
            for action in row.actions:
                self._carry_out(action)

    def _carry_out(self, action: PlannedAction) -> None:
        record_id = action.record_id
        if action.action is Action.CREATE:
            assert record_id not in self.versions
            self.versions[record_id] = 1
            self._create(action)
        else:
            assert self.versions[record_id] == action.base_version
        if action.changes:
            self.versions[record_id] += 1
            self._change(action)
        if action.external_id and action.imported:
            known = self.names.get((action.kind, action.external_id))
            assert known is None or known.record_id == record_id
            name = Name(record_id, action.imported, action.imported_rows)
            self.names[action.kind, action.external_id] = name

    def _create(self, action: PlannedAction) -> None:
        facts: Any = facts_from_json(action.kind, action.facts)
        if action.kind is RecordKind.OWNER:
            self.owners[action.record_id] = facts
        elif action.kind is RecordKind.PET:
            assert action.parent_id in self.owners
            self.pets[action.record_id] = (facts, action.parent_id)
        else:
            assert action.parent_id is None or action.parent_id in self.owners
            assert not getattr(facts, "pet_id", "") or UUID(facts.pet_id) in self.pets
            assert not getattr(facts, "invoice_id", "") or UUID(facts.invoice_id) in self.history
            self.history[action.record_id] = (action.kind, facts, action.parent_id)

    def _change(self, action: PlannedAction) -> None:
        assert all(new for _, new in action.changes.values())
        if action.kind is RecordKind.OWNER:
            self.owners[action.record_id] = with_changes(self.owners[action.record_id], action.changes)
        elif action.kind is RecordKind.PET:
            facts, owner = self.pets[action.record_id]
            self.pets[action.record_id] = (with_changes(facts, action.changes), owner)
        else:
            kind, record, owner_id = self.history[action.record_id]
            if OWNER_LINK in action.changes:
                owner_id = UUID(action.changes[OWNER_LINK][1])
            self.history[action.record_id] = (kind, with_changes(record, action.changes), owner_id)

    def world(self) -> KnownWorld:
        """All owners with their pets, as planning sees them before an import."""
        by_owner: dict[UUID, list[KnownPet]] = {owner_id: [] for owner_id in self.owners}
        for pet_id, (facts, owner_id) in self.pets.items():
            pet = KnownPet(pet_id, self.versions[pet_id], planned=False, facts=facts)
            for external_id, name in self._names_of(RecordKind.PET, pet_id):
                said: Any = facts_from_json(RecordKind.PET, name.imported)
                pet.said[external_id] = PetStatement(said, name.rows)
            by_owner[owner_id].append(pet)
        return KnownWorld(
            owners=[
                (self._owner(owner_id, by_owner[owner_id]), self._keys(owner_id)) for owner_id in self.owners
            ],
            cases={},
        )

    def _owner(self, owner_id: UUID, pets: list[KnownPet]) -> KnownOwner:
        names = dict(self._names_of(RecordKind.OWNER, owner_id))
        first = next(iter(names.values()), None)
        imported: Any = facts_from_json(RecordKind.OWNER, first.imported) if first else None
        return KnownOwner(
            owner_id,
            self.versions[owner_id],
            planned=False,
            row_no=0,
            facts=self.owners[owner_id],
            external_ids=frozenset((SOURCE, name) for name in names),
            pets=pets,
            imported=imported,
            imported_rows=first.rows if first else (),
        )

    def _keys(self, owner_id: UUID) -> tuple[int, ...]:
        facts = self.owners[owner_id]
        keys: tuple[int, ...] = ()
        for external_id in [name for name, _ in self._names_of(RecordKind.OWNER, owner_id)] or [""]:
            keys += contact_keys(
                source=SOURCE,
                external_id=external_id,
                phone=facts.phone,
                phone2=facts.phone2,
                email=facts.email,
            )
        return keys

    def _names_of(self, kind: RecordKind, record_id: UUID) -> Iterator[tuple[str, Name]]:
        return (
            (key[1], name)
            for key, name in self.names.items()
            if key[0] is kind and name.record_id == record_id
        )

    def links(self, kind: RecordKind) -> KnownLinks:
        """What is known by its source's ids before an import, for a table of this kind."""
        links = KnownLinks()
        for (named, external_id), name in self.names.items():
            owner_id = self.owner_of(name.record_id)
            if owner_id is not None:
                links.parents[named, external_id] = KnownParent(name.record_id, owner_id)
            if named is kind and kind.is_history:
                _, facts, _ = self.history[name.record_id]
                said: Any = facts_from_json(kind, name.imported)
                links.records[external_id] = KnownRecord(
                    name.record_id,
                    self.versions[name.record_id],
                    planned=False,
                    place=None,
                    owner_id=owner_id,
                    facts=facts,
                    imported=said,
                    imported_rows=name.rows,
                )
        return links

    def owner_of(self, record_id: UUID) -> UUID | None:
        """Whose a live record is; an owner is its own."""
        if record_id in self.owners:
            return record_id
        if record_id in self.pets:
            return self.pets[record_id][1]
        return self.history[record_id][2]


def plan_tables(
    *tables: Table,
    clinic: Clinic | None = None,
    duplicates: DuplicateStrategy = DuplicateStrategy.LINK,
    first_id: int = 1000,
    decisions: Mapping[UUID, bool] | None = None,
    theirs: Mapping[tuple[RecordKind, str], bool] | None = None,
) -> dict[RowPlace, PlannedRow]:
    """Plan an import of these tables, in whatever order they are given: parents come before children."""
    clinic = clinic or Clinic()
    ids = count(first_id)
    kinds = list(RecordKind)
    in_order = sorted(tables, key=lambda table: (kinds.index(table.kind), table.name))
    names = {number: table.name for number, table in enumerate(in_order, start=1)}
    world = clinic.world()
    plan: dict[RowPlace, PlannedRow] = {}
    absent: dict[Reference, AbsentParent] = {}
    parents: dict[Reference, KnownParent] = {}
    for table_no, table in enumerate(in_order, start=1):
        policy = PlanPolicy(
            SOURCE,
            table.kind,
            duplicates,
            table_no=table_no,
            table_names=names,
            orphans=table.orphans,
            theirs=theirs or {},
        )
        planner = Planner(policy=policy, new_id=lambda: UUID(int=next(ids)))
        links = clinic.links(table.kind)
        links.parents.update(parents)
        links.absent = {key: one for key, one in absent.items() if key not in links.parents}
        for row_no, record in enumerate(table.rows, start=2):
            status = RowStatus.ERROR if row_no in table.wrong else RowStatus.VALID
            row = planner.plan_row(row_no, record, status, world, decisions or {}, links=links)
            plan[RowPlace(table_no, row_no)] = row
            _remember(row, record, RowPlace(table_no, row_no), table.kind, parents, absent)
    return plan


def _remember(
    row: PlannedRow,
    record: RowRecord,
    place: RowPlace,
    kind: RecordKind,
    parents: dict[Reference, KnownParent],
    absent: dict[Reference, AbsentParent],
) -> None:
    for action in row.actions:
        owner_id = action.record_id if action.kind is RecordKind.OWNER else action.parent_id
        if action.external_id and owner_id is not None:
            parents[action.kind, action.external_id] = KnownParent(action.record_id, owner_id)
    if row.actions:
        return
    own = {
        RecordKind.OWNER: record.owner_external_id,
        RecordKind.PET: record.pet_external_id,
    }.get(kind, record.history_external_id)
    waits = bool(row.question) or any(finding.code in _WAITING for finding in row.findings)
    absent.setdefault((kind, own), AbsentParent(Absence.WAITS if waits else Absence.REJECTED, place))


def contents(clinic: Clinic) -> list[tuple[Any, ...]]:
    """What the live records say and how they hang together, whatever their ids are."""
    told = []
    for record_id in (*clinic.owners, *clinic.pets, *clinic.history):
        owner_id = clinic.owner_of(record_id)
        said: Any = clinic.owners.get(record_id) or clinic.pets.get(record_id, (None,))[0]
        kind, linked = "", ""
        if said is None:
            kind, facts, _ = clinic.history[record_id]
            linked = " ".join(_called(clinic, getattr(facts, name, "")) for name in ("pet_id", "invoice_id"))
            blank = {name: "" for name in ("pet_id", "invoice_id") if hasattr(facts, name)}
            said = replace(facts, **blank)
        told.append(
            (str(kind), repr(said), _called(clinic, str(record_id)), _called(clinic, str(owner_id)), linked)
        )
    return sorted(told)


def _called(clinic: Clinic, text: str) -> str:
    """What the source calls a record, or its facts where it has no name."""
    if text in {"", "None"}:
        return ""
    record_id = UUID(text)
    names = sorted(f"{key[0]} {key[1]}" for key, name in clinic.names.items() if name.record_id == record_id)
    return " ".join(names) or repr(clinic.owners.get(record_id) or clinic.pets.get(record_id))
