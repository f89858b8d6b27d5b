"""Golden exports: each file beside its `.expected.json`, which a person has read line by line.

After a change that is meant, write them anew with `python -m tests.core.test_waitwhile_exports`, and
read the difference.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phcs.core.checking import CheckedRow, CheckSettings, RowChecker
from phcs.core.errors import UnreadableFileError
from phcs.core.mapping.tables import TableMapping
from phcs.core.reading import ReadLimits, inspect_table, read_rows
from phcs.core.reading.tables import TableReading
from phcs.core.sources import recognise

EXPORTS = Path(__file__).parent.parent / "exports" / "waitwhile"
GOLDEN = sorted(path for path in EXPORTS.iterdir() if path.with_suffix(".expected.json").exists())
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIMITS = ReadLimits()


def inspect(path: Path) -> TableReading:
    with path.open("rb") as stream:
        return inspect_table(stream, name=path.name, limits=LIMITS)


def check_export(path: Path, mapping: TableMapping) -> list[CheckedRow]:
    reading = inspect(path)
    headings = tuple(column.heading for column in reading.columns)
    checker = RowChecker(mapping, headings, CheckSettings(time_zone="America/New_York"), NOW)
    with path.open("rb") as stream:
        return [checker.check(row) for row in read_rows(stream, reading, limits=LIMITS)]


def told(value: Any) -> Any:
    """Plain data without what is blank, so that a person can read it."""
    if isinstance(value, dict):
        return {name: told(inner) for name, inner in value.items() if inner not in ("", (), {}, None)}
    return [told(inner) for inner in value] if isinstance(value, list | tuple) else value


def outcome_of(path: Path) -> dict[str, Any]:
    mapping = recognise(inspect(path))
    return {
        "recognised": mapping.reason,
        "source": mapping.source,
        "kind": mapping.kind.value,
        "targets": {column.heading: column.target for column in mapping.columns if column.target},
        "missing": list(mapping.missing),
        "day_first": mapping.day_first,
        "label_targets": list(mapping.label_targets),
        "rows": [
            {
                "row_no": checked.row_no,
                "status": checked.status.value,
                "findings": [
                    f"{finding.severity.value} {finding.code.value} | {finding.column} | {finding.value}"
                    for finding in checked.findings
                ],
                "record": told(asdict(checked.record)),
            }
            for checked in check_export(path, mapping)
        ],
    }


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_a_golden_export_gives_exactly_what_is_expected_of_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    assert outcome_of(path) == expected


def test_every_golden_export_is_there() -> None:
    assert [path.name for path in GOLDEN] == [
        "api_page.json",
        "customers.csv",
        "five_column_groups.csv",
        "no_service_column.csv",
        "plain_headings.csv",
        "visits.csv",
    ]


def test_a_report_of_totals_is_refused_with_what_to_do_instead() -> None:
    reading = inspect(EXPORTS / "report_builder.csv")
    with pytest.raises(UnreadableFileError, match="export Visits or Customers instead") as refused:
        recognise(reading)
    assert refused.value.reason == "file.report_builder"


def test_the_same_file_gives_the_same_derived_ids_again() -> None:
    path = EXPORTS / "plain_headings.csv"
    mapping = recognise(inspect(path))
    first, second = check_export(path, mapping), check_export(path, mapping)
    ids = [checked.record.case_external_id for checked in first]
    assert ids[-1].startswith("row:")
    assert ids == [checked.record.case_external_id for checked in second]


def test_an_answer_is_found_when_somebody_deleted_columns_of_its_group(tmp_path: Path) -> None:
    """Without TYPE and KEY, three columns to the right of a label stands the next group's answer."""
    export = tmp_path / "tidied.csv"
    export.write_text(
        "ID,NAME,PHONE,CUSTOMER_ID,STATE,SERVICES,CREATED,DATA_FIELD_0_LABEL,DATA_FIELD_0_VALUE,"
        "DATA_FIELD_1_LABEL,DATA_FIELD_1_VALUE\n"
        "v1,Marta Vidal,+14155552000,c1,COMPLETED,Pet food pantry,2026-01-10T10:00:00.000Z,Animal Type,Adult Dog,"
        "# of Pets,2\n"
    )
    (row,) = check_export(export, recognise(inspect(export)))
    assert [finding.code for finding in row.findings] == []
    assert {pet.species for pet in row.record.pets} == {"dog"}


if __name__ == "__main__":
    for golden in sorted(path for path in EXPORTS.glob("*.*") if ".expected" not in path.name):
        if golden.name != "report_builder.csv":
            text = json.dumps(outcome_of(golden), ensure_ascii=False, indent=1)
            golden.with_suffix(".expected.json").write_text(text + "\n", encoding="utf-8")
