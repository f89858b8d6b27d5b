"""Columns that complete another one: a time of day beside a case's date, a unit beside a weight."""

from datetime import UTC, datetime

import pytest

from phcs.core.checking import CheckedRow, CheckSettings, RowChecker
from phcs.core.mapping.tables import TableMapping
from phcs.core.reading.tables import ColumnReading, SourceRow, TableReading
from phcs.core.sources import recognise

CASE = {"Name": "Ana Ruiz", "Phone": "415-555-2671", "Service": "Food", "Status": "Completed"}
SETTINGS = CheckSettings(time_zone="America/Bogota")


def mapped(values: dict[str, str], *, kind: str) -> TableMapping:
    columns = tuple(
        ColumnReading(position, name, name, 0, (text,))
        for position, (name, text) in enumerate(values.items())
    )
    reading = TableReading("v.csv", "delimited", "utf-8", ",", 1, columns, 0, 0, 0, ())
    return recognise(reading, kind=kind)


def checked(values: dict[str, str], *, kind: str = "case") -> CheckedRow:
    checker = RowChecker(
        mapped(values, kind=kind), tuple(values), SETTINGS, datetime(2026, 11, 21, tzinfo=UTC)
    )
    return checker.check(SourceRow(2, list(values.values()), ()))


def moments(**columns: str) -> tuple[str, str, list[str]]:
    row = checked(CASE | {name.replace("_", " "): text for name, text in columns.items()})
    assert row.record.case is not None
    case = row.record.case
    return case.opened_at, case.scheduled_at, [finding.code.value for finding in row.findings]


NINE, NOON = "2026-05-01T14:30:00+00:00", "2026-05-01T05:00:00+00:00"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Date": "2026-05-01", "Time": "9:30"}, (NINE, "", [])),
        ({"Date": "2026-05-01", "Time": "9:30 a. m."}, (NINE, "", [])),
        ({"Fecha": "2026-05-01", "Hora": "09:30"}, (NINE, "", [])),
        ({"Time": "9:30", "Date": "2026-05-01"}, (NINE, "", [])),
        ({"Appointment_Date": "2026-05-01", "Appointment_Time": "9:30"}, (NINE, NINE, [])),
        ({"Created": "2026-05-01", "Appointment": "2026-05-01", "Time": "9:30"}, (NOON, NINE, [])),
        ({"Date": "2026-05-01"}, (NOON, "", [])),
        ({"Date": "2026-05-01", "Duration": "9:30"}, (NOON, "", [])),
    ],
)
def test_a_time_of_day_in_its_own_column_joins_the_nearest_date(
    columns: dict[str, str], expected: tuple[str, str, list[str]]
) -> None:
    assert moments(**columns) == expected


@pytest.mark.parametrize(
    ("weight", "heading", "unit", "expected"),
    [
        ("22", "Weight Unit", "lb", "22 lb"),
        ("4.5", "Units", "Kilograms", "4.5 kg"),
        ("4.5 kg", "Weight Units", "lb", "4.5 kg"),
        ("4.5", "Weight Unit", "stone", "4.5"),
        ("4.5", "Units", "3", "4.5"),
    ],
)
def test_a_unit_in_its_own_column_is_said_of_a_weight_that_names_none(
    weight: str, heading: str, unit: str, expected: str
) -> None:
    row = checked({"Name": "Ana Ruiz", "Pet name": "Luna", "Weight": weight, heading: unit}, kind="owner")
    assert row.record.pets[0].weight == expected


def test_the_names_of_services_are_the_service_and_their_ids_are_no_ids_of_cases() -> None:
    found = {
        c.heading: c.target
        for c in mapped({"services.name": "Food", "services.id": "7"}, kind="case").columns
    }
    assert found == {"services.name": "case.services", "services.id": ""}
