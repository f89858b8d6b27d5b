"""One record of an undo or redo as a page and a command show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from phcs.core.records import RecordKind
from phcs.core.row_places import RowPlace
from phcs.core.undoing import Bucket, Direction, Effect
from phcs.core.undoing import Dependant as PlannedDependant
from phcs.core.undoing import KeptValue as PlannedKept
from phcs.core.undoing.sentences import dependant_sentence, kept_sentence, reversal_sentence
from phcs.models.reversals import ReversalAction

_RECORD_OF = {
    "linked_case": "case",
    "linked_pet": "pet",
    "owner_gone": "owner",
    "pet_gone": "pet",
    "invoice_gone": "invoice",
    "owner_there_again": "owner",
    "external_id_taken": "",
    "later_import": "",
}
GONE = "Nothing to do: the record is not there any more."


@dataclass(frozen=True, slots=True)
class FieldReversal:
    """A fact, `tags` or `custom` one by one, before and after the reversal."""

    name: str
    now: Any
    then: Any


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A value that stays: what it is, what the import had made it, and who changed it since."""

    name: str
    now: Any
    stated: Any
    by: str
    at: datetime | None
    file_name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Dependant:
    """What keeps the record from going or from coming back; `record_id` where it has a page."""

    kind: str
    record_id: UUID | None
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReversalLine:
    """What happens to one record, and what stays."""

    ordinal: int
    kind: RecordKind
    record_id: UUID
    name: str
    row_no: int
    bucket: Bucket
    effect: Effect
    sentence: str
    fields: tuple[FieldReversal, ...]
    kept: tuple[KeptValue, ...]
    dependants: tuple[Dependant, ...]
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """The row that the record came from."""
        return RowPlace(self.table_no, self.row_no)


def line_of(action: ReversalAction, *, direction: Direction, done: bool) -> ReversalLine:
    """A stored reversal action in words."""
    effect = Effect(action.effect)
    kept = tuple(PlannedKept(*one) for one in action.body.get("kept", ()))
    is_gone = any(one.name == "gone" for one in kept)
    return ReversalLine(
        ordinal=action.ordinal,
        kind=action.kind,
        record_id=action.record_id,
        name=action.name,
        row_no=action.row_no,
        bucket=action.bucket,
        effect=effect,
        sentence=GONE if is_gone else reversal_sentence(direction, action.bucket, effect, done=done),
        fields=tuple(
            field
            for name, pair in action.body["change"].get("facts", {}).items()
            for field in _fields(name, pair)
        ),
        kept=tuple(_kept(one) for one in kept),
        dependants=tuple(_dependant(one) for one in action.body.get("dependants", ())),
        table_no=action.table_no,
    )


def _fields(name: str, pair: Sequence[Any]) -> list[FieldReversal]:
    now, then = pair
    if name != "custom":
        return [FieldReversal(name, now, then)]
    now, then = now or {}, then or {}
    return [
        FieldReversal(f"custom.{key}", now.get(key), then.get(key))
        for key in sorted(now.keys() | then.keys())
        if now.get(key) != then.get(key)
    ]


def _kept(kept: PlannedKept) -> KeptValue:
    return KeptValue(
        name="" if kept.name == "gone" else kept.name,
        now=kept.now,
        stated=None if kept.name == "pets" else kept.stated,
        by=kept.by,
        at=datetime.fromisoformat(kept.at) if kept.at else None,
        file_name=kept.file_name,
        sentence=kept_sentence(kept),
    )


def _dependant(stored: Sequence[str]) -> Dependant:
    what, record_id, name = stored
    one = PlannedDependant(what, UUID(record_id) if record_id else None, name)
    kind = _RECORD_OF.get(what, what) if what != "more" else ""
    return Dependant(kind, None if what.endswith("_gone") else one.id, name, dependant_sentence(one))
