"""What the mapping page shows of each column, and what its form says when it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from phcs.core.mapping.answers import MappingAnswers
from phcs.core.mapping.corrections import CHOSEN, SEPARATORS, ColumnChoice
from phcs.core.mapping.dropping import is_dropped
from phcs.core.mapping.splitting import SPLITS
from phcs.core.mapping.tables import ColumnMapping, DateOrder, DecimalMark, TableMapping
from phcs.core.mapping.targets import (
    DATE_TARGETS,
    JOINED,
    NUMBER_TARGETS,
    TARGETS,
    missing_targets,
    targets_for,
)
from phcs.core.reading.column_facts import facts_of
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import RecordKind
from phcs.core.values.date_orders import readings_of
from phcs.core.values.money import read_money
from phcs.web.imports.words import target_label

OWN = (".custom.",)
OWN_FIELDS = (("owner.custom.", "Owner: own field, called…"), ("case.custom.", "Case: own field, called…"))
FIELDS = {"target", "dates", "decimal", "split", "labelled", "own"}
_AMBIGUOUS = re.compile(r"\d[.,]\d{3}(?!\d)")
Choices = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
_WITH_OWN_FIELDS = {
    RecordKind.OWNER: ("owner",),
    RecordKind.CASE: ("owner", "case"),
    RecordKind.PET: ("owner",),
}
_LABELLED = (".notes", ".custom.", ".address")
_ORDERS = (DateOrder.DAY_FIRST.value, DateOrder.MONTH_FIRST.value)


@dataclass(frozen=True, slots=True)
class DateQuestion:
    """Two readings of one date of a column; `chosen` is an order or ''. `why` is what the file says about it."""

    example: str
    day_first: str
    month_first: str
    chosen: str
    why: str


@dataclass(frozen=True, slots=True)
class DecimalQuestion:
    """A number of a column that may be read in two ways; `chosen` is a DecimalMark or ''."""

    example: str
    comma: str
    point: str
    chosen: str


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of the file beside what it feeds, or what a person has just chosen for it."""

    reading: ColumnReading
    mapping: ColumnMapping
    chosen: str
    own_name: str
    choices: Choices
    dates: DateQuestion | None
    decimals: DecimalQuestion | None
    splits: tuple[tuple[str, str], ...]
    may_be_labelled: bool
    is_dropped: bool


@dataclass(frozen=True, slots=True)
class Join:
    """Several columns that feed one target, and the number of what stands between them."""

    target: str
    headings: tuple[str, ...]
    chosen: int


def columns_of(
    reading: TableReading, mapping: TableMapping, sent: Mapping[int, str]
) -> tuple[MappedColumn, ...]:
    """The columns in the file's order; `sent` are targets that were chosen and not taken."""
    mapped = {column.position: column for column in mapping.columns}
    shared = {join.target for join in joins_of(mapping)}
    return tuple(
        _column(one, mapped[one.position], sent.get(one.position), reading, shared, mapping.kind)
        for one in reading.columns
    )


def joins_of(mapping: TableMapping) -> tuple[Join, ...]:
    """The targets that several columns feed."""
    feeding: dict[str, list[str]] = {}
    for column in mapping.columns:
        if column.target:
            feeding.setdefault(column.target, []).append(column.heading)
    chosen = dict(mapping.joins)
    separators = list(SEPARATORS)
    return tuple(
        Join(target, tuple(headings), separators.index(chosen.get(target, _usual_joint(target))))
        for target, headings in feeding.items()
        if len(headings) > 1
    )


def required_count(mapping: TableMapping) -> int:
    """How many facts a file of this kind must feed."""
    return len(missing_targets(kind=mapping.kind, fed=()))


def answers_of(form: Mapping[str, str]) -> MappingAnswers:
    """What the sent form says; fields that are not the page's say nothing."""
    return MappingAnswers(
        targets=targets_of(form),
        constants=_constants(form),
        columns={
            position: ColumnChoice(
                date_order=form.get(f"dates-{position}"),
                decimal=form.get(f"decimal-{position}"),
                split=_split(form, position, target),
                labelled=f"labelled-{position}" in form if f"labelled-asked-{position}" in form else None,
            )
            for position, target in targets_of(form).items()
        },
        joins={
            target: list(SEPARATORS)[int(number)]
            for target, number in _after("join-", form).items()
            if number.isdecimal() and int(number) < len(SEPARATORS)
        },
    )


