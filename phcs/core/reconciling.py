"""The equations that a promotion must satisfy, and what an equation of a verification is.

One of a promotion that does not hold must take the promotion back; one of a verification is told in a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from phcs.core.planning.actions import Action
from phcs.core.planning.counts import PlanCounts
from phcs.core.records import RecordKind


@dataclass(frozen=True)
class ExpectedPromotion:
    """What the approved plan says will happen, for a whole import.

    `actions` counts the actions of each kind; `external_ids` those that register a new external id;
    `attached_pets` the pets that cases get.
    """

    rows: int
    outcomes: Mapping[Action, int]
    actions: Mapping[RecordKind, Mapping[Action, int]]
    external_ids: int | None = None
    attached_pets: int | None = None

    @classmethod
    def of_counts(cls, rows: int, *counts: PlanCounts) -> "ExpectedPromotion":
        """Return what these counts of an import's tables promise for so many rows read."""
        outcomes = {action: sum(each.rows[action] for each in counts) for action in Action}
        actions = {
            kind: {action: sum(each.records[kind][action] for each in counts) for action in Action}
            for kind in RecordKind
        }
        return cls(rows, outcomes, actions)


@dataclass(frozen=True)
class FoundPromotion:
    """What was counted in the database after the promotion, before its commit.

    `ledger` counts the row ledger by outcome, `inserted` and `updated` the records written, `events`
    the audit events for records. None means that it was not counted.
    """

    ledger: Mapping[Action, int]
    inserted: Mapping[RecordKind, int] = field(default_factory=dict)
    updated: Mapping[RecordKind, int] = field(default_factory=dict)
    events: int | None = None
    external_ids: int | None = None
    attached_pets: int | None = None
    staged_rows_left: int = 0


def reconcile(expected: ExpectedPromotion, found: FoundPromotion) -> tuple[str, ...]:
    """Return one plain sentence for each thing that does not add up; () when all does."""
    sentences: list[str] = []

    def must_equal(what: str, planned: int | None, counted: int | None) -> None:
        if planned is not None and counted is not None and planned != counted:
            sentences.append(f"{what}: {planned:,} expected, {counted:,} found.")

    must_equal("Outcomes in the plan for all rows read", expected.rows, sum(expected.outcomes.values()))
    must_equal("Rows in the ledger", expected.rows, sum(found.ledger.values()))
    for action in Action:
        must_equal(
            f"Rows with the outcome {action}", expected.outcomes.get(action, 0), found.ledger.get(action, 0)
        )
    for kind in RecordKind:
        planned = expected.actions.get(kind, {})
        must_equal(f"Created {kind} records", planned.get(Action.CREATE, 0), found.inserted.get(kind, 0))
        must_equal(f"Updates of {kind} records", planned.get(Action.UPDATE, 0), found.updated.get(kind, 0))
    touched = sum(
        counted.get(action, 0)
        for counted in expected.actions.values()
        for action in (Action.CREATE, Action.UPDATE, Action.LINK)
    )
    must_equal("Audit events for records", touched, found.events)
    must_equal("Registered external ids", expected.external_ids, found.external_ids)
    must_equal("Pets attached to cases", expected.attached_pets, found.attached_pets)
    must_equal("Staged rows left behind", 0, found.staged_rows_left)
    return tuple(sentences)


@dataclass(frozen=True, slots=True)
class Term:
    """Something that was counted."""

    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sums that must be the same. With a `note` it was not checked, and the note says why."""

    code: str
    about: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    note: str = ""

    @property
    def is_checked(self) -> bool:
        """Whether both sides could be counted."""
        return not self.note

    @property
    def difference(self) -> int:
        """How much more the left side is; 0 when the equation holds."""
        return sum(one.number for one in self.left) - sum(one.number for one in self.right)

    @property
    def holds(self) -> bool:
        """Whether both sides are the same; one that was not checked does not fail."""
        return bool(self.note) or not self.difference

    @property
    def sentence(self) -> str:
        """The equation in words, and what does not add up where it fails."""
        if self.note:
            return f"{self.about}: not checked. {self.note}"
        left, right = _side(self.left), _side(self.right)
        if self.holds:
            return f"{self.about}: {left} = {right}."
        side = "too many" if self.difference > 0 else "too few"
        return f"{self.about} does not add up: {left}, but {right}; {abs(self.difference):,} {side}."


def _side(terms: tuple[Term, ...]) -> str:
    """A side in words; parts that are 0 are left out of a sum."""
    told = [one for one in terms if one.number] or list(terms[:1])
    listed = " + ".join(f"{one.number:,} {one.label}" for one in told)
    return listed if len(told) < 2 else f"{listed} = {sum(one.number for one in told):,}"
