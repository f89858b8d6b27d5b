"""What a record should say now, worked out of the audit trail alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NOTHING: tuple[Any, ...] = (None, "", [], (), {})
MADE = frozenset({"created", "restored"})
TAKEN_AWAY = "removed"


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """One event of a record. `number` orders them; `facts` are all of a record that was made.

    `changes` are `{fact: [old, new]}`. The values of an erased event are not known any more. `table_no` and `row_no`
    are 0 where no row of a file was behind it.
    """

    number: int
    action: str
    by: str = ""
    at: str = ""
    import_id: str = ""
    file_name: str = ""
    table_no: int = 0
    row_no: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, list[Any]] = field(default_factory=dict)
    is_erased: bool = False

    @property
    def done(self) -> str:
        """The past participle of its action."""
        return self.action.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class ExpectedRecord:
    """What the trail says of a record.

    Only the facts in `facts` are known, unless it `is_whole`: then all others are blank. `setters` are the events
    that gave facts their value, `maker` the one that made the record, `gone_by` the one that took it away.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    setters: Mapping[str, TrailEvent] = field(default_factory=dict)
    maker: TrailEvent | None = None
    gone_by: TrailEvent | None = None
    is_whole: bool = False

    def knows(self, name: str) -> bool:
        """Whether the trail tells what this fact should be."""
        return self.is_whole or name in self.facts

    def setter(self, name: str) -> TrailEvent | None:
        """The event that gave this fact its value, also a blank one; None where the trail does not tell."""
        return self.setters.get(name, self.maker if self.is_whole else None)


UNKNOWN_RECORD = ExpectedRecord()


def expected_record(events: Iterable[TrailEvent]) -> ExpectedRecord:
    """What all events of a record, in their order, leave of it."""
    facts: dict[str, Any] = {}
    setters: dict[str, TrailEvent] = {}
    maker: TrailEvent | None = None
    gone_by: TrailEvent | None = None
    is_whole = False
    for event in events:
        if event.is_erased:
            facts, setters, is_whole = {}, {}, False
        if event.done == TAKEN_AWAY:
            gone_by = event
            continue
        if event.done in MADE:
            facts, setters, maker, gone_by = dict(event.facts), {}, event, None
            is_whole = bool(event.facts)  # an event that tells of no fact says nothing about the others
        for name, pair in event.changes.items():
            facts[name] = pair[1]
            setters[name] = event
    return ExpectedRecord(facts, setters, maker, gone_by, is_whole)


Normal = Callable[[str, Any], Any]
"""Turns a fact into what its column gives back."""


def altered_facts(
    expected: ExpectedRecord, live: Mapping[str, Any], names: Iterable[str], *, normal: Normal
) -> tuple[str, ...]:
    """The facts of a live record that are not what the trail says, of those that it tells about."""
    return tuple(
        name
        for name in names
        if expected.knows(name) and not same(live.get(name), normal(name, expected.facts.get(name)))
    )


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same; a blank is a blank, and lists stand for tuples."""
    if one == other or (one in NOTHING and other in NOTHING):
        return True
    return isinstance(one, list | tuple) and isinstance(other, list | tuple) and list(one) == list(other)
