"""Each column of a file accounted for: what it feeds, how many cells are filled, what became of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from phcs.core.mapping.dropping import dropped_positions
from phcs.core.mapping.feeding import STEERING, fed_facts
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.targets import JOINED
from phcs.core.reading.tables import TableReading
from phcs.core.verifying.verdicts import ORDER, Verdict


class ColumnFate(StrEnum):
    """What an import does with a column."""

    MAPPED = "mapped"
    STEERING = "steering"
    SEARCHED = "searched"
    NOT_IMPORTED = "not_imported"
    DROPPED = "dropped"


@dataclass(slots=True)
class ColumnAccount:
    """One column: filled cells when the file was first read and now, and the verdicts on its cells.

    Cells of dropped columns never leave the reader, so they are counted once only.
    """

    position: int
    heading: str
    target: str
    fate: ColumnFate
    filled_first: int
    facts: tuple[str, ...] = ()
    joins: bool = False
    filled: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    @property
    def arrived(self) -> int:
        """Cells whose value the live records hold."""
        return self.verdicts[Verdict.SAME] + self.verdicts[Verdict.ELSEWHERE]


Told = Mapping[str, Verdict]
"""The verdicts on a row's facts by `kind.fact`, of each fact that it states."""


class ColumnTally:
    """Counts the cells of one table, row by row."""

    def __init__(self, reading: TableReading, mapping: TableMapping) -> None:
        self.columns = columns_of(reading, mapping)
        self._mapped = [one for one in self.columns if one.fate is ColumnFate.MAPPED]
        self._others = [
            one for one in self.columns if one.fate not in {ColumnFate.MAPPED, ColumnFate.DROPPED}
        ]

    def add(self, cells: Sequence[str], told: Told | None) -> None:
        """Count one row's cells; `told` is None for a row that was not imported."""
        width = len(cells)
        for one in self._others:
            one.filled += one.position < width and cells[one.position] != ""
        fed: set[str] = set()
        for one in self._mapped:
            if one.position >= width or cells[one.position] == "":
                continue
            one.filled += 1
            one.verdicts[_verdict(one, told, fed)] += 1
            fed.add(one.target)


def _verdict(column: ColumnAccount, told: Told | None, fed: set[str]) -> Verdict:
    if told is None:
        return Verdict.NOT_IMPORTED
    if column.target in fed and not column.joins:
        return Verdict.PASSED_OVER
    for fact in column.facts:
        found = told.get(fact)
        if found is not None:
            return found
    return Verdict.NO_VALUE


def columns_of(reading: TableReading, mapping: TableMapping) -> list[ColumnAccount]:
    """The columns of a table in the file's order, nothing counted yet but what was counted at first."""
    targets = {column.position: column.target for column in mapping.columns}
    dropped = frozenset(dropped_positions(mapping))
    joins = JOINED.keys() | {target for target, joint in mapping.joins if joint}
    return [
        ColumnAccount(
            position=column.position,
            heading=column.heading,
            target=(target := targets.get(column.position, "")),
            fate=_fate(column.position, target, dropped, mapping),
            filled_first=column.filled,
            facts=fed_facts(target) if target else (),
            joins=target in joins,
        )
        for column in reading.columns
    ]


def _fate(position: int, target: str, dropped: frozenset[int], mapping: TableMapping) -> ColumnFate:
    if position in dropped:
        return ColumnFate.DROPPED
    if target:
        return ColumnFate.STEERING if target in STEERING else ColumnFate.MAPPED
    return ColumnFate.SEARCHED if mapping.label_groups else ColumnFate.NOT_IMPORTED


def worst(verdicts: Mapping[Verdict, int]) -> Verdict:
    """The worst verdict that was given at all."""
    return max(
        (one for one, number in verdicts.items() if number), key=ORDER.__getitem__, default=Verdict.SAME
    )
