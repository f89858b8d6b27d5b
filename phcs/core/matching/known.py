"""What is known while a chunk of rows is planned: live records and those that the plan creates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log2
from typing import NamedTuple
from uuid import UUID

from phcs.core.matching.frequencies import NO_FREQUENCIES, NameFrequencies
from phcs.core.matching.keys import is_contact_key, is_weak_key
from phcs.core.own_records import own_record_id
from phcs.core.records import CaseFacts, OwnerFacts, PetFacts
from phcs.core.row_places import RowPlace

CROWDED_OVER = 20
"""A phone or mailbox of more owners than this is a place's, not a person's: data, but no evidence."""

BLOCK_CAP = 200
"""A key by name and address or birth date that more owners than this hold finds nobody, and is counted as skipped."""

WEAK_CAP = 3
"""The same for a name with a pet or a postcode only: where more people share it, it is no reason even to ask."""

_IMAGINED_OWNERS = 10_000
CROWDED_AT_LEAST = min(CROWDED_OVER, BLOCK_CAP, WEAK_CAP)
"""With no more holders than this no key is crowded, whatever its kind."""


def most_holders(key: int) -> int:
    """Return how many owners may hold a key before it is passed over."""
    if is_contact_key(key):
        return CROWDED_OVER
    return WEAK_CAP if is_weak_key(key) else BLOCK_CAP


class PetStatement(NamedTuple):
    """What a source said last about a pet under one of its ids, and the digests of the rows that said it.

    `place` is the row of this import that said it first, None while none has.
    """

    facts: PetFacts | None = None
    rows: tuple[str, ...] = ()
    place: RowPlace | None = None


@dataclass(slots=True)
class KnownPet:
    """A pet of a known owner; `planned` when this plan creates it, at `place` (table and row).

    `said` holds what this source said by its own ids for the pet; it is loaded only for tables of pets.
    """

    id: UUID
    version: int
    planned: bool
    facts: PetFacts
    said: dict[str, PetStatement] = field(default_factory=dict)
    place: RowPlace | None = None


@dataclass(slots=True)
class KnownOwner:
    """An owner that is live or that this plan creates.

    `version` and `facts` include what the plan has changed so far. `row_no` is the row (of table `table_no`) that
    creates it, 0 for a live one. `imported` is what this source said last time for its external id, None if
    never; `imported_rows` are the digests of the rows that said so (only in files of owners). Where the source
    has several ids for the owner (two that were merged), `said` holds both by external id.
    """

    id: UUID
    version: int
    planned: bool
    row_no: int
    facts: OwnerFacts
    external_ids: frozenset[tuple[str, str]] = frozenset()
    pets: list[KnownPet] = field(default_factory=list)
    imported: OwnerFacts | None = None
    imported_rows: tuple[str, ...] = ()
    said: dict[str, tuple[OwnerFacts | None, tuple[str, ...]]] = field(default_factory=dict)
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """The table and the row that create it."""
        return RowPlace(self.table_no, self.row_no)

    def statement(self, external_id: str) -> tuple[OwnerFacts | None, tuple[str, ...]]:
        """Return what this source said last time for this external id, and the digests of those rows."""
        return self.said.get(external_id, (self.imported, self.imported_rows))

    def state(self, source: str, external_id: str, facts: OwnerFacts, rows: tuple[str, ...] = ()) -> None:
        """Keep what this source says now for this external id; what it said for another one stays."""
        others = [other for theirs, other in self.external_ids if theirs == source and other != external_id]
        for other in others:
            self.said.setdefault(other, (self.imported, self.imported_rows))
        if others:
            self.said[external_id] = (facts, rows)
        self.imported, self.imported_rows = facts, rows


@dataclass(slots=True)
class KnownCase:
    """A case that is live or that this plan creates.

    `row_no` is the row (of table `table_no`) that stated it first, 0 while none has. `imported` is what the
    source said last; `imported_rows` are the digests of the rows that said it.
    """

    id: UUID
    version: int
    planned: bool
    row_no: int
    owner_id: UUID
    facts: CaseFacts
    imported: CaseFacts | None = None
    pet_ids: frozenset[UUID] = frozenset()
    imported_rows: tuple[str, ...] = ()
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """The table and the row that stated it first."""
        return RowPlace(self.table_no, self.row_no)


def _is_among(owner: KnownOwner, holders: list[KnownOwner]) -> bool:
    if owner is holders[-1]:
        return True
    number = owner.id.int
    return any(holder.id.int == number for holder in holders)


class KnownWorld:
    """All that one chunk of rows may touch; planning adds what it creates.

    The owners must include those of the cases, and every owner that has a key of the chunk's rows.
    `cases` are by this source's external id; `crowded` keys (held by more than `most_holders`) find nobody
    and are never evidence. `frequencies` count the name parts of the organisation's owners.
    """

    def __init__(
        self,
        *,
        owners: Iterable[tuple[KnownOwner, tuple[int, ...]]],
        cases: Mapping[str, KnownCase],
        crowded: frozenset[int] = frozenset(),
        frequencies: NameFrequencies = NO_FREQUENCIES,
    ) -> None:
        self._owners: dict[UUID, KnownOwner] = {}
        self._by_key: dict[int, list[KnownOwner]] = {}
        self._by_external_id: dict[tuple[str, str], KnownOwner] = {}
        self._cases = dict(cases)
        self._pets: dict[str, tuple[KnownOwner, KnownPet]] = {}
        self._crowded = crowded
        self.frequencies = frequencies
        self.population = frequencies.owners + _IMAGINED_OWNERS
        """How many owners a value is rare among; some are imagined, so that few owners give sane answers."""
        self.prior_bits = log2(self.population)
        self.skipped_blocks: set[int] = set()
        """Keys by name, address or pet that were looked up and passed over, because too many owners hold them."""
        for owner, keys in owners:
            self.add_owner(owner, keys)

    def add_owner(self, owner: KnownOwner, keys: tuple[int, ...]) -> None:
        """Make an owner known under its keys and external ids; also takes further keys of a known one."""
        self._owners[owner.id] = owner
        by_key = self._by_key
        for key in keys:
            holders = by_key.get(key)
            if holders is None:
                by_key[key] = [owner]
            elif len(holders) <= most_holders(key) and not _is_among(owner, holders):
                holders.append(owner)
        for external_id in owner.external_ids:
            self._by_external_id[external_id] = owner
        for pet in owner.pets:
            for name in pet.said:
                self._pets[name] = (owner, pet)

    def add_case(self, external_id: str, case: KnownCase) -> None:
        """Make a case known under this source's external id."""
        self._cases[external_id] = case

    def name_pet(self, external_id: str, owner: KnownOwner, pet: KnownPet, said: PetStatement) -> None:
        """Make a pet known under this source's external id, with what the source says now."""
        pet.said[external_id] = said
        self._pets[external_id] = (owner, pet)

    def pet(self, external_id: str) -> tuple[KnownOwner, KnownPet] | None:
        """Return the pet with this source's external id, and whose it is; '' is nobody's."""
        return self._pets.get(external_id) if external_id else None

    def owner(self, owner_id: UUID) -> KnownOwner | None:
        """Return the owner with this id, if it is among the known ones."""
        return self._owners.get(owner_id)

    def owner_by_external_id(self, source: str, external_id: str) -> KnownOwner | None:
        """Return the one owner that has this source's external id, or whom an export of ours names by its own id."""
        found = self._by_external_id.get((source, external_id))
        own_id = own_record_id(source, external_id) if found is None else None
        return found if own_id is None else self._owners.get(own_id)

    def case(self, external_id: str) -> KnownCase | None:
        """Return the case with this source's external id; '' is nobody's."""
        return self._cases.get(external_id) if external_id else None

    def holders(self, key: int) -> int:
        """Return how many known owners hold a key."""
        return len(self._by_key.get(key, ()))

    @property
    def blocks_skipped(self) -> int:
        """How many keys by name, address or pet were passed over so far."""
        return len(self.skipped_blocks)

    def is_evidence(self, key: int | None) -> bool:
        """Say whether sharing this key says anything about being the same person."""
        return (
            key is not None
            and key not in self._crowded
            and len(self._by_key.get(key, ())) <= most_holders(key)
        )

    def candidates(self, keys: tuple[int, ...]) -> list[KnownOwner]:
        """Return the owners that share a key: by the earliest key, then live before planned, then id."""
        found: dict[int, tuple[int, bool, int, KnownOwner]] = {}
        by_key, all_crowded = self._by_key, self._crowded
        for position, key in enumerate(keys):
            holders = by_key.get(key)
            if key in all_crowded or (
                holders is not None and len(holders) > CROWDED_AT_LEAST and len(holders) > most_holders(key)
            ):
                if not is_contact_key(key):
                    self.skipped_blocks.add(key)
                continue
            for owner in holders or ():
                number = owner.id.int
                if number not in found:
                    found[number] = (position, owner.planned, number, owner)
        if len(found) < 2:
            return [entry[3] for entry in found.values()]
        return [entry[3] for entry in sorted(found.values(), key=lambda entry: entry[:3])]
