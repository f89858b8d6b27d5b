"""The fingerprint that an approval is bound to: the same plan, and only it, has the same one."""

from collections.abc import Sequence
from hashlib import blake2b, sha256
from typing import Any
from uuid import UUID

import orjson

from phcs.core.planning.actions import Action, PlannedAction, PlannedRow
from phcs.core.records import RecordKind, RowRecord

_FORM = b"plan/1\n"


def canonical_row(row: PlannedRow) -> bytes:
    """Return the row's number, outcome and actions as one line of JSON with sorted keys.

    Findings, the match and the reason are what people read; only what promoting does is bound.
    """
    return orjson.dumps(
        {"actions": row.actions, "outcome": row.outcome, "row": row.row_no}, option=orjson.OPT_SORT_KEYS
    )


def actions_to_json(actions: Sequence[PlannedAction]) -> bytes:
    """Return what `actions_from_json` turns back into equal actions."""
    return orjson.dumps(actions)


def actions_from_json(data: bytes | str) -> tuple[PlannedAction, ...]:
    """Return the actions that `actions_to_json` wrote."""
    return tuple(_action(each) for each in orjson.loads(data))


def _action(data: dict[str, Any]) -> PlannedAction:
    return PlannedAction(
        kind=RecordKind(data["kind"]),
        action=Action(data["action"]),
        record_id=UUID(data["record_id"]),
        parent_id=UUID(data["parent_id"]) if data["parent_id"] else None,
        base_version=data["base_version"],
        facts=data["facts"],
        changes=data["changes"],
        external_id=data["external_id"],
        pet_ids=tuple(UUID(pet_id) for pet_id in data["pet_ids"]),
        evidence=tuple(data["evidence"]),
        imported=data["imported"],
        imported_rows=tuple(data["imported_rows"]),
    )


def row_digest(record: RowRecord) -> str:
    """Return 16 hex digits that stand for all that a row says."""
    return blake2b(orjson.dumps(record, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


class PlanFingerprint:
    """Takes the rows of a plan in their order; two plans have equal digests when they do the same."""

    def __init__(self) -> None:
        self._hash = sha256(_FORM)

    def add(self, row: PlannedRow) -> None:
        """Take in the next row."""
        self.add_canonical(canonical_row(row))

    def add_canonical(self, line: bytes) -> None:
        """Take in the next row as `canonical_row` wrote it."""
        self._hash.update(line)
        self._hash.update(b"\n")

    def hexdigest(self) -> str:
        """Return the fingerprint of the rows so far, e.g. `sha256:9f86…`."""
        return f"sha256:{self._hash.hexdigest()}"
