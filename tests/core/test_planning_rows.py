"""Each row gets one outcome, each record one action."""

from dataclasses import replace
from uuid import UUID

import pytest

from phcs.core.findings import FindingCode, RowStatus, Severity
from phcs.core.matching.known import KnownPet
from phcs.core.planning import Action, DuplicateStrategy
from phcs.core.records import PetFacts, RecordKind, RowRecord
from tests.core.planning_rows import (
    ANA,
    FOOD,
    LUNA,
    PHONE,
    action_on,
    build_live_case,
    build_live_owner,
    build_row,
    build_world,
    finding_codes,
    kinds_and_actions,
    plan_rows,
)


def test_a_new_visit_creates_owner_pet_and_case() -> None:
    (row,) = plan_rows(build_row())
    owner, pet, case = row.actions
    assert kinds_and_actions(row) == [("owner", "create"), ("pet", "create"), ("case", "create")]
    assert row.outcome is Action.CREATE
    assert owner.facts == {"full_name": "Ana Ruiz", "phone": PHONE, "phone_given": "612 345 678"}
    assert (owner.external_id, owner.imported, owner.base_version) == ("C1", owner.facts, 0)
    assert (pet.parent_id, pet.facts) == (owner.record_id, {"name": "Luna", "species": "dog"})
    assert (case.parent_id, case.pet_ids, case.external_id) == (owner.record_id, (pet.record_id,), "V1")
    assert case.facts == {"status": "closed", "services": ["food"], "notes": "dry food"}
    assert len({action.record_id for action in row.actions}) == 3


@pytest.mark.parametrize(
    ("record", "status", "outcome"),
    [
        (build_row(), RowStatus.ERROR, Action.REJECT),
        (replace(build_row(), skip="row.staff_block"), RowStatus.VALID, Action.SKIP),
        (replace(build_row(), owner=None), RowStatus.VALID, Action.REJECT),
        (replace(build_row(), case=None), RowStatus.VALID, Action.REJECT),
    ],
)
def test_rows_that_are_kept_out_have_no_actions(
    record: RowRecord, status: RowStatus, outcome: Action
) -> None:
    (row,) = plan_rows(record, status=status)
    assert (row.outcome, row.actions) == (outcome, ())
    assert row.reason


def test_a_later_visit_of_the_same_customer_links_to_what_the_file_created() -> None:
    first, second = plan_rows(build_row(), build_row(visit="V2"))
    assert kinds_and_actions(second) == [("owner", "link"), ("pet", "link"), ("case", "create")]
    assert [action.record_id for action in second.actions[:2]] == [
        action.record_id for action in first.actions[:2]
    ]
    assert second.actions[0].evidence[0] == "same WaitWhile customer id"


def test_what_people_edited_stays_when_the_source_says_the_same_as_last_time() -> None:
    edited = replace(ANA, full_name="Anita Ruiz", phone="", email="")
    live = build_live_owner(edited, customer="C1", imported=ANA)
    case = build_live_case(live, replace(FOOD, status="archived", notes=""), imported=FOOD)
    (row,) = plan_rows(
        build_row(pets=()), world=build_world(live, cases={"V1": case}), duplicates=DuplicateStrategy.UPDATE
    )
    assert kinds_and_actions(row) == [("owner", "unchanged"), ("case", "unchanged")]
    assert row.outcome is Action.UNCHANGED


def test_only_what_the_source_changed_is_updated_and_the_old_value_is_the_live_one() -> None:
    live = build_live_owner(customer="C1", imported=ANA)
    case = build_live_case(
        live,
        replace(FOOD, notes="edited here", tags=("kept", "gone", "ours")),
        imported=replace(FOOD, tags=("kept", "gone")),
    )
    stated = replace(FOOD, status="in_progress", notes="dry food", tags=("kept", "new"), outcome="")
    (row,) = plan_rows(build_row(case=stated, pets=()), world=build_world(live, cases={"V1": case}))
    action = action_on(row, RecordKind.CASE)
    assert action.changes == {
        "status": ["closed", "in_progress"],
        "tags": [["kept", "gone", "ours"], ["kept", "ours", "new"]],
    }
    assert (action.base_version, row.outcome) == (7, Action.UPDATE)


def test_without_a_baseline_every_differing_stated_fact_is_updated_and_no_blank_erases() -> None:
    live = build_live_owner(customer="C1", imported=ANA)
    case = build_live_case(live, replace(FOOD, outcome="rehomed"), imported=None)
    (row,) = plan_rows(
        build_row(case=replace(FOOD, notes="", location="north")), world=build_world(live, cases={"V1": case})
    )
    assert action_on(row, RecordKind.CASE).changes == {"location": ["", "north"]}


def test_skip_leaves_a_known_case_alone() -> None:
    live = build_live_owner(customer="C1", imported=ANA)
    case = build_live_case(live, FOOD, imported=FOOD)
    changed = build_row(case=replace(FOOD, status="archived"))
    (row,) = plan_rows(
        changed, world=build_world(live, cases={"V1": case}), duplicates=DuplicateStrategy.SKIP
    )
    assert (row.outcome, row.actions) == (Action.SKIP, ())


