"""The fingerprint that an approval is bound to: the same plan, and only it, has the same one."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b, sha256
from typing import Any
from uuid import UUID

import orjson

from phcs.core.history import LINKS
from phcs.core.planning.actions import Action, PlannedAction
from phcs.core.records import RecordKind, RowRecord

_FORM = b"plan/2\n"
_ACTIONS = {action.value: action for action in Action}
_KINDS = {kind.value: kind for kind in RecordKind}
_LINK_FACTS = frozenset(name for links in LINKS.values() for name in links)

StoredAction = tuple[str, str, str, str | None, int, str, str]
"""Kind, action, record, parent (32 hex digits each), base version, external id, and the body's JSON text."""


def stored_action(action: PlannedAction) -> StoredAction:
    """Return the one form in which an action is stored, bound by the fingerprint and told by the audit trail.

    The body is JSON with sorted keys; what is empty is left out, and so is the baseline where it says what
    the facts of a new record say (but for its links, which are ours and not the source's).
    """
    body: dict[str, Any] = {}
    if action.imported != _without_links(action.facts):
        body["imported"] = action.imported
    if action.facts:
        body["facts"] = action.facts
    if action.changes:
        body["changes"] = action.changes
    if action.pet_ids:
        body["pets"] = action.pet_ids
    if action.evidence:
        body["evidence"] = action.evidence
    if action.imported_rows:
        body["imported_rows"] = action.imported_rows
    if action.external_id:
        body["external_id"] = action.external_id
    return (
        str(action.kind),
        str(action.action),
        action.record_id.hex,
        action.parent_id.hex if action.parent_id else None,
        action.base_version,
        action.external_id,
        orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode(),
    )


def imported_facts(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the source says about the record, out of a stored body."""
    stated: dict[str, Any] = body["imported"] if "imported" in body else _without_links(body.get("facts", {}))
    return stated


def _without_links(facts: dict[str, Any]) -> dict[str, Any]:
    if _LINK_FACTS.isdisjoint(facts):
        return facts
    return {name: value for name, value in facts.items() if name not in _LINK_FACTS}


def action_from_stored(stored: StoredAction) -> PlannedAction:
    """Return the action that `stored_action` described."""
    kind, action, record_id, parent_id, base_version, external_id, text = stored
    body = orjson.loads(text)
    return PlannedAction(
        kind=_KINDS[kind],
        action=_ACTIONS[action],
        record_id=UUID(record_id),
        parent_id=UUID(parent_id) if parent_id else None,
        base_version=base_version,
        facts=body.get("facts", {}),
        changes=body.get("changes", {}),
        external_id=external_id,
        pet_ids=tuple(map(UUID, body.get("pets", ()))),
        evidence=tuple(body.get("evidence", ())),
        imported=imported_facts(body),
        imported_rows=tuple(body.get("imported_rows", ())),
    )


def row_digest(record: RowRecord) -> str:
    """Return 16 hex digits that stand for all that a row says."""
    said: dict[str, Any] = {name: getattr(record, name) for name in _ALWAYS_DIGESTED}
    said |= {name: told for name in _DIGESTED_WHERE_SAID if (told := getattr(record, name))}
    return blake2b(orjson.dumps(said, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


_ALWAYS_DIGESTED = ("owner", "owner_external_id", "pets", "case", "case_external_id", "skip")
_DIGESTED_WHERE_SAID = ("pet_external_id", "history", "history_external_id", "invoice_external_id")
"""What rows had no room for at first: their digests are kept for ever, so they must stay what they were."""


class PlanFingerprint:
    """Takes the rows of a plan in their order; two plans have equal digests when they do the same.

    Findings, the match and the reason of a row are what people read; only what promoting does is bound.
    """

    def __init__(self) -> None:
        self._hash = sha256(_FORM)

    def add(self, row_no: int, outcome: str, actions: Sequence[StoredAction], *, table_no: int = 1) -> str:
        """Take in the next row, one line of JSON; gives 16 hex digits that stand for it alone.

        The number of its table is bound where it is not the first.
        """
        place = row_no if table_no == 1 else [table_no, row_no]
        line = orjson.dumps((place, outcome, actions), option=orjson.OPT_APPEND_NEWLINE)
        self._hash.update(line)
        return blake2b(line, digest_size=8).hexdigest()

    def hexdigest(self) -> str:
        """Return the fingerprint of the rows so far, e.g. `sha256:9f86…`."""
        return f"sha256:{self._hash.hexdigest()}"