def targets_of(form: Mapping[str, str]) -> dict[int, str]:
    """The chosen targets by column position; an own field has the name beside it, or else the heading's."""
    chosen = {int(place): value for place, value in _after("target-", form).items() if place.isdecimal()}
    return {
        position: target + _own_name(form, position) if target.endswith(OWN) else target
        for position, target in chosen.items()
    }


def _column(
    reading: ColumnReading,
    mapping: ColumnMapping,
    sent: str | None,
    table: TableReading,
    shared: set[str],
    kind: RecordKind,
) -> MappedColumn:
    target = mapping.target if sent is None else sent
    of, is_own, own_name = target.partition(".custom.")
    return MappedColumn(
        reading=reading,
        mapping=mapping,
        chosen=f"{of}.custom." if is_own and target not in dict(TARGETS) else target,
        own_name=own_name,
        choices=choices_for(kind),
        dates=_date_question(mapping, table),
        decimals=_decimal_question(mapping, table),
        splits=tuple((key, words) for key, (of, words) in SPLITS.items() if of == mapping.target),
        may_be_labelled=target in shared and any(part in target for part in _LABELLED),
        is_dropped=is_dropped(mapping),
    )


def _date_question(mapping: ColumnMapping, table: TableReading) -> DateQuestion | None:
    """The question for a date column that nothing decides, or that a person has decided, or that is both ways."""
    is_asked = mapping.date_order in (DateOrder.OPEN, DateOrder.MIXED) or mapping.date_reason == CHOSEN
    if mapping.target not in DATE_TARGETS or not is_asked:
        return None
    proof = facts_of(table.facts, mapping.position).either
    readings = readings_of(proof.text) if proof else None
    if proof is None or readings is None:
        return None
    day_first, month_first = (_day_in_words(text) for text in readings)
    place = f"{proof.text} in row {proof.row:,}" if proof.row else proof.text
    chosen = mapping.date_order if mapping.date_order in _ORDERS else ""
    return DateQuestion(place, day_first, month_first, chosen, mapping.date_reason)


def _decimal_question(mapping: ColumnMapping, table: TableReading) -> DecimalQuestion | None:
    """The question for a column of numbers in which no cell proves which mark stands before decimals."""
    facts = facts_of(table.facts, mapping.position)
    if mapping.target not in NUMBER_TARGETS or bool(facts.comma) != bool(facts.point):
        return None
    samples = table.columns[mapping.position].samples
    example = next((sample for sample in samples if _AMBIGUOUS.search(sample)), "")
    readings = [
        read_money(example, mark=mark.value, usual_mark=mark.value, currency="")
        for mark in (DecimalMark.COMMA, DecimalMark.POINT)
    ]
    if not example or None in readings:
        return None
    comma, point = (reading.text for reading in readings if reading is not None)
    return DecimalQuestion(example, comma, point, mapping.decimal)


def _day_in_words(iso: str) -> str:
    day = date.fromisoformat(iso[:10])
    return f"{day.day} {day:%B %Y}"


def _usual_joint(target: str) -> str:
    return JOINED.get(target, "") if JOINED.get(target, "") in SEPARATORS else ""


def _constants(form: Mapping[str, str]) -> dict[str, str]:
    constants = _after("constant-", form)
    added = form.get("new-constant", "")
    return constants | ({added: form.get("new-constant-value", "")} if added else {})


def _split(form: Mapping[str, str], position: int, target: str) -> str | None:
    """The chosen split where it is one of the chosen target; another target takes it away."""
    split = form.get(f"split-{position}")
    return "" if split and SPLITS.get(split, ("",))[0] != target else split


def _own_name(form: Mapping[str, str], position: int) -> str:
    return (form.get(f"own-{position}", "").strip() or form.get(f"heading-{position}", "").strip())[:60]


def _after(start: str, form: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(start): value for name, value in form.items() if name.startswith(start)}


@cache
def choices_for(kind: RecordKind) -> Choices:
    """What a column of a table of this kind may feed: (group, ((target, words), …)), own fields last in their group."""
    own = [pair for pair in OWN_FIELDS if pair[0].partition(".")[0] in _WITH_OWN_FIELDS.get(kind, ())]
    groups: dict[str, list[tuple[str, str]]] = {}
    for target, _ in (*targets_for(kind), *own):
        words = dict(OWN_FIELDS).get(target) or target_label(target)
        groups.setdefault(words.partition(":")[0], []).append((target, words))
    return tuple((name, tuple(choices)) for name, choices in groups.items())