def test_the_same_visit_twice_in_a_file_is_skipped_the_second_time() -> None:
    rows = plan_rows(build_row(), build_row())
    assert [row.outcome for row in rows] == [Action.CREATE, Action.SKIP]
    assert finding_codes(rows) == [[], [(FindingCode.ROW_REPEATED, Severity.NOTE, "2")]]


def test_the_same_visit_told_differently_updates_the_planned_case() -> None:
    rows = plan_rows(
        build_row(),
        build_row(case=replace(FOOD, status="archived")),
        build_row(case=replace(FOOD, status="new")),
    )
    assert [row.outcome for row in rows] == [Action.CREATE, Action.UPDATE, Action.UPDATE]
    cases = [action_on(row, RecordKind.CASE) for row in rows]
    assert [case.base_version for case in cases] == [0, 1, 2]
    assert cases[2].changes == {"status": ["archived", "new"]}
    assert finding_codes(rows)[2] == [(FindingCode.ROW_REPEATED_DIFFERENTLY, Severity.WARNING, "2")]
    assert len(cases[2].imported_rows) == 3


def test_a_repeated_visit_that_names_the_customer_is_not_dropped() -> None:
    _, second = plan_rows(build_row(customer=""), build_row(customer="C1"))
    assert kinds_and_actions(second) == [("owner", "link"), ("pet", "link"), ("case", "unchanged")]
    assert second.actions[0].external_id == "C1"
    assert finding_codes([second]) == [[(FindingCode.ROW_REPEATED_DIFFERENTLY, Severity.WARNING, "2")]]


def test_a_second_pet_of_the_same_visit_on_its_own_row_is_attached_to_the_case() -> None:
    first, second = plan_rows(build_row(), build_row(pets=(PetFacts(name="Max", species="cat"),)))
    case = action_on(second, RecordKind.CASE)
    assert kinds_and_actions(second) == [("owner", "link"), ("pet", "create"), ("case", "link")]
    assert (case.record_id, case.changes) == (action_on(first, RecordKind.CASE).record_id, {})
    assert case.pet_ids == (action_on(second, RecordKind.PET).record_id,)


def test_a_pet_is_filled_not_overwritten() -> None:
    live = build_live_owner(customer="C1", imported=ANA)
    live.pets.append(KnownPet(UUID(int=970), 2, planned=False, facts=replace(LUNA, breed="mixed")))
    (row,) = plan_rows(
        build_row(pets=(replace(LUNA, breed="boxer", colour="black"),)), world=build_world(live)
    )
    pet = action_on(row, RecordKind.PET)
    assert (pet.action, pet.base_version, pet.changes) == (Action.UPDATE, 2, {"colour": ["", "black"]})


def test_two_unnamed_pets_in_a_row_are_two_and_the_next_visit_makes_no_third() -> None:
    unnamed = PetFacts(species="cat", age_class="kitten")
    first, second = plan_rows(
        build_row(pets=(unnamed, unnamed)), build_row(visit="V2", pets=(unnamed, unnamed))
    )
    assert kinds_and_actions(first)[1:3] == [("pet", "create"), ("pet", "create")]
    assert kinds_and_actions(second)[1:3] == [("pet", "link"), ("pet", "link")]
    assert action_on(first, RecordKind.CASE).pet_ids == action_on(second, RecordKind.CASE).pet_ids


def test_a_pet_named_twice_in_a_row_is_one_and_an_empty_one_is_none() -> None:
    (row,) = plan_rows(build_row(pets=(LUNA, LUNA, PetFacts())))
    assert kinds_and_actions(row) == [("owner", "create"), ("pet", "create"), ("case", "create")]


def test_a_case_stays_with_its_owner_and_takes_no_pets_of_another() -> None:
    holder, other = (
        build_live_owner(number=901),
        build_live_owner(replace(ANA, phone=""), customer="C1", number=902),
    )
    case = build_live_case(holder, FOOD, imported=FOOD)
    (row,) = plan_rows(
        build_row(case=replace(FOOD, status="new")), world=build_world(holder, other, cases={"V1": case})
    )
    action = action_on(row, RecordKind.CASE)
    assert (action.parent_id, action.pet_ids) == (holder.id, ())


def test_a_case_keeps_what_people_changed_where_the_source_changed_it_too() -> None:
    live = build_live_owner(customer="C1", imported=ANA)
    case = build_live_case(
        live, replace(FOOD, notes="ours", tags=("mine",)), imported=replace(FOOD, status="")
    )
    theirs = replace(FOOD, status="archived", notes="theirs", tags=("new",))
    (row,) = plan_rows(build_row(pets=(), case=theirs), world=build_world(live, cases={"V1": case}))
    assert action_on(row, RecordKind.CASE).changes == {
        "status": ["closed", "archived"],
        "tags": [["mine"], ["mine", "new"]],
    }
    assert finding_codes([row]) == [[(FindingCode.EDITED_SINCE, Severity.WARNING, "ours")]]
