"""Reversed records as they lie in the table of reversal actions, and back."""

from typing import Any, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind
from phcs.core.undoing import RecordChange, ReversedRecord, StoredReversal
from phcs.models.reversals import Reversal, ReversalAction
from phcs.queries.among import checked
from phcs.queries.stored_values import hex_text, json_text, word

ACTION_COLUMNS = (
    "reversal_id",
    "ordinal",
    "organisation_id",
    "kind",
    "record_id",
    "row_no",
    "table_no",
    "name",
    "bucket",
    "effect",
    "version",
    "body",
)
KINDS = {kind.value: kind for kind in RecordKind}


def stored_reversal(one: ReversedRecord, *, version: int) -> StoredReversal:
    """The one form in which a reversed record is stored and bound by the fingerprint."""
    body: dict[str, Any] = {"change": one.change.as_json()}
    if one.kept:
        body["kept"] = [
            [kept.name, kept.now, kept.stated, kept.by, kept.at, kept.file_name] for kept in one.kept
        ]
    if one.dependants:
        body["dependants"] = [[each.what, str(each.id or ""), each.name] for each in one.dependants]
    change = one.change
    return (
        str(change.kind),
        change.record_id.hex,
        str(one.bucket),
        str(one.effect),
        version,
        orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode(),
    )


def action_cells(
    ids: tuple[str, int, str], stored: StoredReversal, *, place: tuple[int, int], name: str
) -> tuple[Any, ...]:
    """A row in the order of ACTION_COLUMNS, ready for the database.

    `ids` are reversal, ordinal and organisation, `place` row and table.
    """
    kind, record_id, bucket, effect, version, text = stored
    return (*ids, kind, record_id, *place, name[:400], bucket, effect, version, text)


class StoredStep(NamedTuple):
    """A stored reversal action while it is carried out; `change` and `kept` are parts of its body."""

    ordinal: int
    row_no: int
    table_no: int
    kind: RecordKind
    record_id: UUID
    effect: str
    version: int
    change: dict[str, Any]
    kept: list[list[Any]]
    bound: StoredReversal

    def as_change(self) -> RecordChange:
        """The change in full."""
        return RecordChange.from_json(
            self.change,
            kind=self.kind,
            record_id=self.record_id,
            row_no=self.row_no,
            table_no=self.table_no,
        )


def steps_after(session: Session, reversal: Reversal, *, after: int, limit: int) -> list[StoredStep]:
    """The next stored reversal actions in the order in which they are carried out."""
    rows = session.execute(
        sa.select(
            ReversalAction.ordinal,
            ReversalAction.row_no,
            ReversalAction.table_no,
            word(ReversalAction.kind),
            hex_text(session, ReversalAction.record_id),
            word(ReversalAction.bucket),
            ReversalAction.effect,
            ReversalAction.version,
            json_text(session, ReversalAction.body),
        )
        .where(
            checked(ReversalAction.organisation_id, reversal.organisation_id),
            ReversalAction.reversal_id == reversal.id,
            ReversalAction.ordinal > after,
        )
        .order_by(ReversalAction.ordinal)
        .limit(limit)
    )
    return [_step(*row) for row in rows]


def _step(
    ordinal: int,
    row_no: int,
    table_no: int,
    kind: str,
    record_id: str,
    bucket: str,
    effect: str,
    version: int,
    text: str,
) -> StoredStep:
    body = orjson.loads(text)
    return StoredStep(
        ordinal,
        row_no,
        table_no,
        KINDS[kind],
        UUID(record_id),
        effect,
        version,
        body["change"],
        body.get("kept", []),
        (kind, record_id, bucket, effect, version, text),
    )
