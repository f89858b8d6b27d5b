"""What a plan is made of: rows, their outcomes, and the actions on records."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from phcs.core.findings import Finding
from phcs.core.matching.deciding import DEFAULT_RULES, MatchAnswer, MatchOutcome
from phcs.core.matching.presets import MatchRules
from phcs.core.records import RecordKind


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


@dataclass(frozen=True)
class PlanPolicy:
    """What holds for a whole source table: its source, what a row is about, who is known and what happens to them."""

    source: str
    kind: RecordKind
    duplicates: DuplicateStrategy = DuplicateStrategy.LINK
    rules: MatchRules = DEFAULT_RULES


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One record and what promoting does with it. Lists stand for tuples, so that JSON gives it back.

    `parent_id` is the owner of a pet or case. `base_version` is the version that the record must have,
    counting this plan's own earlier updates (0 when this action creates it). `facts` holds every
    non-empty fact of a CREATE, `changes` the `{fact: [old, new]}` of an UPDATE. `external_id` is ''
    unless the record has or gains it; `imported` is then the baseline for the next import, empty when
    the one kept already stays. `imported_rows` are the digests of the rows behind that baseline.
    `pet_ids` are the pets to attach to a case.
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


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """The one outcome of a row; rows that are skipped or rejected have no actions.

    Actions stand in the order in which they can be carried out: owner, pets, case. `findings` are
    only those that planning adds. `match` is None where nobody was looked for. By `keys` the row's owner is
    found from here on. `would_be` is the answer that was not followed, because the import creates every owner.
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
