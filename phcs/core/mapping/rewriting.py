"""What a mapping changes in the cells of a row before they are read: answers for values, orders of dates, splits.

Compiled once for each table; a table whose mapping changes nothing has no rewriting at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from phcs.core.findings import FindingCode, Severity
from phcs.core.mapping.splitting import split_text
from phcs.core.mapping.tables import ColumnMapping, DateOrder, Epoch, TableMapping
from phcs.core.mapping.targets import DATE_TARGETS
from phcs.core.mapping.value_words import (
    DOUBTED,
    EMPTY,
    KEEP,
    PARTED_TARGETS,
    REJECT,
    own_word,
    parts_of,
    value_key,
)
from phcs.core.sources.source import Source
from phcs.core.values.date_orders import in_order, readings_of, serial_as_iso
from phcs.core.values.numbers import read_weight

_REMEMBERED = 20_000
_OTHER = "other"

Mark = tuple[FindingCode, Severity, str, str]
"""Code, severity, target, detail of a finding to be noted."""


@dataclass(slots=True)
class Rewritten:
    """What was changed in one row: the texts as given, the targets whose text is kept unread, findings to note."""

    given: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Changed:
    """A text read by the mapping; '' says nothing."""

    text: str
    is_kept: bool = False
    mark: FindingCode | None = None
    detail: str = ""


class Rewriting:
    """The changes that one table's mapping makes; `apply` changes a row's texts in place."""

    def __init__(self, mapping: TableMapping, source: Source) -> None:
        self._of_column = {
            column.position: change
            for column in mapping.columns
            if (change := _change_of(column, mapping.day_first)) is not None
        }
        self._splits = {column.position: column.split for column in mapping.columns if column.split}
        self._answers = _answers_of(mapping)
        self._words = source.own_words
        coded = set(self._answers) | {target for target, words in self._words.items() if words}
        self._coded = tuple(sorted(coded))
        self._dated = tuple(sorted({c.target for c in mapping.columns if c.position in self._of_column}))
        self._split = tuple(sorted({c.target for c in mapping.columns if c.split}))
        self._remembered: dict[tuple[str, str], _Changed] = {}

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to change in any row."""
        return bool(self._of_column or self._coded or self._splits)

    def apply(self, values: dict[str, str], positions: dict[str, int]) -> Rewritten:
        """Change target → text as the mapping says; answers that leave a cell empty take its target away."""
        told = Rewritten()
        for target in self._split:
            self._split_up(target, values, positions)
        for target in self._dated:
            change = self._of_column.get(positions.get(target, -1))
            if change is not None:
                _put(target, change(values[target]), values, told)
        for target in self._coded:
            if target in values:
                _put(target, self._answered(target, values[target]), values, told)
        return told

    def _split_up(self, target: str, values: dict[str, str], positions: dict[str, int]) -> None:
        position = positions.get(target, -1)
        split = self._splits.get(position)
        for other, text in split_text(split, values[target]).items() if split else ():
            if other == target or other not in values:
                values[other] = text
                positions[other] = position

    def _answered(self, target: str, text: str) -> _Changed:
        found = self._remembered.get((target, text))
        if found is None:
            found = self._answer(target, text)
            if len(self._remembered) < _REMEMBERED:
                self._remembered[target, text] = found
        return found

    def _answer(self, target: str, text: str) -> _Changed:
        answers = self._answers.get(target, {})
        answer = answers.get(value_key(text)) or own_word(self._words, target, text)
        if answer:
            return _as_answered(target, text, answer)
        parts = parts_of(target, text) if target in PARTED_TARGETS else ()
        told = [answers.get(value_key(part), "") for part in parts]
        if not any(told):
            return _Changed(text)
        if REJECT in told:
            return _rejected(target, text)
        codes = {KEEP: _OTHER, EMPTY: ""}
        read = [codes.get(one, one) if one else part for part, one in zip(parts, told, strict=True)]
        return _Changed("; ".join(filter(None, read)))


def _put(target: str, changed: _Changed, values: dict[str, str], told: Rewritten) -> None:
    if changed.mark is not None:
        severity = Severity.ERROR if changed.mark is FindingCode.VALUE_REJECTED else Severity.WARNING
        told.marks.append((changed.mark, severity, target, changed.detail))
    if changed.is_kept:
        told.kept.add(target)
    if changed.text == values[target]:
        return
    told.given[target] = values[target]
    if changed.text:
        values[target] = changed.text
    else:
        del values[target]


def _as_answered(target: str, text: str, answer: str) -> _Changed:
    if answer == REJECT:
        return _rejected(target, text)
    if answer == EMPTY:
        return _Changed("")
    if answer in (KEEP, DOUBTED):
        return _Changed(_OTHER) if target in PARTED_TARGETS else _Changed(text, is_kept=True)
    return _Changed(answer)


def _rejected(target: str, text: str) -> _Changed:
    """Return what is shown of a row with a rejected value; one finding about it is enough."""
    return _Changed(_OTHER if target in PARTED_TARGETS else text, mark=FindingCode.VALUE_REJECTED)


def _answers_of(mapping: TableMapping) -> dict[str, dict[str, str]]:
    answers: dict[str, dict[str, str]] = {}
    for target, given, answer in mapping.values:
        answers.setdefault(target, {})[given] = answer
    return answers


def _change_of(column: ColumnMapping, day_first: bool | None) -> Callable[[str], _Changed] | None:  # noqa: FBT001
    """Return how this column's cells are changed by themselves, None where they are not."""
    if column.target == "pet.weight" and column.decimal:
        return lambda text: _Changed(read_weight(text, column.decimal)[0])
    if column.target not in DATE_TARGETS:
        return None
    steps = tuple(_date_steps(column, day_first))
    return (lambda text: _dated(text, steps)) if steps else None


def _dated(text: str, steps: tuple[Callable[[str], _Changed], ...]) -> _Changed:
    """Return what the first step makes of a text that it changes or marks."""
    for step in steps:
        changed = step(text)
        if changed.mark is not None or changed.text != text:
            return changed
    return _Changed(text)


def _date_steps(column: ColumnMapping, of_table: bool | None) -> Iterator[Callable[[str], _Changed]]:  # noqa: FBT001
    """Yield what this column's cells need beyond what is done with all dates of the table."""
    if column.serials in (Epoch.OF_1900, Epoch.OF_1904):
        yield lambda text: _Changed(serial_as_iso(text, epoch=column.serials))
    if column.date_order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST):
        day_first = column.date_order == DateOrder.DAY_FIRST
        if day_first != of_table:
            yield lambda text: _Changed(in_order(text, day_first=day_first))
    elif column.date_order:
        yield _marked_where_ambiguous


def _marked_where_ambiguous(text: str) -> _Changed:
    """Return the text with a warning where it has two readings and its column does not tell which is meant."""
    readings = readings_of(text)
    if readings is None:
        return _Changed(text)
    return _Changed(text, mark=FindingCode.DATE_AMBIGUOUS, detail=" or ".join(readings))
