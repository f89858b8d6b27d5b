"""What a row does with its owner: new, linked, filled, overwritten, held back."""

from dataclasses import replace
from uuid import UUID

import pytest

from phcs.core.findings import FindingCode, Severity
from phcs.core.planning import Action, DuplicateStrategy
from phcs.core.records import OwnerFacts, RecordKind, RowRecord
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
    plan_rows,
)


def test_a_visit_without_customer_id_links_to_a_live_owner_by_phone_and_name() -> None:
    live = build_live_owner(OwnerFacts(full_name="Ana Ruiz Gil", phone=PHONE, email="ana@example.org"))
    (row,) = plan_rows(build_row(replace(ANA, city="Madrid"), customer=""), world=build_world(live))
    owner = row.actions[0]
    assert (owner.action, owner.record_id, owner.base_version) == (Action.UPDATE, live.id, 4)
    assert owner.changes == {"city": ["", "Madrid"]}


def test_a_live_owner_gains_the_sources_id_by_a_link() -> None:
    (row,) = plan_rows(build_row(), world=build_world(build_live_owner()))
    owner = row.actions[0]
    assert (owner.action, owner.external_id, owner.changes) == (Action.LINK, "C1", {})
    assert owner.imported["full_name"] == "Ana Ruiz"


def test_a_live_owner_known_by_id_is_unchanged() -> None:
    (row,) = plan_rows(build_row(), world=build_world(build_live_owner(customer="C1", imported=ANA)))
    assert row.actions[0].action is Action.UNCHANGED


@pytest.mark.parametrize(
    ("duplicates", "changes"),
    [
        (
            DuplicateStrategy.LINK,
            {"city": ["", "Madrid"], "tags": [["vip"], ["vip", "new"]], "phone2": ["", "+34699000111"]},
        ),
        (
            DuplicateStrategy.UPDATE,
            {
                "full_name": ["Ana Ruiz", "Ana Ruiz Gil"],
                "email": ["old@example.org", "new@example.org"],
                "city": ["", "Madrid"],
                "tags": [["vip"], ["vip", "new"]],
                "phone2": ["", "+34699000111"],
                "custom": [{"a": "1"}, {"a": "2", "b": "3"}],
            },
        ),
        (DuplicateStrategy.SKIP, {}),
    ],
)
def test_the_strategy_says_what_a_known_owner_gains(
    duplicates: DuplicateStrategy, changes: dict[str, list[object]]
) -> None:
    live = build_live_owner(
        replace(ANA, email="old@example.org", tags=("vip",), custom={"a": "1"}, notes="calls back"),
        customer="C1",
    )
    stated = OwnerFacts(
        full_name="Ana Ruiz Gil",
        phone="+34699000111",
        email="new@example.org",
        city="Madrid",
        tags=("new",),
        custom={"a": "2", "b": "3"},
    )
    (row,) = plan_rows(build_row(stated), world=build_world(live), duplicates=duplicates)
    expected = {**changes, "custom": [{"a": "1"}, {"a": "1", "b": "3"}]} if duplicates == "link" else changes
    assert row.actions[0].changes == expected


def test_a_phone_is_overwritten_only_by_update_and_only_when_both_places_are_taken() -> None:
    full = replace(ANA, phone2="+34600000123")
    stated = replace(ANA, phone="+34699000111", phone_given="699 000 111")
    (linked,) = plan_rows(build_row(stated), world=build_world(build_live_owner(full, customer="C1")))
    assert linked.actions[0].changes == {}
    (updated,) = plan_rows(
        build_row(stated),
        world=build_world(build_live_owner(full, customer="C1")),
        duplicates=DuplicateStrategy.UPDATE,
    )
    assert updated.actions[0].changes == {
        "phone": [PHONE, "+34699000111"],
        "phone_given": ["612 345 678", "699 000 111"],
    }


def test_create_makes_another_owner_unless_the_sources_id_is_the_same() -> None:
    by_phone, by_id = (
        plan_rows(build_row(), world=build_world(owner), duplicates=DuplicateStrategy.CREATE)[0]
        for owner in (build_live_owner(), build_live_owner(customer="C1"))
    )
    assert by_phone.actions[0].action is Action.CREATE
    assert "same phone +34612345678" in by_phone.actions[0].evidence
    assert by_id.actions[0].record_id == UUID(int=901)


def test_a_repeat_of_a_row_that_waits_for_a_person_waits_with_it_and_is_not_asked_again() -> None:
    live = build_live_owner(OwnerFacts(full_name="Ana", phone=PHONE))
    edited = build_row(case=replace(FOOD, notes="edited"))
    rows = plan_rows(build_row(), build_row(), edited, build_row(visit="V2"), world=build_world(live))
    assert finding_codes(rows) == [
        [(FindingCode.MATCH_UNDECIDED, Severity.WARNING, "Ana")],
        [(FindingCode.ROW_REPEATED, Severity.NOTE, "2")],
        [(FindingCode.ROW_REPEATED_DIFFERENTLY, Severity.WARNING, "2")],
        [(FindingCode.MATCH_UNDECIDED, Severity.WARNING, "Ana")],
    ]
    assert {row.outcome for row in rows} == {Action.SKIP}


