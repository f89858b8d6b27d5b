"""What the references of a chunk's rows lead to: live records, those of the plan so far, or why there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from phcs.core.history import HistoryFacts
from phcs.core.records import RecordKind
from phcs.core.row_places import RowPlace

Reference = tuple[RecordKind, str]
"""A record as a row names it: its kind and its source's own id."""


class Absence(StrEnum):
    """Why the record that a row names is not there."""

    MISSING = "missing"
    """It is neither in this import nor among the live records."""
    REJECTED = "rejected"
    """Its row has errors, or is passed over."""
    WAITS = "waits"
    """Its row waits itself: for a person's answer, or for its own parent."""


@dataclass(frozen=True, slots=True)
class KnownParent:
    """A record that is live or that this plan creates, and whose it is; an owner is its own."""

    record_id: UUID
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class AbsentParent:
    """A record that is not there; `place` is the row that states it, if the import has one."""

    absence: Absence
    place: RowPlace | None = None


MISSING = AbsentParent(Absence.MISSING)


@dataclass(slots=True)
class KnownRecord:
    """A record of the table's own kind of history, live or planned.

    `version`, `owner_id` and `facts` include what the plan has changed so far. `place` is the row of this import that
    stated it first, None while none has. `imported` is what the source said last; `imported_rows` are the digests
    of the rows that said it.
    """

    id: UUID
    version: int
    planned: bool
    place: RowPlace | None
    owner_id: UUID | None
    facts: HistoryFacts
    imported: HistoryFacts | None = None
    imported_rows: tuple[str, ...] = ()


@dataclass(slots=True)
class KnownLinks:
    """All that the rows of one chunk name by its source's own ids; planning adds what it creates.

    `records` are of the table's own kind. A reference that is in neither mapping leads nowhere.
    """

    parents: dict[Reference, KnownParent] = field(default_factory=dict)
    absent: Mapping[Reference, AbsentParent] = field(default_factory=dict)
    records: dict[str, KnownRecord] = field(default_factory=dict)

    def parent(self, reference: Reference) -> KnownParent | AbsentParent:
        """Return the record that a reference names, or why it is not there."""
        return self.parents.get(reference) or self.absent.get(reference, MISSING)


def no_links() -> KnownLinks:
    """Return the links of rows that name nothing."""
    return KnownLinks()


def references(names: Mapping[RecordKind, str]) -> Iterator[Reference]:
    """Give the references that say something, in the order in which they count."""
    return ((kind, external_id) for kind, external_id in names.items() if external_id)
