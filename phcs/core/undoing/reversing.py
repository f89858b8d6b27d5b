"""One record: what taking a change back does to it, what it leaves, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from phcs.core.matching.keys import external_id_key, owner_keys
from phcs.core.records import OwnerFacts, RecordKind, facts_from_json
from phcs.core.undoing.buckets import Bucket, Direction, Effect
from phcs.core.undoing.changes import Dependant, KeptValue, Presence, RecordChange, StatedName
from phcs.core.undoing.facts import ReversedFacts, facts_changed, reverse_facts
from phcs.core.undoing.links import LINKS_OF_HISTORY, links_of
from phcs.core.undoing.live import Edit, LiveName, LiveRecord

_EFFECTS = {
    Presence.REMOVED: Effect.REMOVED,
    Presence.CREATED: Effect.BROUGHT_BACK,
    Presence.STAYED: Effect.CHANGED,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around a record: its import, names by source and external id, which records will be there afterwards.

    The source of a name is '' where it is the import's own (`source`).
    """

    direction: Direction
    import_id: UUID
    source: str
    names: dict[tuple[str, str], LiveName]
    present: frozenset[UUID]
    doubles: Mapping[UUID, UUID] = field(default_factory=dict)
    """Removed owners who were brought again since, each with the one who is there."""

    def name(self, one: StatedName) -> LiveName | None:
        """What the external id of a statement stands for now."""
        return self.names.get((one.source, one.external_id))


@dataclass(frozen=True, slots=True)
class ReversedRecord:
    """The reversal of one change: a change again, which can be taken back in turn."""

    change: RecordChange
    bucket: Bucket
    kept: tuple[KeptValue, ...] = ()
    dependants: tuple[Dependant, ...] = ()

    @property
    def effect(self) -> Effect:
        """What happens to the live record."""
        if self.change.is_visible:
            return _EFFECTS[self.change.presence]
        return Effect.RESTATED if self.change.does_something else Effect.NONE


def reverse_change(change: RecordChange, live: LiveRecord | None, around: Surroundings) -> ReversedRecord:
    """Return what taking `change` back does now.

    A created record goes if nobody touched it since and nothing that stays needs it; a removed one comes back if
    its owner is there and its external ids are free; a fact goes back to its former value if it still is what the
    change made it. What cannot be done is named, with who changed it since.
    """
    if live is not None and live.is_merged:
        return ReversedRecord(_nothing(change), Bucket.KEPT, (_merged(live),))
    if change.presence is Presence.CREATED:
        return _remove(change, live, around)
    if change.presence is Presence.REMOVED:
        return _bring_back(change, live, around)
    return _change_back(change, live, around)


def _remove(change: RecordChange, live: LiveRecord | None, around: Surroundings) -> ReversedRecord:
    if live is None:
        return ReversedRecord(_nothing(change), Bucket.REVERSED)
    differing = facts_changed(change.facts_left, live.facts) if live.version != change.version else ()
    if differing or not _is_explained(change, live):
        is_merge = bool(live.edits) and live.edits[0].by_merge
        whole = _merged(live) if is_merge else _with_editor(KeptValue(""), live.edits)
        kept = tuple(_with_editor(one, live.edits) for one in differing) or (whole,)
        return ReversedRecord(_nothing(change), Bucket.KEPT, kept)
    if live.dependants:
        return ReversedRecord(_nothing(change), Bucket.BLOCKED, dependants=live.dependants)
    removal = RecordChange(
        kind=change.kind,
        record_id=change.record_id,
        row_no=change.row_no,
        presence=Presence.REMOVED,
        record={**live.origin, "version": live.version, "facts": change.facts_left},
        names=tuple(
            _taken_back(one, known) for one in change.names if (known := around.name(one)) is not None
        ),
        detached=tuple(sorted(live.pets)),
        keys_dropped=live.keys,
        table_no=change.table_no,
    )
    return ReversedRecord(removal, Bucket.REVERSED)


def _taken_back(own: StatedName, live: LiveName, holder: UUID | None = None) -> StatedName:
    return StatedName(
        own.external_id,
        stated=False,
        imported=own.imported,
        imported_rows=own.imported_rows,
        holder=holder,
        gains=holder is None and not live.has_former,
        source=own.source,
    )


def _is_explained(change: RecordChange, live: LiveRecord) -> bool:
    """Whether nobody touched the record: imports and merges that were undone again do not count."""
    raised = [edit for edit in live.edits if edit.raises_version]
    return live.version == change.version or (
        all(edit.by_import or edit.taken_back for edit in live.edits)
        and len(raised) == live.version - change.version
    )


def _bring_back(change: RecordChange, live: LiveRecord | None, around: Surroundings) -> ReversedRecord:
    if live is not None:
        return ReversedRecord(_nothing(change), Bucket.KEPT, (_with_editor(KeptValue(""), live.edits),))
    wanting = _wanting(change, around)
    if wanting:
        return ReversedRecord(_nothing(change), Bucket.BLOCKED, dependants=wanting)
    gone = [pet for pet in change.detached if pet not in around.present]
    back = replace(
        _nothing(change),
        presence=Presence.CREATED,
        version=change.record["version"] + 1,
        facts_left=change.record["facts"],
        record=change.record,
        names=tuple(replace(one, stated=True) for one in change.names),
        attached=tuple(pet for pet in change.detached if pet in around.present),
        keys_added=change.keys_dropped,
    )
    kept = (KeptValue("pets", stated=[str(pet) for pet in gone]),) if gone else ()
    return ReversedRecord(back, Bucket.PARTLY if gone else Bucket.REVERSED, kept)


