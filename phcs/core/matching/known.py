"""What is known while a chunk of rows is planned: live records and those that the plan creates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from phcs.core.records import CaseFacts, OwnerFacts, PetFacts

CROWDED_OVER = 20
"""A phone or mailbox of more owners than this is a place's, not a person's: data, but no evidence."""


@dataclass(slots=True)
class KnownPet:
    """A pet of a known owner; `planned` when this plan creates it."""

    id: UUID
    version: int
    planned: bool
    facts: PetFacts


@dataclass(slots=True)
class KnownOwner:
    """An owner that is live or that this plan creates.

    `version` and `facts` include what the plan has changed so far. `row_no` is the row that creates
    it, 0 for a live one. `imported` is what this source said last time for its external id, None if
    never; `imported_rows` are the digests of the rows that said so (only in files of owners).
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


@dataclass(slots=True)
class KnownCase:
    """A case that is live or that this plan creates.

    `row_no` is the row of this file that stated it first, 0 while none has. `imported` is what the
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


class KnownWorld:
    """All that one chunk of rows may touch; planning adds what it creates.

    The owners must include those of the cases, and every owner that has a key of the chunk's rows.
    `cases` are by this source's external id; `crowded` keys are never evidence.
    """

    def __init__(
        self,
        *,
        owners: Iterable[tuple[KnownOwner, tuple[int, ...]]],
        cases: Mapping[str, KnownCase],
        crowded: frozenset[int] = frozenset(),
    ) -> None:
        self._owners: dict[UUID, KnownOwner] = {}
        self._by_key: dict[int, list[KnownOwner]] = {}
        self._by_external_id: dict[tuple[str, str], KnownOwner] = {}
        self._cases = dict(cases)
        self._crowded = crowded
        for owner, keys in owners:
            self.add_owner(owner, keys)

    def add_owner(self, owner: KnownOwner, keys: tuple[int, ...]) -> None:
        """Make an owner known under its keys and external ids; also takes further keys of a known one."""
        self._owners[owner.id] = owner
        for key in keys:
            holders = self._by_key.setdefault(key, [])
            if len(holders) <= CROWDED_OVER and all(holder.id != owner.id for holder in holders):
                holders.append(owner)
        for external_id in owner.external_ids:
            self._by_external_id[external_id] = owner

    def add_case(self, external_id: str, case: KnownCase) -> None:
        """Make a case known under this source's external id."""
        self._cases[external_id] = case

    def owner(self, owner_id: UUID) -> KnownOwner | None:
        """Return the owner with this id, if it is among the known ones."""
        return self._owners.get(owner_id)

    def owner_by_external_id(self, source: str, external_id: str) -> KnownOwner | None:
        """Return the one owner that has this source's external id."""
        return self._by_external_id.get((source, external_id))

    def case(self, external_id: str) -> KnownCase | None:
        """Return the case with this source's external id; '' is nobody's."""
        return self._cases.get(external_id) if external_id else None

    def is_evidence(self, key: int | None) -> bool:
        """Say whether sharing this key says anything about being the same person."""
        return key is not None and key not in self._crowded and len(self._by_key.get(key, ())) <= CROWDED_OVER

    def candidates(self, keys: tuple[int, ...]) -> list[KnownOwner]:
        """Return the owners that share a key: by the earliest key, then live before planned, then id."""
        found: dict[UUID, tuple[int, bool, int, KnownOwner]] = {}
        for position, key in enumerate(keys):
            holders = self._by_key.get(key)
            if not holders or key in self._crowded or len(holders) > CROWDED_OVER:
                continue
            for owner in holders:
                found.setdefault(owner.id, (position, owner.planned, owner.id.int, owner))
        if len(found) < 2:
            return [entry[3] for entry in found.values()]
        return [entry[3] for entry in sorted(found.values(), key=lambda entry: entry[:3])]
