"""Taking a merge back: every value that still is what the merge made it, and the names of what stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from phcs.core.merging.done import MergeDone, MergedPet, MovedHistory, MovedName
from phcs.core.planning.changes import Changes
from phcs.core.undoing.facts import reverse_facts


@dataclass(frozen=True, slots=True)
class LivePet:
    """A pet that the merge touched, as it is now; facts as JSON holds them."""

    owner_id: UUID
    version: int
    name: str
    is_archived: bool
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LiveCase:
    """A case that the merge touched, as it is now."""

    owner_id: UUID
    version: int
    pets: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class LiveHistory:
    """A record of a history that the merge moved, as it is now."""

    owner_id: UUID | None
    version: int
    pet_id: UUID | None


@dataclass(frozen=True, slots=True)
class MergedWorld:
    """What there is now of all that a merge touched. `pets_since` and `cases_since` came to the staying owner."""

    kept_version: int
    kept_facts: Mapping[str, Any]
    other_version: int
    pets: Mapping[UUID, LivePet]
    cases: Mapping[UUID, LiveCase]
    names: Mapping[tuple[str, str, str], UUID]
    pets_since: Mapping[UUID, str]
    cases_since: frozenset[UUID]
    raised: Mapping[UUID, int] = field(default_factory=dict)
    """How many versions of a record are of later merges that were undone again: they changed nothing."""
    history: Mapping[UUID, LiveHistory] = field(default_factory=dict)
    history_since: int = 0
    """How many records came to the staying owner's history since."""


@dataclass(frozen=True, slots=True)
class PetUnmerged:
    """A pet that is one of its own again; `facts` go back in the one that it had been merged into."""

    pet_id: UUID
    into: UUID
    facts: Changes = field(default_factory=dict)
    cases: tuple[UUID, ...] = ()
    cases_of_both: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class StaysAsItIs:
    """Something that an undo leaves.

    `what` is `fact` (`name`, `now`, `then`), `edited_pet`, `edited_case`, `new_pet`, `new_case`, `gone_pet`,
    `gone_case`, `edited_history`, `gone_history`, `new_history` or `name` (an external id).
    """

    what: str
    name: str = ""
    now: Any = None
    then: Any = None


@dataclass(frozen=True, slots=True)
class MergeUndo:
    """What undoing does, to be shown first and carried out only if it is still the same. Ids → present versions."""

    kept_version: int
    other_version: int
    facts: Changes
    pets: Mapping[UUID, int]
    cases: Mapping[UUID, int]
    pets_unmerged: tuple[PetUnmerged, ...]
    names: tuple[MovedName, ...]
    stays: tuple[StaysAsItIs, ...]
    history: tuple[MovedHistory, ...] = ()
    """Records that go back, each with the version that it gets and the pet that it is about again."""

    @property
    def fingerprint(self) -> str:
        """Stands for exactly this; what a person has looked at is what is carried out."""
        told = [
            self.kept_version,
            self.other_version,
            self.facts,
            sorted((str(one), version) for one, version in self.pets.items()),
            sorted((str(one), version) for one, version in self.cases.items()),
            [[one.pet_id, one.into, one.facts, one.cases, one.cases_of_both] for one in self.pets_unmerged],
            [list(one) for one in self.names],
            [[one.what, one.name, one.now, one.then] for one in self.stays],
            [list(one) for one in self.history],
        ]
        return f"sha256:{sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()}"


def work_out_undo(done: MergeDone, world: MergedWorld, *, kept_id: UUID) -> MergeUndo:
    """Return what taking the merge back does to the records as they are now.

    A fact goes back if it still is what the merge made it, tags and custom facts one by one. Pets, cases and external
    ids go back to the other owner as long as the staying one has them; what people changed in them goes along. What
    came to the staying owner since stays there.
    """
    facts = reverse_facts(dict(done.facts), dict(world.kept_facts))
    stays = [StaysAsItIs("fact", one.name, one.now, one.stated) for one in facts.kept]
    pets = {key: world.pets[key].version for key in done.pets if _is_with(world.pets.get(key), kept_id)}
    cases = {key: world.cases[key].version for key in done.cases if _is_with(world.cases.get(key), kept_id)}
    stays += [
        StaysAsItIs("edited_pet", world.pets[key].name)
        for key in pets
        if _edited(world, key, pets[key], done.pets[key])
    ]
    stays += [StaysAsItIs("gone_pet")] * (len(done.pets) - len(pets))
    edited = sum(_edited(world, key, cases[key], done.cases[key]) for key in cases)
    stays += [StaysAsItIs("edited_case", now=edited)] if edited else []
    gone = len(done.cases) - len(cases)
    stays += [StaysAsItIs("gone_case", now=gone)] if gone else []
    unmerged = tuple(_unmerged(one, world, stays) for one in done.merged_pets if one.pet_id in world.pets)
    stays += [StaysAsItIs("new_pet", name) for name in world.pets_since.values()]
    stays += [StaysAsItIs("new_case", now=len(world.cases_since))] if world.cases_since else []
    names = tuple(
        one for one in done.names if world.names.get((one.source, one.kind, one.external_id)) == one.after
    )
    stays += [StaysAsItIs("name", one.external_id) for one in done.names if one not in names]
    history = _history_back(done, world, kept_id, stays)
    return MergeUndo(
        kept_version=world.kept_version,
        other_version=world.other_version,
        facts=facts.changes,
        pets=pets,
        cases=cases,
        pets_unmerged=unmerged,
        names=names,
        stays=tuple(stays),
        history=history,
    )


