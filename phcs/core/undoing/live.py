"""What a reversal has to know about a record as it is now."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from phcs.core.records import PetFacts
from phcs.core.undoing.changes import Dependant


@dataclass(frozen=True, slots=True)
class LiveName:
    """An external id of the import's source as it stands.

    `stated_by` are the imports that stated it, newest first, as far back as is kept; `has_former` says whether
    something is kept that ours replaced.
    """

    external_id: str
    record_id: UUID
    stated_by: tuple[UUID, ...]
    has_former: bool = False
    source: str = ""
    """That of the table which stated it; '' for the import's own."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a live record after the import's own: who made it, and which facts it set.

    It may be a merge's (`by_merge`); one that was undone again, and its undo, are `taken_back`.
    """

    by: str
    at: str
    file_name: str
    by_import: bool
    facts: tuple[str, ...]
    raises_version: bool = True
    by_merge: bool = False
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """A record as it is now.

    `origin` is what bringing the record back needs besides its facts: owner, source, import, times. `facts` (texts,
    lists and maps, as JSON holds them, blank ones too) are there where the version is not the one that the import
    left, and for records that stay; `edits`, the newest first, for the former only. `pets` are those attached to a
    case, `keys` the import's own match keys of an owner, `pet_facts` the owner's pets that stay. `dependants`
    are what stays and needs the record.
    """

    version: int
    origin: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)
    pets: frozenset[UUID] = frozenset()
    keys: tuple[int, ...] = ()
    pet_facts: tuple[PetFacts, ...] = ()
    edits: tuple[Edit, ...] = ()
    dependants: tuple[Dependant, ...] = ()
    is_merged: bool = False
    """Whether it was merged into another record; nothing changes it until that merge is undone."""
