"""Whole rows of a made-up export, checked by the product's fast rules and by the libraries themselves, cell by cell."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.data import write_visits
from benchmarks.peer_django_import_export.rules import CleanRow, fast_row, plain_row
from benchmarks.truth import FINDINGS_OF_DEFECT
from phcs.core.checking import CheckedRow, CheckSettings, RowChecker
from phcs.core.findings import FindingCode
from phcs.core.reading.reader import inspect_table, read_rows
from phcs.core.reading.tables import ReadLimits
from phcs.core.records import Species
from phcs.core.sources import recognise

ROWS = 3_000
NOW = datetime(2026, 11, 21, tzinfo=UTC)
LIMITS = ReadLimits()
DEFECT_OF_FINDING = {
    FindingCode(code): defect for defect, codes in FINDINGS_OF_DEFECT.items() for code in codes
}
Cells = dict[str, str]
Checked = list[tuple[list[str], CheckedRow]]


def cells_of(checked: CheckedRow) -> Cells:
    """What the product has read, in the words of the file."""
    record = checked.record
    assert record.owner is not None
    assert record.case is not None
    (pet,) = record.pets
    return {
        "id": record.case_external_id,
        "name": record.owner.full_name,
        "phone": record.owner.phone,
        "email": record.owner.email,
        "pet_name": pet.name,
        "species": pet.species,
        "breed": pet.breed,
        "service": record.case.service_given,
        "created": record.case.opened_at,
        "notes": record.case.notes,
        "tags": ",".join(sorted(record.case.tags)),
        "defects": ",".join(sorted(defects_of(checked))),
    }


def defects_of(checked: CheckedRow) -> list[str]:
    """The findings that are about defects, as the generator calls them."""
    return [DEFECT_OF_FINDING[one.code] for one in checked.findings if one.code in DEFECT_OF_FINDING]


def plain_cells_of(row: CleanRow) -> Cells:
    """The same out of the libraries' answers; what is no name is '' and what is no species is another one."""
    return {
        "id": row.external_id,
        "name": row.name if row.name_key else "",
        "phone": row.phone or "",
        "email": row.email or "",
        "pet_name": row.pet_name,
        "species": row.species or Species.OTHER.value,
        "breed": row.breed,
        "service": row.service,
        "created": row.opened_at.isoformat() if row.opened_at else "",
        "notes": row.notes,
        "tags": row.tags,
        "defects": ",".join(sorted(row.errors)),
    }


def checked_export(path: Path) -> Checked:
    """Every row of a file as it is, and as the product reads it."""
    with path.open("rb") as file:
        reading = inspect_table(file, name=path.name, limits=LIMITS)
        headings = tuple(column.heading_given for column in reading.columns)
        from_2000 = (NOW - datetime(2000, 1, 1, tzinfo=UTC)).days
        settings = CheckSettings(region="ES", max_age_days=from_2000, future_days=400)
        checker = RowChecker(recognise(reading, kind="case"), headings, settings, NOW)
        return [(row.cells, checker.check(row)) for row in read_rows(file, reading, limits=LIMITS)]


@pytest.fixture(scope="module", params=[7, 11])
def rows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    path = tmp_path_factory.mktemp("export") / "visits.csv"
    write_visits(path, rows=ROWS, seed=request.param)
    return checked_export(path)


def test_fast_rules_and_the_libraries_agree_on_every_cell(rows: Checked) -> None:
    assert len(rows) == ROWS
    apart = [
        (column, cell, plain[column])
        for cells, checked in rows
        for plain in [plain_cells_of(plain_row(cells))]
        for column, cell in cells_of(checked).items()
        if cell != plain[column]
    ]

    assert apart == []


def test_the_peers_two_ways_of_reading_rows_are_one(rows: Checked) -> None:
    """So its bulk mode is not faster for checking less."""
    assert [fast_row(cells) for cells, _ in rows] == [plain_row(cells) for cells, _ in rows]
