"""Ids that a spreadsheet has shortened: told, taken away, and nobody is linked by them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from phcs.core.checking import CheckedRow, CheckSettings, RowChecker
from phcs.core.findings import FindingCode, RowStatus
from phcs.core.mapping.corrections import remap
from phcs.core.matching.known import KnownPet
from phcs.core.matching.pets import find_pet
from phcs.core.matching.strong_identifiers import comparable_chip
from phcs.core.reading.tables import ColumnReading, SourceRow, TableReading
from phcs.core.records import PetFacts
from phcs.core.sources import recognise
from phcs.core.values.damaged_ids import is_damaged_chip, is_damaged_id

GOOD = {
    "id": "V1",
    "customer id": "C1",
    "name": "Ana Ruiz",
    "phone": "415-555-2671",
    "pet name": "Luna",
    "microchip": "985112003456789",
    "service": "Food",
    "status": "Completed",
    "date": "2026-05-01 10:00",
}


def checked(**changed: str) -> CheckedRow:
    values = GOOD | {key.replace("_", " "): text for key, text in changed.items()}
    columns = tuple(ColumnReading(position, name, name, 0, ()) for position, name in enumerate(values))
    reading = TableReading("v.csv", "delimited", "utf-8", ",", 1, columns, 0, 0, 0, ())
    mapping = remap(recognise(reading, kind="case"), targets={}, constants={})
    checker = RowChecker(mapping, tuple(values), CheckSettings(), datetime(2026, 11, 21, tzinfo=UTC))
    return checker.check(SourceRow(2, list(values.values()), ()))


@pytest.mark.parametrize(
    "text", ["1.00E+05", "1,00E+15", "9.85112E+14", "1E+05", "3-May", "03-may", "May-03", "20-Nov", "03. Mär"]
)
def test_what_a_spreadsheet_writes_of_an_id_is_known(text: str) -> None:
    assert is_damaged_id(text)
    assert is_damaged_chip(text)


@pytest.mark.parametrize(
    "text", ["100000", "12E4", "3-MAY", "11-2020", "1.00", "A-03", "Kk1BeidF0N4p8wzp2J0x", "May", "3-Max", ""]
)
def test_an_id_of_a_program_is_left_alone(text: str) -> None:
    assert not is_damaged_id(text)


@pytest.mark.parametrize(("column", "text"), [("id", "1.00E+05"), ("customer_id", "3-May")])
def test_a_damaged_id_is_told_and_names_nobody(column: str, text: str) -> None:
    row = checked(**{column: text})

    assert [(f.code, f.column, f.value) for f in row.findings] == [
        (FindingCode.ID_DAMAGED, column.replace("_", " "), text)
    ]
    assert row.status is RowStatus.WARNING
    assert text not in (row.record.owner_external_id, row.record.case_external_id)


def test_cases_of_one_damaged_id_are_cases_of_their_own() -> None:
    first, second = checked(id="1.00E+05"), checked(id="1.00E+05", name="Bea Sol", phone="415-555-2699")

    assert first.record.case_external_id != second.record.case_external_id
    assert all(one.record.case_external_id.startswith("row:") for one in (first, second))


def test_a_rounded_microchip_is_told_and_kept_and_makes_no_two_pets_one() -> None:
    row = checked(microchip="9.85112003457E+14")

    assert [f.code for f in row.findings] == [FindingCode.ID_DAMAGED]
    assert row.record.pets[0].microchip == "9.85112003457E+14"
    assert comparable_chip("9.85112003457E+14") == ""
    known = KnownPet(
        UUID(int=1),
        1,
        planned=False,
        facts=PetFacts(name="Max", species="dog", microchip="9.85112003457E+14"),
    )
    assert find_pet(PetFacts(name="Luna", species="dog", microchip="9.85112003457E+14"), [known]) is None
