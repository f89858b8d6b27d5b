"""A person corrects a mapping: targets, constants, what values mean, how columns are read and joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from phcs.core.errors import InvalidInputError
from phcs.core.findings import FindingCode
from phcs.core.mapping.column_decisions import CHOSEN, decide_columns
from phcs.core.mapping.splitting import SPLITS
from phcs.core.mapping.tables import ColumnMapping, DecimalMark, Epoch, TableMapping
from phcs.core.mapping.targets import CODED_HISTORY, DATE_TARGETS, JOINED, is_id, is_target, missing_targets
from phcs.core.mapping.value_words import CODES, answers_for, value_key
from phcs.core.reading.column_facts import ColumnFacts
from phcs.core.values.coded_words import read_code
from phcs.core.values.currencies import read_currency
from phcs.core.values.services import read_services
from phcs.core.values.statuses import read_status

__all__ = ["CHOSEN", "SEPARATORS", "ColumnChoice", "missing_of", "remap"]

SEPARATORS: dict[str, str] = {
    " ": "a blank",
    ", ": "a comma",
    "; ": "a semicolon",
    "\n": "a new line",
    "": "nothing: only the first filled cell counts",
}
"""What may stand between the texts of several columns that feed one target, with the words for people."""

MAX_ANSWERS = 5_000
_NEVER_JOINED = (DATE_TARGETS | frozenset(CODES)) - frozenset(JOINED)
_LABELLED = (".notes", ".custom.", ".address")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """How one column is read, in the words of ColumnMapping; None leaves it as it is."""

    date_order: str | None = None
    serials: str | None = None
    decimal: str | None = None
    split: str | None = None
    labelled: bool | None = None


def remap(
    mapping: TableMapping,
    *,
    targets: Mapping[int, str],
    constants: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]] | None = None,
    columns: Mapping[int, ColumnChoice] | None = None,
    joins: Mapping[str, str] | None = None,
    facts: Sequence[ColumnFacts] = (),
) -> TableMapping:
    """Return the mapping with these corrections; what is not named stays, '' takes a target or constant away.

    A constant is used in every row whose own cells do not say otherwise. `values` are answers by target and
    value ('' takes one back), `columns` how columns (by position) are read, `joins` one of SEPARATORS by target.
    With the `facts` of the table's columns, what a person did not choose is decided anew by the new targets.
    Raises InvalidInputError, with a sentence, for a column that is not in the table, an unknown target, and a
    constant, answer or choice that cannot be.
    """
    known = {column.position for column in mapping.columns}
    unknown = sorted({*targets, *(columns or {})} - known)
    if unknown:
        raise InvalidInputError(f"This table has no column number {unknown[0] + 1}.")
    corrected = tuple(
        _with_choice(column, targets.get(column.position), (columns or {}).get(column.position))
        for column in mapping.columns
    )
    changed = replace(
        mapping,
        columns=corrected,
        constants=_with_constants(mapping.constants, constants),
        values=_with_answers(mapping.values, values or {}),
        joins=_with_joins(mapping.joins, joins or {}),
    )
    decided = decide_columns(changed, facts)
    return decided.with_missing(missing_of(decided))


def missing_of(mapping: TableMapping) -> tuple[str, ...]:
    """Return the required targets that neither a column, a data-field label nor a constant feeds."""
    fed = {column.target for column in mapping.columns} | {target for target, _ in mapping.constants}
    return missing_targets(kind=mapping.kind, fed=fed | set(mapping.label_targets))


def _with_choice(column: ColumnMapping, target: str | None, choice: ColumnChoice | None) -> ColumnMapping:
    """Return the column with another target and as a person wants it read.

    A form sends both at once: what was chosen for the former target and does not fit the new one is passed over.
    """
    corrected = _corrected(column, target)
    if choice is not None and corrected.target != column.target:
        choice = _fitting(choice, corrected.target)
    return _chosen(corrected, choice)


def _fitting(choice: ColumnChoice, target: str) -> ColumnChoice:
    return replace(
        choice,
        date_order=choice.date_order if target in DATE_TARGETS else None,
        split=choice.split if choice.split in SPLITS and SPLITS[choice.split][0] == target else None,
        labelled=choice.labelled if _may_be_labelled(target) else None,
    )


def _corrected(column: ColumnMapping, target: str | None) -> ColumnMapping:
    if target is None or target == column.target:
        return column
    _require_target(target)
    bare = ColumnMapping(column.position, column.heading, target, 100, CHOSEN)
    return replace(bare, suggested=column.suggested, labelled=column.labelled and _may_be_labelled(target))


def _chosen(column: ColumnMapping, choice: ColumnChoice | None) -> ColumnMapping:
    """Return the column as a person wants it read; '' gives the decision back to the column itself."""
    if choice is None:
        return column
    _require_one_of("order of day and month", choice.date_order, ("", "day_first", "month_first"))
    _require_one_of("first year of day numbers", choice.serials, ("", *Epoch))
    _require_one_of("decimal mark", choice.decimal, ("", *DecimalMark))
    _require_one_of("split", choice.split, ("", *SPLITS))
    if choice.split and SPLITS[choice.split][0] != column.target:
        raise InvalidInputError(f"“{column.heading}” cannot be split that way: {SPLITS[choice.split][1]}.")
    if choice.labelled and not _may_be_labelled(column.target):
        raise InvalidInputError(
            f"Only notes and custom fields can begin with the heading “{column.heading}”."
        )
    if choice.date_order and column.target not in DATE_TARGETS:
        raise InvalidInputError(f"“{column.heading}” feeds no date; choose a date field for it first.")
    told = {
        name: value
        for name in ("date_order", "serials", "decimal", "split", "labelled")
        if (value := getattr(choice, name)) is not None
    }
    if choice.date_order is not None and choice.date_order != column.date_order:
        told["date_reason"] = CHOSEN if choice.date_order else ""
    return replace(column, **told)


def _may_be_labelled(target: str) -> bool:
    return any(part in target for part in _LABELLED)


def _require_one_of(what: str, chosen: str | None, allowed: Sequence[str]) -> None:
    if chosen is not None and chosen not in allowed:
        raise InvalidInputError(f"“{chosen}” is no {what}; choose one from the list.")


def _require_target(target: str) -> None:
    if not is_target(target):
        raise InvalidInputError(f"There is no field called {target}; choose one from the list.")


def _with_constants(
    stored: tuple[tuple[str, str], ...], constants: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    merged = dict(stored)
    for target, value in constants.items():
        _require_constant(target, value.strip())
        merged[target] = value.strip()
    return tuple((target, value) for target, value in merged.items() if value)


def _with_answers(
    stored: tuple[tuple[str, str, str], ...], values: Mapping[str, Mapping[str, str]]
) -> tuple[tuple[str, str, str], ...]:
    merged = {(target, given): answer for target, given, answer in stored}
    for target, answers in values.items():
        allowed = {answer for answer, _ in answers_for(target)}
        if not allowed:
            raise InvalidInputError(f"The field {target} has no list of values to choose from.")
        for given, answer in answers.items():
            if answer and answer not in allowed:
                raise InvalidInputError(f"“{given}” cannot mean {answer}; choose one from the list.")
            merged[target, value_key(given)] = answer
    kept = tuple((target, given, answer) for (target, given), answer in merged.items() if answer and given)
    if len(kept) > MAX_ANSWERS:
        raise InvalidInputError(f"A mapping holds at most {MAX_ANSWERS:,} answers for values.")
    return kept


def _with_joins(stored: tuple[tuple[str, str], ...], joins: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    merged = dict(stored)
    for target, separator in joins.items():
        _require_target(target)
        if separator not in SEPARATORS:
            raise InvalidInputError("Choose what stands between joined texts from the list.")
        if separator and (target in _NEVER_JOINED or target.endswith("external_id")):
            raise InvalidInputError(f"Several columns cannot be joined into {target}; choose one of them.")
        merged[target] = separator
    return tuple(merged.items())


def _require_constant(target: str, value: str) -> None:
    _require_target(target)
    if not target or is_id(target):
        raise InvalidInputError("Ids differ from row to row; choose the column that holds them.")
    if not value:
        return
    services = read_services(value)
    if target == "case.services" and (services.unknown or not services.services):
        raise InvalidInputError(
            f"“{value}” is not a known service; choose food, medical, boarding, behavioural or other."
        )
    if target.endswith(".currency") and not read_currency(value, ""):
        raise InvalidInputError(
            f"“{value}” is not a currency that PHCS knows; use a code such as USD or COP."
        )
    if target in CODED_HISTORY and not read_code(target, value):
        listed = ", ".join(CODED_HISTORY[target])
        raise InvalidInputError(f"“{value}” is not known as {target}; choose one of {listed}.")
    marks = {code for code, _ in read_status(value, ()).marks}
    if target in ("case.status", "row.state") and FindingCode.STATUS_UNKNOWN in marks:
        raise InvalidInputError(
            f"“{value}” is not a known status; choose new, in_progress, on_hold, closed or archived."
        )
