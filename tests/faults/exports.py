"""Exports for kill campaigns: large enough to be killed in the middle of, and known to the row."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.import_builders import export_csv, visit

ROWS = 300
NEW_VISITS = 240
"""A file takes up this many visits that no file before it has; the others are the last of the file before."""


@dataclass(frozen=True)
class KnownExport:
    """An export with what must be live when it has been promoted; ids are the source's own."""

    content: str
    rows: int
    rejected: int
    visits: frozenset[str]
    customers: frozenset[str]


def known_export(number: int) -> KnownExport:
    """The n-th export: two visits a person, some wrong rows, some of them said twice, a fifth of them known."""
    first = number * NEW_VISITS
    numbers = range(first, first + ROWS - 10)
    rows = [_row(each) for each in numbers]
    rows += rows[100:110]
    right = [row for row in rows if row["client_name"]]
    return KnownExport(
        content=export_csv(rows),
        rows=len(rows),
        rejected=len(rows) - len(right),
        visits=frozenset(row["waitwhile_id"] for row in right),
        customers=frozenset(row["customer_id"] for row in right),
    )


def _row(number: int) -> dict[str, str]:
    """A visit; of each pair of visits of a person only the second may be wrong, so that all persons are known."""
    row = visit(number // 2, waitwhile_id=f"visit-{number}", notes=f"Visit {number}")
    return {**row, "client_name": ""} if number % 50 == 49 else row


def all_of(exports: Iterable[KnownExport], what: str) -> frozenset[str]:
    """The ids of one kind in all these exports."""
    return frozenset().union(*(getattr(export, what) for export in exports))
