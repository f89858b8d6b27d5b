"""Checking inside the reading child: what it is told to check by, and how it hands checked rows over."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from phcs.core.checking import CheckSettings, RowChecker
from phcs.core.documents import FilesOfUpload, UploadedFile
from phcs.core.findings import Finding
from phcs.core.mapping.tables import TableMapping
from phcs.core.reading.cells import NumberedRow
from phcs.core.reading.tables import SourceRow
from phcs.core.records import record_as_json

FIELD_END = b"\x1f"
_FIELD_END = FIELD_END.decode()


class HandedRow(NamedTuple):
    """A row that the child has read and checked; cells and record are JSON already."""

    row_no: int
    status: str
    digest: str
    cells: str
    record: str
    findings: Sequence[Sequence[str]]
    """Code, severity, column, value and detail of each finding."""


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """What to check the rows of one table by; `headings` are the file's own, `now` is the moment of upload."""

    mapping: TableMapping
    headings: tuple[str, ...]
    settings: CheckSettings
    now: datetime
    files: tuple[UploadedFile, ...] | None = None
    """What the upload holds beside its tables, for a table of documents."""

    def as_json(self) -> dict[str, Any]:
        """Plain data that `from_json` turns back."""
        return {
            "mapping": self.mapping.as_json(),
            "headings": list(self.headings),
            "settings": asdict(self.settings),
            "now": self.now.isoformat(),
            "files": None if self.files is None else [one.as_json() for one in self.files],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "CheckOrder":
        """The order that `as_json` described."""
        return cls(
            mapping=TableMapping.from_json(data["mapping"]),
            headings=tuple(data["headings"]),
            settings=CheckSettings(**data["settings"]),
            now=datetime.fromisoformat(data["now"]),
            files=None if data["files"] is None else tuple(UploadedFile(*one) for one in data["files"]),
        )

    def checker(self) -> RowChecker:
        """The checker that this order asks for."""
        files = None if self.files is None else FilesOfUpload(self.files)
        return RowChecker(self.mapping, self.headings, self.settings, now=self.now, files=files)


def hand_over(rows: Iterable[NumberedRow], checker: RowChecker) -> list[bytes]:
    """Check rows and write each down as a line of fields; `handed_row` reads it.

    Cells of dropped columns are blank in it; the rows are used up.
    JSON without indents holds no control characters, so that they can keep fields and rows apart.
    """
    check, dropped = checker.check, checker.dropped
    lines = []
    for row_no, cells, flags in rows:
        one = check(SourceRow(row_no, cells, flags))
        for position in dropped:
            cells[position : position + 1] = [""] * (position < len(cells))
        text = orjson.dumps(cells)
        fields = (
            str(row_no).encode(),
            one.status.encode(),
            blake2b(text, digest_size=16).hexdigest().encode(),
            text,
            orjson.dumps(record_as_json(one.record)),
            orjson.dumps([told_finding(found) for found in one.findings]) if one.findings else b"",
        )
        lines.append(FIELD_END.join(fields))
    return lines


def told_finding(found: Finding) -> tuple[str, ...]:
    """A finding as `HandedRow` holds it."""
    return found.code, found.severity, found.column, found.value, found.detail


def handed_row(line: str) -> HandedRow:
    """The row of a line that `hand_over` wrote."""
    row_no, status, digest, cells, record, findings = line.split(_FIELD_END)
    return HandedRow(int(row_no), status, digest, cells, record, orjson.loads(findings) if findings else ())