def test_a_doubtful_owner_holds_the_row_back_until_a_person_decides() -> None:
    live = build_live_owner(OwnerFacts(full_name="Ana", phone=PHONE))
    (row,) = plan_rows(build_row(), world=build_world(live))
    assert (row.outcome, row.actions) == (Action.SKIP, ())
    assert finding_codes([row]) == [[(FindingCode.MATCH_UNDECIDED, Severity.WARNING, "Ana")]]
    assert row.match is not None
    assert row.match.owner is live
    (same,) = plan_rows(build_row(), world=build_world(live), decisions={live.id: True})
    assert action_on(same, RecordKind.OWNER).record_id == live.id
    (other,) = plan_rows(
        build_row(),
        world=build_world(build_live_owner(OwnerFacts(full_name="Ana", phone=PHONE))),
        decisions={live.id: False},
    )
    assert action_on(other, RecordKind.OWNER).action is Action.CREATE


def test_a_spouse_gets_an_own_record_and_a_note() -> None:
    rows = plan_rows(build_row(), build_row(replace(ANA, full_name="Luis Ruiz"), customer="", visit="V2"))
    assert action_on(rows[1], RecordKind.OWNER).action is Action.CREATE
    assert finding_codes(rows)[1] == [(FindingCode.MATCH_HOUSEHOLD, Severity.NOTE, "Ana Ruiz")]


def test_an_id_that_two_people_share_stays_with_the_first() -> None:
    first = build_live_owner(customer="C1", imported=ANA)
    luis = replace(ANA, full_name="Luis Ruiz")
    rows = plan_rows(
        build_row(luis), build_row(luis, visit="V2"), world=build_world(first), decisions={first.id: False}
    )
    owners = [action_on(row, RecordKind.OWNER) for row in rows]
    assert [owner.action for owner in owners] == [Action.CREATE, Action.LINK]
    assert [owner.external_id for owner in owners] == ["", ""]
    assert owners[1].record_id == owners[0].record_id


def test_a_known_case_brings_its_owner_back_even_without_any_contact() -> None:
    nameless = OwnerFacts(full_name="Ana Ruiz")
    live = build_live_owner(nameless)
    case = build_live_case(live, FOOD, imported=FOOD)
    record = build_row(nameless, customer="", case=replace(FOOD, status="archived"))
    (row,) = plan_rows(record, world=build_world(live, cases={"V1": case}))
    assert action_on(row, RecordKind.OWNER).record_id == live.id
    assert row.outcome is Action.UPDATE


def test_a_file_of_owners_plans_owners_and_notes_the_repeated_one() -> None:
    record = RowRecord(owner=ANA, owner_external_id="C1", pets=(LUNA,))
    changed = replace(record, owner=replace(ANA, city="Madrid"))
    rows = plan_rows(record, record, changed, kind=RecordKind.OWNER)
    assert [row.outcome for row in rows] == [Action.CREATE, Action.LINK, Action.UPDATE]
    assert finding_codes(rows) == [
        [],
        [(FindingCode.ROW_REPEATED, Severity.NOTE, "2")],
        [(FindingCode.ROW_REPEATED_DIFFERENTLY, Severity.WARNING, "2")],
    ]


def test_what_a_repeated_owner_or_pet_would_lose_is_told() -> None:
    record = RowRecord(owner=replace(ANA, notes="tea"), owner_external_id="", pets=(LUNA,))
    same = replace(record, owner=replace(ANA, full_name="RUIZ, ANA", notes=""))
    other_notes = replace(record, owner=replace(ANA, notes="coffee"))
    other_pet_facts = replace(record, pets=(replace(LUNA, notes="bites"),))
    lost = replace(record, pets=(replace(LUNA, notes="is sweet"),))
    rows = plan_rows(record, same, other_notes, other_pet_facts, lost, kind=RecordKind.OWNER)
    codes = [[finding.code for finding in row.findings] for row in rows]
    assert codes == [[], [FindingCode.ROW_REPEATED], *([FindingCode.ROW_REPEATED_DIFFERENTLY],) * 3]


def test_a_row_that_brings_a_known_owner_another_pet_repeats_nothing() -> None:
    record = RowRecord(owner=ANA, owner_external_id="C1", pets=(LUNA,))
    rows = plan_rows(record, replace(record, pets=(replace(LUNA, name="Max"),)), kind=RecordKind.OWNER)
    assert [row.findings for row in rows] == [(), ()]


def test_a_placeholder_name_never_replaces_a_persons_name() -> None:
    live = build_live_owner(replace(ANA, city=""), customer="C1")
    walk_in = OwnerFacts(full_name="Walk In", city="Madrid", tags=("placeholder",))
    (row,) = plan_rows(build_row(walk_in), world=build_world(live), duplicates=DuplicateStrategy.UPDATE)
    assert row.actions[0].changes == {"city": ["", "Madrid"]}
