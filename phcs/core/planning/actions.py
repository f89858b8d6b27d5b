"""What a plan is made of: rows, their outcomes, and the actions on records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from phcs.core.findings import Finding, FindingCode
from phcs.core.immutable import immutable
from phcs.core.matching.deciding import DEFAULT_RULES, MatchAnswer, MatchOutcome
from phcs.core.matching.presets import MatchRules
from phcs.core.records import RecordKind
from phcs.core.row_places import RowPlace


class Action(StrEnum):
    """What promoting does with a record, and so with the row that states it.

    LINK changes no fact: an owner is known already or gains an external id, a pet is the one that an
    earlier row made, a case gets more pets.
    """

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    LINK = "link"
    SKIP = "skip"
    REJECT = "reject"


class DuplicateStrategy(StrEnum):
    """What to do with an owner that is known already.

    LINK fills empty facts, UPDATE also overwrites differing ones, SKIP leaves known records alone,
    CREATE makes another owner unless the source's own id says that it is the same.
    """

    LINK = "link"
    UPDATE = "update"
    SKIP = "skip"
    CREATE = "create"


class OrphanChoice(StrEnum):
    """What becomes of rows whose parent is not there: left out, or with another owner.

    OWNER is a known owner whom a person chose, PLACEHOLDER one owner per import who stands for nobody.
    """

    HOLD = "hold"
    OWNER = "owner"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class OrphanDecision:
    """What a person decided about all alike orphans of a table, and the owner to whom they go.

    `owner_id` is None for HOLD; `owner_name` is what the placeholder is called, which the plan creates where needed.
    """

    choice: OrphanChoice
    owner_id: UUID | None = None
    owner_name: str = ""


@dataclass(frozen=True)
class PlanPolicy:
    """What holds for a whole source table: its source, what a row is about, who is known and what happens to them.

    `table_names` are those of all tables of the import, by number; `orphans` are decisions by the code that asks.
    `theirs` says of facts (by kind; '' for the others of a kind) whether the source's value wins over what people
    changed; it does not where nothing is said.
    """

    source: str
    kind: RecordKind
    duplicates: DuplicateStrategy = DuplicateStrategy.LINK
    rules: MatchRules = DEFAULT_RULES
    table_no: int = 1
    table_names: Mapping[int, str] = field(default_factory=dict)
    orphans: Mapping[FindingCode, OrphanDecision] = field(default_factory=dict)
    theirs: Mapping[tuple[RecordKind, str], bool] = field(default_factory=dict)

    def row_name(self, place: RowPlace) -> str:
        """Return what people call a row: its number, and its table where that is another one."""
        if place.table_no == self.table_no:
            return str(place.row_no)
        return f"{place.row_no} of “{self.table_names.get(place.table_no) or f'table {place.table_no}'}”"


@immutable
class PlannedAction:
    """One record and what promoting does with it. Lists stand for tuples, so that JSON gives it back.

    `parent_id` is the owner of whatever has one. `base_version` is the version that the record must have,
    counting this plan's own earlier updates (0 when this action creates it). `facts` holds every
    non-empty fact of a CREATE, `changes` the `{fact: [old, new]}` of an UPDATE. `external_id` is ''
    unless the record has or gains it; `imported` is then the baseline for the next import, empty when
    the one kept already stays. `imported_rows` are the digests of the rows behind that baseline.
    `pet_ids` are the pets to attach to a case. A record of history names its pet and its invoice among its facts and
    changes; where an update gives it to another owner, `changes` says so as `owner_id`.
    """

    kind: RecordKind
    action: Action
    record_id: UUID
    parent_id: UUID | None = None
    base_version: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list[Any]] = field(default_factory=dict)
    external_id: str = ""
    pet_ids: tuple[UUID, ...] = ()
    evidence: tuple[str, ...] = ()
    imported: dict[str, Any] = field(default_factory=dict)
    imported_rows: tuple[str, ...] = ()


@immutable
class PlannedRow:
    """The one outcome of a row; rows that are skipped or rejected have no actions.

    Actions stand in the order in which they can be carried out: owner, pets, then the case or record of history.
    `findings` are only those that planning adds. `match` is None where nobody was looked for. By `keys` the row's
    owner is found from here on. `would_be` is the answer that was not followed, because the import creates every owner.
    """

    row_no: int
    outcome: Action
    actions: tuple[PlannedAction, ...] = ()
    findings: tuple[Finding, ...] = ()
    match: MatchAnswer | None = None
    reason: str = ""
    keys: tuple[int, ...] = ()
    would_be: MatchOutcome | None = None
    question: str = ""
    """What kind of question the row asks a person, as the known owner was when it was asked; '' for none."""
