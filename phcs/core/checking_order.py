"""Checking inside the reading child: what it is told to check by, and how it hands checked rows over."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from phcs.core.checking import CheckSettings, RowChecker
from phcs.core.mapping.tables import TableMapping
from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.tables import SourceRow

Handed = list[list[Any]]
"""Rows as `[row_no, status, cells, digest, record, findings]`; cells and record are JSON texts."""


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """What to check the rows of one table by; `headings` are the file's own, `now` is the moment of upload."""

    mapping: TableMapping
    headings: tuple[str, ...]
    settings: CheckSettings
    now: datetime

    def as_json(self) -> dict[str, Any]:
        """Plain data that `from_json` turns back."""
        return {
            "mapping": self.mapping.as_json(),
            "headings": list(self.headings),
            "settings": asdict(self.settings),
            "now": self.now.isoformat(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "CheckOrder":
        """The order that `as_json` described."""
        return cls(
            mapping=TableMapping.from_json(data["mapping"]),
            headings=tuple(data["headings"]),
            settings=CheckSettings(**data["settings"]),
            now=datetime.fromisoformat(data["now"]),
        )

    def checker(self) -> RowChecker:
        """The checker that this order asks for."""
        return RowChecker(self.mapping, self.headings, self.settings, now=self.now)


def hand_over(rows: Iterable[NumberedRow], checker: RowChecker) -> tuple[Handed, float]:
    """Check rows; gives them as they are handed over, and the seconds that checking took."""
    started = time.perf_counter()
    checked = [(cells, checker.check(SourceRow(row_no, cells, flags))) for row_no, cells, flags in rows]
    seconds = time.perf_counter() - started
    handed: Handed = []
    for cells, one in checked:
        text = orjson.dumps(cells)
        digest = blake2b(text, digest_size=16).hexdigest()
        findings = [[each.code, each.severity, each.column, each.value, each.detail] for each in one.findings]
        record = orjson.dumps(one.record).decode()
        handed.append([one.row_no, one.status, text.decode(), digest, record, findings])
    return handed, seconds
