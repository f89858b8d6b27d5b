"""Each export under tests/exports/reading is read exactly as the JSON beside it says."""

import json
from pathlib import Path

import pytest

from phcs.core.reading import ReadLimits, TableReading, inspect_table, read_rows

EXPORTS = Path(__file__).parent.parent / "exports" / "reading"
FILES = sorted(path for path in EXPORTS.iterdir() if not path.name.endswith(".expected.json"))
LIMITS = ReadLimits()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_export_is_read_as_its_expectation_says(path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.name}.expected.json").read_text("utf-8"))

    with path.open("rb") as stream:
        reading = inspect_table(stream, name=path.name, limits=LIMITS)
        rows = [[row.row_no, row.cells, list(row.flags)] for row in read_rows(stream, reading, limits=LIMITS)]

    told = reading.as_json()
    told["columns"] = [column[:5] for column in told["columns"]]
    assert told == expected["reading"]
    assert rows == expected["rows"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_reading_again_after_a_row_gives_exactly_the_rows_that_follow(path: Path) -> None:
    with path.open("rb") as stream:
        reading = inspect_table(stream, name=path.name, limits=LIMITS)
        rows = list(read_rows(stream, reading, limits=LIMITS))
        stored = TableReading.from_json(reading.as_json())

        for done, row in enumerate(rows, 1):
            assert list(read_rows(stream, stored, limits=LIMITS, after_row=row.row_no)) == rows[done:]
