"""Golden exports of every system: each file beside its `.expected.json`, which a person has read line by line.

The files hold made-up people in the exact shape of the system's exports. After a change that is meant, write
the expectations anew with `python -m tests.core.test_source_exports`, and read the difference.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phcs.core.checking import CheckSettings, RowChecker
from phcs.core.errors import UnreadableFileError
from phcs.core.mapping.dropping import SENSITIVE
from phcs.core.mapping.tables import TableMapping
from phcs.core.reading import ReadLimits, inspect_table, read_rows
from phcs.core.reading.tables import TableReading
from phcs.core.sources import SOURCES, recognise

GOLDEN = Path(__file__).parent.parent / "golden"
FILES = sorted(path for path in GOLDEN.glob("*/*.*") if not path.name.endswith(".expected.json"))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIMITS = ReadLimits()
IN_COLOMBIA = CheckSettings(region="CO", time_zone="America/Bogota")
SETTINGS = {"okvet": IN_COLOMBIA, "plain/clinica.csv": IN_COLOMBIA, "plain/agenda.csv": IN_COLOMBIA}
IN_AMERICA = CheckSettings(time_zone="America/New_York")


def place_of(path: Path) -> str:
    return path.relative_to(GOLDEN).as_posix()


def settings_of(path: Path) -> CheckSettings:
    """Those of the place where the system is used; IN_AMERICA where nothing else is said."""
    return SETTINGS.get(place_of(path)) or SETTINGS.get(path.parent.name, IN_AMERICA)


def expectation_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.expected.json")


def inspect(path: Path) -> TableReading:
    with path.open("rb") as stream:
        return inspect_table(stream, name=path.name, limits=LIMITS)


def told(value: Any) -> Any:
    """Plain data without what is blank, so that a person can read it."""
    if isinstance(value, dict):
        return {name: told(inner) for name, inner in value.items() if inner not in ("", (), {}, None)}
    return [told(inner) for inner in value] if isinstance(value, list | tuple) else value


def outcome_of(path: Path) -> dict[str, Any]:
    reading = inspect(path)
    try:
        mapping = recognise(reading)
    except UnreadableFileError as error:
        return {"refused": error.reason, "sentence": str(error)}
    return {
        "recognised": mapping.reason,
        "confidence": mapping.confidence,
        "source": mapping.source,
        "kind": mapping.kind.value,
        "targets": {column.heading: column.target for column in mapping.columns if column.target},
        "suggested": {column.heading: column.suggested for column in mapping.columns if column.suggested},
        "never_by_itself": [
            column.heading
            for column in mapping.columns
            if column.reason == SENSITIVE or "never" in column.reason
        ],
        "missing": list(mapping.missing),
        "rows": rows_of(path, reading, mapping),
    }


def rows_of(path: Path, reading: TableReading, mapping: TableMapping) -> list[dict[str, Any]]:
    headings = tuple(column.heading for column in reading.columns)
    checker = RowChecker(mapping, headings, settings_of(path), NOW)
    with path.open("rb") as stream:
        checked_rows = [checker.check(row) for row in read_rows(stream, reading, limits=LIMITS)]
    return [
        {
            "row_no": checked.row_no,
            "status": checked.status.value,
            "findings": [
                f"{finding.severity.value} {finding.code.value} | {finding.column} | {finding.value}"
                for finding in checked.findings
            ],
            "record": told(asdict(checked.record)),
        }
        for checked in checked_rows
    ]


@pytest.mark.parametrize("path", FILES, ids=place_of)
def test_a_golden_export_gives_exactly_what_is_expected_of_it(path: Path) -> None:
    assert outcome_of(path) == json.loads(expectation_of(path).read_text("utf-8"))


def test_every_source_has_a_golden_export() -> None:
    assert {path.parent.name for path in FILES} == {source.key for source in SOURCES} - {"waitwhile"}


if __name__ == "__main__":
    for file in FILES:
        expectation = json.dumps(outcome_of(file), ensure_ascii=False, indent=1)
        expectation_of(file).write_text(expectation + "\n", encoding="utf-8")
