"""An approval holds for exactly one plan."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.planning import (
    Action,
    PlanCounts,
    PlanFingerprint,
    PlannedAction,
    PlannedRow,
    actions_from_json,
    actions_to_json,
    canonical_row,
)
from phcs.core.records import RecordKind

ACTION = PlannedAction(
    kind=RecordKind.CASE,
    action=Action.UPDATE,
    record_id=UUID(int=1),
    parent_id=UUID(int=2),
    base_version=3,
    facts={"notes": "ñ", "services": ["food"]},
    changes={"status": ["new", "closed"]},
    external_id="V1",
    pet_ids=(UUID(int=4),),
    evidence=("same case id",),
    imported={"status": "closed"},
    imported_rows=("0011223344556677",),
)
ROW = PlannedRow(row_no=7, outcome=Action.UPDATE, actions=(ACTION,))


def _fingerprint(*rows: PlannedRow) -> str:
    fingerprint = PlanFingerprint()
    for row in rows:
        fingerprint.add(row)
    return fingerprint.hexdigest()


def test_fingerprints_are_stored_so_they_stay_what_they_are() -> None:
    assert _fingerprint() == "sha256:ba4a4a20b2b5dd3f93a4c09edddc90880f90fd7c0d9d9f210ad9c707743e9b4e"
    assert _fingerprint(ROW) == "sha256:6e9c4fc2b928cf441682e52765c66699c01860702b33c332a00dc4f1228ec820"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": RecordKind.OWNER},
        {"action": Action.CREATE},
        {"record_id": UUID(int=9)},
        {"parent_id": None},
        {"base_version": 4},
        {"facts": {"notes": "n", "services": ["food"]}},
        {"changes": {"status": ["new", "archived"]}},
        {"changes": {"status": ["on_hold", "closed"]}},
        {"external_id": "V2"},
        {"pet_ids": ()},
        {"evidence": ()},
        {"imported": {}},
        {"imported_rows": ()},
    ],
)
def test_any_change_of_an_action_changes_the_fingerprint(change: dict[str, Any]) -> None:
    assert _fingerprint(replace(ROW, actions=(replace(ACTION, **change),))) != _fingerprint(ROW)


def test_every_field_of_an_action_is_bound() -> None:
    assert set(ACTION.__dataclass_fields__) == {
        "kind", "action", "record_id", "parent_id", "base_version", "facts", "changes", "external_id",
        "pet_ids", "evidence", "imported", "imported_rows",
    }  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        (replace(ROW, row_no=8),),
        (replace(ROW, outcome=Action.UNCHANGED),),
        (replace(ROW, actions=()),),
        (replace(ROW, actions=(ACTION, ACTION)),),
        (ROW, ROW),
        (),
    ],
)
def test_any_change_of_rows_changes_the_fingerprint(rows: tuple[PlannedRow, ...]) -> None:
    assert _fingerprint(*rows) != _fingerprint(ROW)


def test_the_order_of_rows_matters_and_the_order_of_facts_does_not() -> None:
    other = replace(ROW, row_no=8)
    assert _fingerprint(ROW, other) != _fingerprint(other, ROW)
    turned = replace(ACTION, facts=dict(reversed(ACTION.facts.items())))
    assert _fingerprint(replace(ROW, actions=(turned,))) == _fingerprint(ROW)


def test_stored_actions_come_back_equal_and_with_the_same_canonical_row() -> None:
    (again,) = actions_from_json(actions_to_json((ACTION,)))
    assert again == ACTION
    assert canonical_row(replace(ROW, actions=(again,))) == canonical_row(ROW)


def test_canonical_rows_are_one_line_each() -> None:
    action = replace(ACTION, facts={"notes": "two\nlines\r\n"})
    assert b"\n" not in canonical_row(replace(ROW, actions=(action,)))


def test_counts_of_chunks_add_up_to_the_counts_of_the_whole() -> None:
    held_back = PlannedRow(1, Action.SKIP, findings=(Finding(FindingCode.MATCH_UNDECIDED, Severity.WARNING),))
    repeated = replace(ROW, findings=(Finding(FindingCode.ROW_REPEATED_DIFFERENTLY, Severity.WARNING),))
    rejected = PlannedRow(2, Action.REJECT)
    whole, first, second = PlanCounts(), PlanCounts(), PlanCounts()
    for row in (held_back, repeated, rejected):
        whole.add(row)
    first.add(held_back)
    second.add(repeated)
    second.add(rejected)
    first.merge(second)
    assert first.as_json() == whole.as_json() == PlanCounts.from_json(whole.as_json()).as_json()
    assert whole.as_json() == {
        "owner": {"create": 0, "update": 0, "link": 0, "unchanged": 0},
        "pet": {"create": 0, "update": 0, "link": 0, "unchanged": 0},
        "case": {"create": 0, "update": 1, "link": 0, "unchanged": 0, "skip": 1, "reject": 1},
        "rows": {"create": 0, "update": 1, "unchanged": 0, "link": 0, "skip": 1, "reject": 1},
        "duplicates_in_file": 1,
        "needs_decision": 1,
    }
