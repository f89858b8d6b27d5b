"""What holds for every file: once is enough, one outcome a row, no fact is ever blanked."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phcs.core.findings import RowStatus
from phcs.core.matching.known import KnownCase, KnownOwner, KnownPet, KnownWorld
from phcs.core.planning import Action, DuplicateStrategy, PlannedAction, PlannedRow, Planner, PlanPolicy
from phcs.core.records import (
    CaseFacts,
    OwnerFacts,
    PetFacts,
    RecordKind,
    RowRecord,
    facts_from_json,
)
from tests.match_keys import contact_keys

_SOURCE = "waitwhile"
_OWNERS = st.builds(
    OwnerFacts,
    full_name=st.sampled_from(
        [
            "María García",
            "Maria Garcia López",
            "Mario García",
            "Ana",
            "Walk In",
            "John Smith Jr",
            "John Smith",
        ]
    ),
    phone=st.sampled_from(["", "+34612345678", "+34699000111", "+34655443322"]),
    phone_given=st.sampled_from(["", "612 345 678"]),
    email=st.sampled_from(["", "home@example.org", "m.garcia@gmail.com"]),
    city=st.sampled_from(["", "Madrid", "Vigo"]),
    birth_date=st.sampled_from(["", "", "1980-05-06", "1951-02-03"]),
    tags=st.sampled_from([(), ("placeholder",), ("vip",), ("vip", "new")]),
    custom=st.sampled_from([{}, {"a": "1"}, {"a": "2", "b": ""}]),
)
_PETS = st.builds(
    PetFacts,
    name=st.sampled_from(["", "Luna", "Lunna", "Max"]),
    species=st.sampled_from(["", "dog", "cat"]),
    age_class=st.sampled_from(["", "puppy"]),
    microchip=st.sampled_from(["", "", "", "9410001"]),
    breed=st.sampled_from(["", "mixed"]),
)
_CASES = st.builds(
    CaseFacts,
    status=st.sampled_from(["new", "closed", "archived"]),
    services=st.sampled_from([("food",), ("food", "medical")]),
    notes=st.sampled_from(["", "came back"]),
    tags=st.sampled_from([(), ("a",), ("a", "b")]),
)


def _rows(*, customers: Sequence[str]) -> st.SearchStrategy[list[RowRecord]]:
    row = st.builds(
        RowRecord,
        owner=_OWNERS,
        owner_external_id=st.sampled_from(customers),
        pets=st.lists(_PETS, max_size=3).map(tuple),
        case=_CASES,
        case_external_id=st.sampled_from(["V1", "V2", "V3", "V4"]),
        skip=st.sampled_from(["", "", "", "", "row.staff_block"]),
    )
    return st.lists(row, max_size=7)


_STRATEGIES = st.sampled_from(list(DuplicateStrategy))
_STATUSES = st.sampled_from([RowStatus.VALID, RowStatus.VALID, RowStatus.WARNING, RowStatus.ERROR])


class _Records:
    """The live records, as promoting a plan leaves them; each import sees them as a new world."""

    def __init__(self) -> None:
        self.owners: dict[UUID, KnownOwner] = {}
        self.pets: dict[UUID, tuple[KnownPet, UUID]] = {}
        self.cases: dict[str, KnownCase] = {}
        self.nameless_cases = 0

    def world(self) -> KnownWorld:
        owners = []
        for owner in self.owners.values():
            pets = [replace(pet) for pet, owner_id in self.pets.values() if owner_id == owner.id]
            facts = owner.facts
            keys: tuple[int, ...] = ()
            for external_id in sorted(external_id for _, external_id in owner.external_ids) or [""]:
                keys += contact_keys(
                    source=_SOURCE,
                    external_id=external_id,
                    phone=facts.phone,
                    phone2=facts.phone2,
                    email=facts.email,
                )
            owners.append((replace(owner, pets=pets), keys))
        return KnownWorld(
            owners=owners, cases={external_id: replace(case) for external_id, case in self.cases.items()}
        )

    def promote(self, rows: Sequence[PlannedRow]) -> None:
        for row in rows:
            for action in row.actions:
                {"owner": self._owner, "pet": self._pet, "case": self._case}[action.kind.value](action)

    def _owner(self, action: PlannedAction) -> None:
        if action.action is Action.CREATE:
            assert action.record_id not in self.owners
            facts = _facts(RecordKind.OWNER, action.facts)
            self.owners[action.record_id] = KnownOwner(
                action.record_id, 1, planned=False, row_no=0, facts=facts
            )
        owner = self.owners[action.record_id]
        _change(owner, action)
        if action.external_id:
            holders = {
                each.id for each in self.owners.values() if (_SOURCE, action.external_id) in each.external_ids
            }
            assert holders <= {owner.id}
            owner.external_ids |= {(_SOURCE, action.external_id)}
            if action.imported:
                owner.imported = _facts(RecordKind.OWNER, action.imported)

    def _pet(self, action: PlannedAction) -> None:
        if action.action is Action.CREATE:
            assert action.parent_id is not None
            pet = KnownPet(action.record_id, 1, planned=False, facts=_facts(RecordKind.PET, action.facts))
            self.pets[action.record_id] = (pet, action.parent_id)
        _change(self.pets[action.record_id][0], action)

    def _case(self, action: PlannedAction) -> None:
        if action.action is Action.CREATE:
            assert action.parent_id is not None
            self.cases[action.external_id] = KnownCase(
                id=action.record_id,
                version=1,
                planned=False,
                row_no=0,
                owner_id=action.parent_id,
                facts=_facts(RecordKind.CASE, action.facts),
            )
        case = self.cases[action.external_id]
        _change(case, action)
        case.pet_ids |= set(action.pet_ids)
        if action.imported:
            case.imported = _facts(RecordKind.CASE, action.imported)
            case.imported_rows = action.imported_rows


def _facts(kind: RecordKind, data: dict[str, Any]) -> Any:
    return facts_from_json(kind, data)


def _change(known: Any, action: PlannedAction) -> None:
    """Carry out an update only on the version and the values that the plan was made for."""
    if action.action is not Action.CREATE:
        assert action.base_version == known.version
    for fact, (old, new) in action.changes.items():
        live = getattr(known.facts, fact)
        assert (list(live) if isinstance(live, tuple) else live) == old
        assert new
        known.facts = replace(known.facts, **{fact: tuple(new) if isinstance(new, list) else new})
    known.version += bool(action.changes)


def _plan(
    records: Sequence[RowRecord],
    world: KnownWorld,
    *,
    duplicates: DuplicateStrategy,
    first_id: int = 1,
    statuses: Sequence[RowStatus] = (),
) -> list[PlannedRow]:
    ids = count(first_id)
    policy = PlanPolicy(source=_SOURCE, kind=RecordKind.CASE, duplicates=duplicates)
    planner = Planner(policy=policy, new_id=lambda: UUID(int=next(ids)))
    given_statuses = [*statuses, *[RowStatus.VALID] * len(records)]
    return [
        planner.plan_row(row_no, record, given_statuses[row_no - 1], world, {})
        for row_no, record in enumerate(records, start=1)
    ]


@given(_rows(customers=["", "C1", "C2", "C3"]), _STRATEGIES)
@settings(max_examples=300, deadline=None)
def test_the_same_file_again_creates_and_changes_nothing(
    records: list[RowRecord], duplicates: DuplicateStrategy
) -> None:
    live = _Records()
    first = _plan(records, live.world(), duplicates=duplicates)
    live.promote(first)
    decided = [record for record, row in zip(records, first, strict=True) if row.actions]
    again = _plan(decided, live.world(), duplicates=duplicates, first_id=1000)
    assert {row.outcome for row in again} <= {Action.UNCHANGED, Action.SKIP}
    assert {action.action for row in again for action in row.actions} <= {Action.UNCHANGED}
    before = (repr(live.owners), repr(live.pets), repr(live.cases))
    live.promote(again)
    assert (repr(live.owners), repr(live.pets), repr(live.cases)) == before


@given(_rows(customers=["", "C1", "C2"]), st.lists(_STATUSES, max_size=7), _STRATEGIES)
@settings(max_examples=200, deadline=None)
def test_every_row_has_one_outcome_and_no_two_creates_share_an_id(
    records: list[RowRecord], statuses: list[RowStatus], duplicates: DuplicateStrategy
) -> None:
    rows = _plan(records, _Records().world(), duplicates=duplicates, statuses=statuses)
    assert [row.row_no for row in rows] == list(range(1, len(records) + 1))
    assert all(bool(row.actions) is (row.outcome not in {Action.SKIP, Action.REJECT}) for row in rows)
    mains = [(row.actions[-1].kind, row.actions[-1].action, row.outcome) for row in rows if row.actions]
    assert mains == [(RecordKind.CASE, outcome, outcome) for _, _, outcome in mains]
    created = [a.record_id for row in rows for a in row.actions if a.action is Action.CREATE]
    assert len(created) == len(set(created))


@given(_rows(customers=["", "C1", "C2"]), _rows(customers=["", "C1", "C2"]), _STRATEGIES)
@settings(max_examples=200, deadline=None)
def test_a_later_file_blanks_nothing_and_fits_the_versions_and_values_that_it_finds(
    earlier: list[RowRecord], later: list[RowRecord], duplicates: DuplicateStrategy
) -> None:
    live = _Records()
    live.promote(_plan(earlier, live.world(), duplicates=duplicates))
    planned = _plan(later, live.world(), duplicates=duplicates, first_id=1000)
    assert all(
        new not in ("", [], {}, None)
        for row in planned
        for action in row.actions
        for _, new in action.changes.values()
    )
    live.promote(planned)


@given(_rows(customers=["", "C1", "C2"]), _STRATEGIES)
@settings(max_examples=50, deadline=None)
def test_the_same_rows_and_ids_give_the_same_plan(
    records: list[RowRecord], duplicates: DuplicateStrategy
) -> None:
    one, other = (_plan(records, _Records().world(), duplicates=duplicates) for _ in range(2))
    assert [row.actions for row in one] == [row.actions for row in other]


@pytest.mark.parametrize("duplicates", list(DuplicateStrategy))
def test_what_people_did_since_survives_the_same_file(duplicates: DuplicateStrategy) -> None:
    record = RowRecord(
        owner=OwnerFacts(full_name="Ana Ruiz", phone="+34612345678"),
        owner_external_id="C1",
        pets=(PetFacts(name="Luna"),),
        case=CaseFacts(notes="as the source says"),
        case_external_id="V1",
    )
    live = _Records()
    live.promote(_plan([record], live.world(), duplicates=duplicates))
    (owner,), (pet,), (case,) = (
        live.owners.values(),
        [pet for pet, _ in live.pets.values()],
        live.cases.values(),
    )
    owner.facts = replace(owner.facts, full_name="Marta Gil", phone="")
    pet.facts = replace(pet.facts, name="Nova")
    case.facts = replace(case.facts, notes="")
    (row,) = _plan([record], live.world(), duplicates=duplicates, first_id=1000)
    assert {action.action for action in row.actions} == {Action.UNCHANGED}
