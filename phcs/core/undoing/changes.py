"""What a promotion, an undo or a redo did to one record, in one form, so that each can be taken back alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from phcs.core.planning.changes import Changes
from phcs.core.records import RecordKind


class Presence(StrEnum):
    """Whether a change made the record, took it away, or left it where it was."""

    CREATED = "created"
    REMOVED = "removed"
    STAYED = ""


@dataclass(frozen=True, slots=True)
class StatedName:
    """An external id of the import's source that a change stated, or took back when not `stated`.

    With `gains` the id itself came or went, not only what is stated about it.
    `holder` is the later import that has restated it since and so keeps our statement as the former one; None when
    ours is the newest. `imported` and `imported_rows` are our statement. `source` is that of its table, '' for the
    import's own.
    """

    external_id: str
    stated: bool
    imported: dict[str, Any] = field(default_factory=dict)
    imported_rows: tuple[str, ...] = ()
    holder: UUID | None = None
    gains: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A value that stays although the import wrote another: who changed it since, as far as the audit tells.

    `name` is a fact's, `custom.<key>`, `external_id`, `pets`, `link_gone` or `merged`; '' stands for the record as a
    whole.
    """

    name: str
    now: Any = None
    stated: Any = None
    by: str = ""
    at: str = ""
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Dependant:
    """Something that keeps a record from being removed, or the want of which keeps it from coming back.

    `what` is `pet`, `case`, `linked_case`, `linked_pet`, `external_id`, `later_import`, `owner_gone`, `pet_gone`,
    `invoice_gone`, `external_id_taken`, `owner_there_again`, or a kind of history.
    """

    what: str
    id: UUID | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record and what was done to it. Lists stand for tuples, so that JSON gives facts back.

    `version` is the version that the change left, 0 where it left no record. `record` is everything that a removed
    record held (facts, owner, origin), `facts` are `{fact: [before, after]}` of one that stayed. Of a created
    record only its `facts_left` count. `attached` and `detached` are pets of a case; `keys_added` and
    `keys_dropped` are the import's own match keys of an owner.
    """

    kind: RecordKind
    record_id: UUID
    row_no: int
    presence: Presence = Presence.STAYED
    version: int = 0
    facts_left: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)
    facts: Changes = field(default_factory=dict)
    names: tuple[StatedName, ...] = ()
    attached: tuple[UUID, ...] = ()
    detached: tuple[UUID, ...] = ()
    keys_added: tuple[int, ...] = ()
    keys_dropped: tuple[int, ...] = ()
    table_no: int = 1

    @property
    def is_visible(self) -> bool:
        """Whether people see a difference: facts, pets, an id that came or went, the record itself."""
        return bool(
            self.presence
            or self.facts
            or self.attached
            or self.detached
            or any(one.gains for one in self.names)
        )

    @property
    def does_something(self) -> bool:
        """Whether anything live differs after it."""
        return bool(self.is_visible or self.names or self.keys_added or self.keys_dropped)

    def as_json(self) -> dict[str, Any]:
        """What of it is kept besides kind, id and row; empty parts are left out."""
        named = {
            "presence": self.presence.value,
            "version": self.version,
            "facts_left": self.facts_left,
            "record": self.record,
            "facts": self.facts,
            "names": [_name_as_json(one) for one in self.names],
            "attached": [str(one) for one in self.attached],
            "detached": [str(one) for one in self.detached],
            "keys_added": list(self.keys_added),
            "keys_dropped": list(self.keys_dropped),
        }
        return {name: value for name, value in named.items() if value}

    @classmethod
    def from_json(
        cls, data: Mapping[str, Any], *, kind: RecordKind, record_id: UUID, row_no: int, table_no: int = 1
    ) -> "RecordChange":
        """What `as_json` wrote."""
        return cls(
            kind=kind,
            record_id=record_id,
            row_no=row_no,
            presence=Presence(data.get("presence", "")),
            version=data.get("version", 0),
            facts_left=data.get("facts_left", {}),
            record=data.get("record", {}),
            facts=data.get("facts", {}),
            names=tuple(_name_from_json(one) for one in data.get("names", ())),
            attached=tuple(map(UUID, data.get("attached", ()))),
            detached=tuple(map(UUID, data.get("detached", ()))),
            keys_added=tuple(data.get("keys_added", ())),
            keys_dropped=tuple(data.get("keys_dropped", ())),
            table_no=table_no,
        )


def _name_as_json(one: StatedName) -> list[Any]:
    holder = str(one.holder) if one.holder else ""
    told = [one.external_id, one.stated, one.imported, list(one.imported_rows), holder, one.gains]
    return [*told, one.source] if one.source else told


def _name_from_json(data: list[Any]) -> StatedName:
    external_id, stated, imported, rows, holder, gains, *source = data
    told_by = UUID(holder) if holder else None
    return StatedName(external_id, stated, imported, tuple(rows), told_by, gains, *source)
