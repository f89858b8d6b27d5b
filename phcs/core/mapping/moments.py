"""The moment that a date's column and a time of day in a column of its own tell together."""

from datetime import datetime

from phcs.core.findings import FindingCode, Severity
from phcs.core.mapping.mapped_row import MappedRow
from phcs.core.mapping.rules import CheckRules
from phcs.core.mapping.targets import CLOCK
from phcs.core.values.durations import read_clock
from phcs.core.values.texts import is_blank_word


def moment_with_clock(row: MappedRow, rules: CheckRules, text: str) -> datetime | None:
    """Return the moment in UTC, None where the date is none; the row's own time of day counts more than the date's.

    A time that cannot be read is noted once and passed over.
    """
    given = row.values.get(CLOCK, "")
    if not given or is_blank_word(given):
        return rules.moment(text)
    clock = read_clock(given)
    if not clock:
        if all(finding.code is not FindingCode.CLOCK_INVALID for finding in row.findings):
            row.add(FindingCode.CLOCK_INVALID, Severity.WARNING, CLOCK)
        return rules.moment(text)
    day = rules.day(text)
    return rules.moment(f"{day.isoformat()} {clock}") if day else None


def case_moment(row: MappedRow, rules: CheckRules, target: str) -> datetime | None:
    """Return the moment of a case's date that the row tells; the row's time of day is that of the nearest date."""
    text = row.values[target]
    return moment_with_clock(row, rules, text) if row.table.clocked == target else rules.moment(text)
