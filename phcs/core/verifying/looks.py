"""One row as verification looks at it: what it states, the records that the plan names for it, what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from phcs.core.records import RecordKind, fact_names
from phcs.core.verifying.stated import EXTERNAL_ID, StatedRecord
from phcs.core.verifying.trails import UNKNOWN_RECORD, ExpectedRecord, Normal, TrailEvent, same
from phcs.core.verifying.verdicts import ARRIVED, ORDER, Explained, RowPlace, Verdict, arrived, explain, worse

_ID = f"_{EXTERNAL_ID}"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What the ledger keeps of a row."""

    outcome: str
    reason: str
    digest: str


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A record that the approved plan names for a row."""

    kind: RecordKind
    action: str
    record_id: UUID
    external_id: str


@dataclass(slots=True)
class ChunkWorld:
    """What is live, for the rows of one chunk: records by id, and who holds the ids of the other system."""

    live: Mapping[UUID, Mapping[str, Any]]
    holders: Mapping[tuple[str, str], UUID]
    normal: Normal
    trails: Mapping[UUID, Sequence[TrailEvent]] = field(default_factory=dict)
    expected: Mapping[UUID, ExpectedRecord] = field(default_factory=dict)

    def expected_of(self, record_id: UUID) -> ExpectedRecord:
        """What the trail says of a record; nothing where it was not asked."""
        return self.expected.get(record_id, UNKNOWN_RECORD)

    def is_altered(self, record_id: UUID, name: str) -> bool:
        """Whether a fact is not what the trail says that it should be."""
        expected, fact = self.expected_of(record_id), name.partition(".")[0]
        if record_id not in self.live or not expected.knows(fact):
            return False
        return not same(self.live[record_id].get(fact), self.normal(fact, expected.facts.get(fact)))


@dataclass(slots=True)
class RowLook:
    """A row of the file. `cells` are the file's own, `record` what they (with `repairs`, by position) are read as."""

    row_no: int
    entry: LedgerEntry | None
    cells: Sequence[str]
    record: Mapping[str, Any]
    repairs: Mapping[int, str]
    is_imported: bool = False
    planned: Sequence[PlannedRecord] = ()
    pairs: Sequence[tuple[StatedRecord, UUID | None]] = ()

    def external_ids(self) -> Iterator[tuple[str, str]]:
        """The ids that the row states, each with its record kind."""
        history = self.record.get("history") or {}
        for name, text in self.record.items():
            if text and name.endswith(_ID):
                kind = name.removesuffix(_ID)
                yield (history["kind"] if kind == "history" and history else kind), text

    def differing(self, world: ChunkWorld) -> set[UUID]:
        """The records that do not say what the row states, belong to another than it says, or have lost their id."""
        differing = {
            record_id
            for stated, record_id in self.pairs
            if record_id is not None and not _says_all(stated, world.live.get(record_id), world.normal)
        }
        for kind, text in self.external_ids():
            differing.update(_strangers(kind, text, self, world))
            if (kind, text) not in world.holders:
                differing.update(one.record_id for one in self.named_by(kind, text))
        return differing

    def named_by(self, kind: str, text: str) -> list[PlannedRecord]:
        """The records that were to get this id by the approved plan."""
        return [one for one in self.planned if one.kind.value == kind and one.external_id == text]


def _says_all(stated: StatedRecord, live: Mapping[str, Any] | None, normal: Normal) -> bool:
    if live is None:
        return False
    return all(arrived(name, normal(name, value), live) for name, value in stated.named_facts())


def verdicts_of(look: RowLook, world: ChunkWorld, place: RowPlace) -> dict[str, Explained]:
    """What became of each value that an imported row states, by `kind.fact`; of several records of a kind the worst."""
    told: dict[str, Explained] = {}
    for stated, record_id in look.pairs:
        for name, value in stated.named_facts():
            found = fact_verdict(name, value, record_id, world, place)
            key = f"{stated.kind.value}.{name}"
            old = told.get(key)
            if old is None or worse(old.verdict, found.verdict) is not old.verdict:
                told[key] = found
    for kind, text in look.external_ids():
        found = _id_verdict(kind, text, look, world)
        belongs = [_link_verdict(kind, one, world, place) for one in _strangers(kind, text, look, world)]
        told[f"{kind}.{EXTERNAL_ID}"] = max((found, *belongs), key=lambda one: ORDER[one.verdict])
    return told


def _strangers(kind: str, text: str, look: RowLook, world: ChunkWorld) -> list[UUID]:
    """The row's live records that do not belong to the record of this kind which the row names by its id.

    Where the approved plan names a record of that kind for the row, it is that one.
    """
    wanted = {str(one.record_id) for one in look.planned if one.kind.value == kind}
    if not wanted and (kind, text) in world.holders:
        wanted = {str(world.holders[kind, text])}
    return [
        record_id
        for stated, record_id in look.pairs
        if wanted
        and record_id is not None
        and stated.kind.value != kind
        and (live := world.live.get(record_id)) is not None
        and (link := live.get(f"{kind}_id", "" if f"{kind}_id" in fact_names(stated.kind) else None))
        is not None
        and link not in wanted
    ]


def _link_verdict(kind: str, record_id: UUID, world: ChunkWorld, place: RowPlace) -> Explained:
    """Why a record belongs to another one than its row says."""
    since = [
        event
        for event in world.trails.get(record_id, ())
        if event.number > place.promoted_number and event.import_id != place.import_id
    ]
    if since:
        last = since[-1]
        return Explained(
            Verdict.CHANGED_SINCE, f"{last.by or 'Somebody'} moved it to another {kind} on {last.at[:10]}."
        )
    return Explained(
        Verdict.UNEXPLAINED, f"The record belongs to another {kind.replace('_', ' ')} than the row says."
    )


def fact_verdict(
    name: str, value: Any, record_id: UUID | None, world: ChunkWorld, place: RowPlace
) -> Explained:
    """What became of one value."""
    if record_id is None:
        return Explained(Verdict.KEPT, "The approved plan names no record for it.")
    live, stated = world.live.get(record_id), world.normal(name, value)
    if record_id not in world.expected and live is not None and arrived(name, stated, live):
        return ARRIVED
    altered = world.is_altered(record_id, name)
    return explain(name, stated, live, world.expected_of(record_id), place, altered=altered)


def _id_verdict(kind: str, text: str, look: RowLook, world: ChunkWorld) -> Explained:
    if (kind, text) in world.holders:
        return ARRIVED
    named = look.named_by(kind, text)
    if not named:
        return Explained(Verdict.KEPT, "The approved plan did not keep this id.")
    for one in named:
        gone_by = world.expected_of(one.record_id).gone_by
        taken = any(event.done in {"removed", "reverted"} for event in world.trails.get(one.record_id, ()))
        if gone_by is not None or taken:
            return Explained(Verdict.TAKEN_BACK, "Taken back by an undo.")
    return Explained(Verdict.UNEXPLAINED, "The id is not there, and nothing says who removed it.")
