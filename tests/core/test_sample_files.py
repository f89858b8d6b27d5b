"""Files to fill in: every heading is recognised, the instructions are passed over, the sample has no finding."""

import io
from datetime import UTC, date, datetime

import pytest

from phcs.core.checking import CheckSettings, RowChecker
from phcs.core.reading import inspect_table, read_rows
from phcs.core.reading.tables import ReadLimits
from phcs.core.records import RecordKind
from phcs.core.sample_files import COLUMNS, FORMATS, as_csv, as_workbook, blank_table, sample_table
from phcs.core.sources import recognise

TODAY = date(2026, 11, 21)
LIMITS = ReadLimits()


def content_of(kind: RecordKind, form: str) -> bytes:
    table = sample_table(kind, today=TODAY)
    return as_csv(table) if form == "csv" else as_workbook(table, title="Sample")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", COLUMNS)
def test_the_sample_is_read_without_its_instructions_and_mapped_without_a_question(
    kind: RecordKind, form: str
) -> None:
    stream = io.BytesIO(content_of(kind, form))

    reading = inspect_table(stream, name=f"sample.{form}", limits=LIMITS)
    mapping = recognise(reading)

    assert [row.cells for row in read_rows(stream, reading, limits=LIMITS)] == sample_table(
        kind, today=TODAY
    )[2:]
    assert (mapping.kind, mapping.missing, mapping.open_dates) == (kind, (), ())
    assert [column.heading for column in mapping.columns if not column.target] == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("region", ["US", "MX", "ES"])
def test_the_sample_has_no_finding_wherever_it_is_imported(kind: RecordKind, form: str, region: str) -> None:
    stream = io.BytesIO(content_of(kind, form))
    reading = inspect_table(stream, name=f"sample.{form}", limits=LIMITS)
    checker = RowChecker(
        recognise(reading),
        tuple(column.heading for column in reading.columns),
        CheckSettings(region=region),
        datetime(2026, 11, 21, 12, tzinfo=UTC),
    )

    checked = [checker.check(row) for row in read_rows(stream, reading, limits=LIMITS)]

    assert len(checked) == 3
    assert [row.findings for row in checked] == [(), (), ()]


@pytest.mark.parametrize("kind", COLUMNS)
def test_no_cell_is_a_formula_in_a_spreadsheet_program(kind: RecordKind) -> None:
    for row in [*blank_table(kind), *sample_table(kind, today=TODAY)]:
        assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert len(row) == len(COLUMNS[kind])