def _history_back(
    done: MergeDone, world: MergedWorld, kept_id: UUID, stays: list[StaysAsItIs]
) -> tuple[MovedHistory, ...]:
    """The records that the staying owner still has; about the former pet again where they are about the merged one."""
    back: list[MovedHistory] = []
    edited = 0
    for one in done.history:
        live = world.history.get(one.record_id)
        if live is None or live.owner_id != kept_id:
            continue
        edited += _edited(world, one.record_id, live.version, one.version)
        has_pet = one.pet_after is not None and live.pet_id == one.pet_after
        pets = (one.pet_after, one.pet_before) if has_pet else (None, None)
        back.append(MovedHistory(one.kind, one.record_id, live.version + 1, *pets))
    counted = {
        "edited_history": edited,
        "gone_history": len(done.history) - len(back),
        "new_history": world.history_since,
    }
    stays += [StaysAsItIs(what, now=number) for what, number in counted.items() if number]
    return tuple(back)


def _edited(world: MergedWorld, record_id: UUID, version: int, left: int) -> bool:
    return version - world.raised.get(record_id, 0) != left


def _is_with(live: LivePet | LiveCase | None, owner_id: UUID) -> bool:
    return live is not None and live.owner_id == owner_id


def _unmerged(one: MergedPet, world: MergedWorld, stays: list[StaysAsItIs]) -> PetUnmerged:
    into = world.pets.get(one.into)
    facts: Changes = {}
    if into is not None:
        found = reverse_facts(dict(one.facts), dict(into.facts))
        facts = found.changes
        stays += [
            StaysAsItIs("fact", f"{into.name}: {kept.name}", kept.now, kept.stated) for kept in found.kept
        ]
    return PetUnmerged(
        one.pet_id,
        one.into,
        facts,
        cases=tuple(case for case in one.cases if case in world.cases and one.into in world.cases[case].pets),
        cases_of_both=tuple(
            case
            for case in one.cases_of_both
            if case in world.cases and one.pet_id not in world.cases[case].pets
        ),
    )


_STAYS = {
    "edited_pet": "The pet {name} was changed since; it goes back with what it says now.",
    "edited_case": "{now} of the cases were changed since; they go back with what they say now.",
    "gone_pet": "A pet is not there any more, so it cannot go back.",
    "gone_case": "{now} of the cases are not there any more, so they cannot go back.",
    "new_pet": "The pet {name} came since the merge and stays with the owner who was kept.",
    "new_case": "{now} cases came since the merge and stay with the owner who was kept.",
    "edited_history": "{now} of the records were changed since; they go back with what they say now.",
    "gone_history": "{now} of the records are not there any more, so they cannot go back.",
    "new_history": "{now} records came since the merge and stay with the owner who was kept.",
    "name": "The id {name} stands for another record by now and stays there.",
}
_ONE_CASE = {
    "edited_case": "One of the cases was changed since; it goes back with what it says now.",
    "gone_case": "One of the cases is not there any more, so it cannot go back.",
    "new_case": "A case came since the merge and stays with the owner who was kept.",
    "edited_history": "One of the records was changed since; it goes back with what it says now.",
    "gone_history": "One of the records is not there any more, so it cannot go back.",
    "new_history": "A record came since the merge and stays with the owner who was kept.",
}


def stays_sentence(one: StaysAsItIs) -> str:
    """What an undo leaves as it is, and why, as a page and a command say it alike; facts are told by their values."""
    if one.what == "fact":
        return "It was changed since the merge, so it stays."
    if one.now == 1 and one.what in _ONE_CASE:
        return _ONE_CASE[one.what]
    return _STAYS[one.what].format(name=one.name or "without a name", now=one.now)
