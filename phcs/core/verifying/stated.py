"""What one row of a file states, record by record, out of the plain data of its `RowRecord`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from phcs.core.records import RecordKind
from phcs.core.verifying.verdicts import arrived

EXTERNAL_ID = "external_id"
_ONE = ("owner", "case")


@dataclass(frozen=True, slots=True)
class StatedRecord:
    """One record that a row states: its facts that say something, and its id in the other system."""

    kind: RecordKind
    facts: Mapping[str, Any]
    external_id: str = ""

    def named_facts(self) -> Iterator[tuple[str, Any]]:
        """The facts by name, custom ones one by one as `custom.<key>`."""
        for name, value in self.facts.items():
            if name == "custom":
                yield from ((f"custom.{key}", text) for key, text in value.items() if text)
            elif value:
                yield name, value


def stated_records(record: Mapping[str, Any]) -> list[StatedRecord]:
    """The records that a row states, parents first; `record` is what `record_as_json` wrote."""
    found = [
        StatedRecord(RecordKind(name), facts, record.get(f"{name}_external_id", ""))
        for name in _ONE
        if (facts := record.get(name)) is not None
    ]
    pets = record.get("pets") or ()
    own = record.get("pet_external_id", "") if len(pets) == 1 else ""
    found += [StatedRecord(RecordKind.PET, facts, own) for facts in pets if facts]
    if history := record.get("history"):
        facts = {name: value for name, value in history.items() if name != "kind"}
        external_id = record.get("history_external_id", "")
        found.append(StatedRecord(RecordKind(history["kind"]), facts, external_id))
    return found


def paired(
    stated: Sequence[StatedRecord],
    records: Sequence[tuple[RecordKind, UUID]],
    live: Mapping[UUID, Mapping[str, Any]],
) -> list[tuple[StatedRecord, UUID | None]]:
    """Each stated record with the record that the plan names for it, of several of a kind the one most like it."""
    left = list(dict.fromkeys(records))
    found: list[tuple[StatedRecord, UUID | None]] = []
    for one in stated:
        of_kind = [record_id for kind, record_id in left if kind is one.kind]
        best = max(of_kind, key=lambda record_id: _likeness(one, live.get(record_id)), default=None)
        if best is not None:
            left.remove((one.kind, best))
        found.append((one, best))
    return found


def _likeness(stated: StatedRecord, live: Mapping[str, Any] | None) -> int:
    if live is None:
        return 0
    return sum(
        10 if name == "name" else 1 for name, value in stated.facts.items() if arrived(name, value, live)
    )