def _wanting(change: RecordChange, around: Surroundings) -> tuple[Dependant, ...]:
    found = []
    parent = change.record.get("parent_id")
    if parent and UUID(parent) not in around.present:
        found.append(Dependant("owner_gone", UUID(parent)))
    if change.record_id in around.doubles:
        found.append(Dependant("owner_there_again", around.doubles[change.record_id]))
    for kind, linked in links_of(change.kind, change.record["facts"]):
        if linked not in around.present:
            found.append(Dependant(f"{kind}_gone", linked))
    for one in change.names:
        taken = around.name(one)
        if taken is not None:
            found.append(Dependant("external_id_taken", taken.record_id, one.external_id))
    return tuple(found)


def _change_back(change: RecordChange, live: LiveRecord | None, around: Surroundings) -> ReversedRecord:
    if live is None:
        return ReversedRecord(_nothing(change), Bucket.KEPT, (KeptValue("gone"),))
    facts = reverse_facts(change.facts, live.facts)
    kept_links = _keep_lost_links(facts, around)
    names, kept_names = _reverse_names(change, around)
    gone = tuple(pet for pet in change.detached if pet not in around.present)
    back = replace(
        _nothing(change),
        version=live.version + bool(facts.changes),
        facts=facts.changes,
        names=names,
        attached=tuple(pet for pet in change.detached if pet in around.present and pet not in live.pets),
        detached=tuple(pet for pet in change.attached if pet in live.pets),
        keys_added=tuple(key for key in change.keys_dropped if key not in live.keys),
    )
    if change.kind is RecordKind.OWNER and around.direction is Direction.UNDO:
        back = replace(back, keys_dropped=_keys_to_drop(live, back, around))
    kept = tuple(_with_editor(one, live.edits) for one in facts.kept) + kept_links + kept_names
    if gone:
        kept += (KeptValue("pets", stated=[str(pet) for pet in gone]),)
    if not kept:
        return ReversedRecord(back, Bucket.REVERSED)
    return ReversedRecord(back, Bucket.PARTLY if back.is_visible else Bucket.KEPT, kept)


def _reverse_names(
    change: RecordChange, around: Surroundings
) -> tuple[tuple[StatedName, ...], tuple[KeptValue, ...]]:
    names: list[StatedName] = []
    kept: list[KeptValue] = []
    for one in change.names:
        live = around.name(one)
        if live is not None and live.record_id != change.record_id:
            kept.append(KeptValue("external_id", one.external_id))
        elif one.stated:
            _take_back_name(one, live, around, names, kept)
        else:
            is_below = live is not None and one.holder in live.stated_by
            holder = one.holder if is_below else None
            names.append(replace(one, stated=True, holder=holder, gains=live is None))
    return tuple(names), tuple(kept)


def _take_back_name(
    one: StatedName,
    live: LiveName | None,
    around: Surroundings,
    names: list[StatedName],
    kept: list[KeptValue],
) -> None:
    """Take our statement out of the row of statements; a later import's stays, and so does the id."""
    if live is None or around.import_id not in live.stated_by:
        return
    place = live.stated_by.index(around.import_id)
    holder = live.stated_by[place - 1] if place else None
    names.append(_taken_back(one, live, holder))
    if holder is not None and not live.has_former:
        kept.append(KeptValue("external_id", one.external_id))


def _keys_to_drop(live: LiveRecord, back: RecordChange, around: Surroundings) -> tuple[int, ...]:
    """The import's keys by which the owner need not be found any more."""
    after: dict[str, Any] = {**live.facts, **{name: pair[1] for name, pair in back.facts.items()}}
    owner = facts_from_json(RecordKind.OWNER, after)
    assert isinstance(owner, OwnerFacts)  # noqa: S101 - an owner's
    needed = set(owner_keys(owner, live.pet_facts, source="", external_id=""))
    gone = {
        (one.source, one.external_id)
        for one in back.names
        if one.holder is None and not _has_former(one, around)
    }
    needed |= {
        external_id_key(source=source or around.source, external_id=external_id)
        for (source, external_id), name in around.names.items()
        if name.record_id == back.record_id and (source, external_id) not in gone
    }
    return tuple(key for key in live.keys if key not in needed)


def _has_former(one: StatedName, around: Surroundings) -> bool:
    live = around.name(one)
    return live is not None and live.has_former


def _with_editor(kept: KeptValue, edits: tuple[Edit, ...]) -> KeptValue:
    """Name who changed it: the newest edit that set this fact, for the record as a whole the newest of all."""
    fact = kept.name.partition(".")[0]
    edit = next((one for one in edits if not fact or fact in one.facts), None)
    return replace(kept, by=edit.by, at=edit.at, file_name=edit.file_name) if edit else kept


def _merged(live: LiveRecord) -> KeptValue:
    """That the record is what a merge made it, and whose."""
    newest = next((edit for edit in live.edits if edit.by_merge), None)
    return KeptValue("merged", by=newest.by, at=newest.at) if newest else KeptValue("merged")


def _nothing(change: RecordChange) -> RecordChange:
    return RecordChange(
        kind=change.kind, record_id=change.record_id, row_no=change.row_no, table_no=change.table_no
    )


def _keep_lost_links(facts: ReversedFacts, around: Surroundings) -> tuple[KeptValue, ...]:
    """Leave links as they are that would lead to a record which is not there any more."""
    lost = [
        name
        for name, (_, then) in facts.changes.items()
        if name in LINKS_OF_HISTORY and then and UUID(then) not in around.present
    ]
    return tuple(KeptValue("link_gone", facts.changes.pop(name)[0]) for name in lost)
