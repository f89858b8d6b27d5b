"""A person corrects a mapping: other targets for columns, one value for the whole import."""

from dataclasses import replace

from phcs.core.errors import InvalidInputError
from phcs.core.findings import FindingCode
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.mapping.targets import is_target, missing_targets
from phcs.core.values.services import read_services
from phcs.core.values.statuses import read_status

CHOSEN = "chosen by a person"


def remap(mapping: TableMapping, *, targets: dict[int, str], constants: dict[str, str]) -> TableMapping:
    """Return the mapping with these columns' targets and constants; others stay, '' takes one away.

    A constant is used in every row whose own cells do not say otherwise. Raises InvalidInputError for a
    column that is not in the table, for an unknown target and for a constant that is not understood.
    """
    unknown = sorted(set(targets) - {column.position for column in mapping.columns})
    if unknown:
        raise InvalidInputError(f"This table has no column number {unknown[0] + 1}.")
    columns = tuple(_corrected(column, targets.get(column.position)) for column in mapping.columns)
    merged = dict(mapping.constants)
    for target, value in constants.items():
        _require_constant(target, value.strip())
        merged[target] = value.strip()
    kept = tuple((target, value) for target, value in merged.items() if value)
    changed = replace(mapping, columns=columns, constants=kept)
    return changed.with_missing(missing_of(changed))


def missing_of(mapping: TableMapping) -> tuple[str, ...]:
    """Return the required targets that neither a column, a data-field label nor a constant feeds."""
    fed = {column.target for column in mapping.columns} | {target for target, _ in mapping.constants}
    return missing_targets(kind=mapping.kind, fed=fed | set(mapping.label_targets))


def _corrected(column: ColumnMapping, target: str | None) -> ColumnMapping:
    if target is None or target == column.target:
        return column
    _require_target(target)
    return replace(column, target=target, confidence=100, reason=CHOSEN)


def _require_target(target: str) -> None:
    if not is_target(target):
        raise InvalidInputError(f"There is no field called {target}; choose one from the list.")


def _require_constant(target: str, value: str) -> None:
    _require_target(target)
    if target in ("", "case.external_id", "owner.external_id"):
        raise InvalidInputError("Ids differ from row to row; choose the column that holds them.")
    if not value:
        return
    services = read_services(value)
    if target == "case.services" and (services.unknown or not services.services):
        raise InvalidInputError(
            f"“{value}” is not a known service; choose food, medical, boarding, behavioural or other."
        )
    marks = {code for code, _ in read_status(value, ()).marks}
    if target in ("case.status", "row.state") and FindingCode.STATUS_UNKNOWN in marks:
        raise InvalidInputError(
            f"“{value}” is not a known status; choose new, in_progress, on_hold, closed or archived."
        )
