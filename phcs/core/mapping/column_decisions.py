"""What whole columns decide: the order of day and month, day numbers, the decimal mark, and what `H` means as a sex.

Every decision names the row that proves it. Where nothing decides, nothing is guessed: a person chooses.
"""

from collections.abc import Sequence
from dataclasses import replace

from phcs.core.mapping.tables import ColumnMapping, DateOrder, DecimalMark, Epoch, TableMapping
from phcs.core.mapping.targets import AMOUNT_TARGETS, DATE_TARGETS, NUMBER_TARGETS
from phcs.core.mapping.value_words import DOUBTED
from phcs.core.reading.column_facts import NOTHING_KNOWN, ColumnFacts, Proof, facts_of
from phcs.core.values.texts import fold

CHOSEN = "chosen by a person"
_SPANISH_SEXES = frozenset({"macho", "hembra", "machos", "hembras"})
_AGE_WORDS = frozenset({"age", "edad", "edades", "ages"})
_BEFORE_H = "; H "
DOUBTED_H = "H stands beside F, so it may not mean hembra (female); say what it means"
_DECIDED = (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)


def decide_columns(mapping: TableMapping, facts: Sequence[ColumnFacts]) -> TableMapping:
    """Return the mapping with what the whole columns (by position) decide; what a person chose stays.

    A column without facts stays as it is. `day_first` becomes the order that all decided columns share.
    """
    columns = tuple(_decided(column, facts_of(facts, column.position)) for column in mapping.columns)
    columns = _with_shared_mark(columns)
    if any(
        column.target in DATE_TARGETS and facts_of(facts, column.position) != NOTHING_KNOWN
        for column in columns
    ) or any(column.date_reason == CHOSEN for column in columns):
        columns, day_first = _agreed(columns)
    else:
        day_first = mapping.day_first
    return _with_sexes(replace(mapping, columns=columns, day_first=day_first), facts)


def _decided(column: ColumnMapping, facts: ColumnFacts) -> ColumnMapping:
    if not column.target and not column.suggested and facts.age and _is_age(column.heading):
        reason = f"{_told(facts.age)}, an age; a birth date can be worked out from it"
        return replace(column, suggested="pet.birth_date", reason=reason)
    if column.target in NUMBER_TARGETS:
        return replace(column, decimal=_decimal(column, facts), date_order="", date_reason="", serials="")
    if column.target not in DATE_TARGETS:
        return replace(column, date_order="", date_reason="", serials="", decimal="")
    serials = column.serials or (Epoch.OF_1900.value if facts.serial else "")
    column = replace(column, serials=serials, decimal="")
    if column.date_reason == CHOSEN or facts == NOTHING_KNOWN:
        return column
    order, reason = _order(facts)
    return replace(column, date_order=order, date_reason=reason or _other_reason(column, facts))


def _is_age(heading: str) -> bool:
    return fold(heading).endswith("age") or bool(_AGE_WORDS & set(fold(heading).split()))


def _decimal(column: ColumnMapping, facts: ColumnFacts) -> str:
    if bool(facts.comma) == bool(facts.point):
        return column.decimal
    return DecimalMark.COMMA.value if facts.comma else DecimalMark.POINT.value


def _with_shared_mark(columns: tuple[ColumnMapping, ...]) -> tuple[ColumnMapping, ...]:
    """Return the columns of amounts that leave their mark open with the one that all others of the table share."""
    marks = {column.decimal for column in columns if column.target in AMOUNT_TARGETS and column.decimal}
    if len(marks) != 1:
        return columns
    [mark] = marks
    return tuple(
        replace(column, decimal=mark) if column.target in AMOUNT_TARGETS and not column.decimal else column
        for column in columns
    )


def _order(facts: ColumnFacts) -> tuple[str, str]:
    """Return the order of day and month and why; '' where no date of the column leaves it open."""
    if facts.day_first and facts.month_first:
        both = f"both: {_told(facts.day_first)}, {_told(facts.month_first)}"
        return DateOrder.MIXED.value, both
    if facts.day_first:
        return DateOrder.DAY_FIRST.value, _told(facts.day_first)
    if facts.month_first:
        return DateOrder.MONTH_FIRST.value, _told(facts.month_first)
    if facts.either:
        return DateOrder.OPEN.value, f"{_told(facts.either)}, which may be either"
    return "", ""


def _other_reason(column: ColumnMapping, facts: ColumnFacts) -> str:
    if facts.serial:
        return f"{_told(facts.serial)}, a spreadsheet's number of a day"
    if facts.age and column.target == "pet.birth_date":
        return f"{_told(facts.age)}, an age; the birth date is worked out from it"
    return ""


def _told(proof: Proof) -> str:
    return f"row {proof.row:,} reads {proof.text}" if proof.row else f"one cell reads {proof.text}"


def _agreed(columns: tuple[ColumnMapping, ...]) -> tuple[tuple[ColumnMapping, ...], bool | None]:
    """Return the columns, open ones with the order that all others share, and that order (None: there is none)."""
    deciding = [
        column for column in columns if column.target in DATE_TARGETS and column.date_order in _DECIDED
    ]
    if len({column.date_order for column in deciding}) != 1:
        return columns, None
    first = deciding[0]
    reason = f"like column “{first.heading}”"
    agreed = tuple(
        replace(column, date_order=first.date_order, date_reason=reason)
        if column.target in DATE_TARGETS and column.date_order == DateOrder.OPEN
        else column
        for column in columns
    )
    return agreed, first.date_order == DateOrder.DAY_FIRST


def _with_sexes(mapping: TableMapping, facts: Sequence[ColumnFacts]) -> TableMapping:
    """Return the mapping with what `H` means in its columns of sexes, and why.

    In Spanish H is `hembra` and M is `macho`; beside F, under a heading that is not Spanish, it may mean
    anything and is kept as given until a person says.
    """
    if not facts:
        return mapping
    values = tuple(value for value in mapping.values if value[2] != DOUBTED)
    is_answered = any((target, given) == ("pet.sex", "h") for target, given, _ in values)
    columns = []
    for column in mapping.columns:
        words = {fold(text) for text, _ in facts_of(facts, column.position).values}
        if column.target != "pet.sex" or "h" not in words:
            columns.append(column)
            continue
        reason = _reason_of_h(column.heading, words)
        if not reason and not is_answered:
            values = (*values, ("pet.sex", "h", DOUBTED))
        plain = column.reason.partition(_BEFORE_H)[0]
        columns.append(replace(column, reason=f"{plain}; {reason or DOUBTED_H}"))
    return replace(mapping, columns=tuple(columns), values=values)


def _reason_of_h(heading: str, words: set[str]) -> str:
    """Return why H is female, '' where it may not be."""
    read = "H is read as hembra (female) and M as macho (male)"
    if fold(heading).startswith(("sexo", "genero")):
        return f"{read}: the heading is Spanish"
    if words & _SPANISH_SEXES:
        return f"{read}: other values of the column are Spanish"
    return "" if words & {"f", "female"} else f"{read}: the column has no F"
