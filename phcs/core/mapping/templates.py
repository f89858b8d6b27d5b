"""Saved mappings: which files one fits, what is new in a file since, and the mapping that it gives for a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from phcs.core.mapping.column_decisions import decide_columns
from phcs.core.mapping.corrections import missing_of
from phcs.core.mapping.dropping import SENSITIVE
from phcs.core.mapping.tables import ColumnMapping, DateOrder, TableMapping
from phcs.core.mapping.targets import JOINED
from phcs.core.reading.column_facts import ColumnFacts, facts_of
from phcs.core.values.texts import fold_heading

ALIKE = 0.6
"""A file is called a changed one of a template's when they share at least this part of all their headings."""

DECIDED = frozenset({DateOrder.DAY_FIRST.value, DateOrder.MONTH_FIRST.value})


@dataclass(frozen=True, slots=True)
class UsedTemplate:
    """Which saved mapping a table was mapped with, and the headings that are `new` in the file or `gone` from it."""

    name: str
    version: int
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the file has other headings than the one that the mapping was saved for."""
        return bool(self.new or self.gone)

    def as_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` turns back."""
        return {"name": self.name, "version": self.version, "new": list(self.new), "gone": list(self.gone)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "UsedTemplate | None":
        """Return the template that `as_json` described; None for `{}`."""
        if not data:
            return None
        return cls(data["name"], data["version"], tuple(data["new"]), tuple(data["gone"]))


def heading_signature(headings: Iterable[str]) -> str:
    """Return what stands for a set of headings, whatever their order, case, accents and punctuation."""
    return sha256("\x1f".join(sorted(_keys(headings))).encode()).hexdigest()


def likeness(headings: Sequence[str], others: Sequence[str]) -> float:
    """Return the part of all the headings of both that they share, 0 to 1."""
    ours, theirs = set(_keys(headings)), set(_keys(others))
    return len(ours & theirs) / max(1, len(ours | theirs))


def new_and_gone(headings: Sequence[str], saved: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the headings that are not among the saved ones, and the saved ones that are not there any more."""
    ours, theirs = _keys(headings), _keys(saved)
    new = (heading for key, heading in zip(ours, headings, strict=True) if key not in set(theirs))
    gone = (heading for key, heading in zip(theirs, saved, strict=True) if key not in set(ours))
    return tuple(new), tuple(gone)


def applied(
    saved: TableMapping, suggested: TableMapping, *, facts: Sequence[ColumnFacts] = (), called: str
) -> TableMapping:
    """Return the saved mapping for a file for which this one was suggested.

    Columns are found by their heading, wherever they stand. A column that the saved mapping does not know feeds
    what was suggested for it, unless another one feeds that already. What the file itself decides (the order of
    day and month) is decided anew from its `facts`. `called` names the saved mapping in reasons.
    """
    known = dict(zip(_keys(column.heading for column in saved.columns), saved.columns, strict=True))
    keys = _keys(column.heading for column in suggested.columns)
    kept = {
        column.position: _moved(known[key], column, facts_of(facts, column.position), called)
        for key, column in zip(keys, suggested.columns, strict=True)
        if key in known
    }
    taken = {column.target for column in kept.values()}
    columns = tuple(kept.get(column.position) or _new(column, taken) for column in suggested.columns)
    mapping = replace(
        saved,
        reason=suggested.reason if suggested.source == saved.source else saved.reason,
        columns=columns,
        label_groups=suggested.label_groups,
        label_targets=suggested.label_targets,
    )
    decided = decide_columns(mapping.with_missing(missing_of(mapping)), facts)
    ordered = tuple(_ordered(column, kept.get(column.position), called) for column in decided.columns)
    return replace(decided, columns=ordered)


def _ordered(column: ColumnMapping, saved: ColumnMapping | None, called: str) -> ColumnMapping:
    """The column with the saved order of day and month where this file leaves it open."""
    if column.date_order != DateOrder.OPEN or saved is None or saved.date_order not in DECIDED:
        return column
    return replace(column, date_order=saved.date_order, date_reason=f"as saved in “{called}”")


def _moved(saved: ColumnMapping, column: ColumnMapping, facts: ColumnFacts, called: str) -> ColumnMapping:
    """Return the saved column for this file; an order chosen for a former file gives way to proof in this one."""
    is_proven = bool(facts.day_first or facts.month_first)
    reason = f"as saved in “{called}”" if saved.target else f"not imported, as saved in “{called}”"
    return replace(
        saved,
        position=column.position,
        heading=column.heading,
        confidence=100,
        reason=SENSITIVE if column.reason == SENSITIVE and not saved.target else reason,
        date_reason="" if is_proven else saved.date_reason,
    )


def _new(column: ColumnMapping, taken: set[str]) -> ColumnMapping:
    if column.target in taken and column.target not in JOINED:
        return replace(column, target="", confidence=0, reason="new in this file; not imported")
    return column


def _keys(headings: Iterable[str]) -> list[str]:
    """Return each heading without case, accents and punctuation; a second one of these with its number."""
    seen: dict[str, int] = {}
    keys = []
    for heading in headings:
        key = fold_heading(heading)
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key}\x1e{seen[key]}")
    return keys
