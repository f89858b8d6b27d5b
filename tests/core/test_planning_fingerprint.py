"""An approval holds for exactly one plan."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest

from phcs.core.chain import canonical_values
from phcs.core.planning import (
    Action,
    PlanFingerprint,
    PlannedAction,
    PlannedRow,
    action_from_stored,
    stored_action,
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
        fingerprint.add(row.row_no, row.outcome.value, [stored_action(one) for one in row.actions])
    return fingerprint.hexdigest()


def test_fingerprints_are_stored_so_they_stay_what_they_are() -> None:
    assert _fingerprint() == "sha256:8d85a9a924eb87f294f990b3d70101e19c70c6e20fe7b455410c06bf4a84dd73"
    assert _fingerprint(ROW) == "sha256:9614562bf94b90a987719a9c5bb4739ec0a1844d4b0f3ae821062dee4b528d48"


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


@pytest.mark.parametrize(
    "action",
    [
        ACTION,
        replace(ACTION, imported=ACTION.facts),
        replace(ACTION, imported={}, imported_rows=(), evidence=(), pet_ids=(), parent_id=None),
        PlannedAction(RecordKind.OWNER, Action.CREATE, UUID(int=7), facts={"full_name": "two\nlines"}),
    ],
)
def test_stored_actions_come_back_equal(action: PlannedAction) -> None:
    stored = stored_action(action)
    again = action_from_stored(stored)
    assert again == action
    assert stored_action(again) == stored


def test_the_stored_body_is_canonical_so_that_the_audit_trail_can_hash_it_as_it_is() -> None:
    text = stored_action(ACTION)[-1]
    assert text.encode() == canonical_values(orjson.loads(text))
