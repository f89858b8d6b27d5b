"""Ages, weights, day numbers and orders of dates: one text each."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.values.ages import Age, parse_age
from phcs.core.values.date_orders import (
    a_century_earlier,
    in_order,
    order_proven_by,
    readings_of,
    serial_as_iso,
)
from phcs.core.values.dates import parse_date
from phcs.core.values.numbers import decimal_mark_of, read_weight


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("2Y/3M/4D", Age(2, 3, 0, 4)),
        ("0Y/10M/2D", Age(0, 10, 0, 2)),
        ("9 years 2 months.", Age(9, 2)),
        ("1 year, 2 months and 3 days", Age(1, 2, 0, 3)),
        ("2 años 3 meses", Age(2, 3)),
        ("1 año y 2 meses", Age(1, 2)),
        ("8 semanas", Age(weeks=8)),
        ("10 días", Age(days=10)),
        ("3 years old", Age(3)),
        ("about 3 yrs", Age(3)),
        ("1.5 years", Age(1, 6)),
        ("1,5 años", Age(1, 6)),
        ("12yo", Age(12)),
        ("3", None),
        ("2024", None),
        ("3 kg", None),
        ("2 months 3 years", None),
        ("3 years 3 years", None),
        ("900 years", None),
        ("03/04/2026", None),
        ("years", None),
        ("", None),
    ],
)
def test_an_age_is_read_in_english_and_spanish(text: str, age: Age | None) -> None:
    assert parse_age(text) == age


@pytest.mark.parametrize(
    ("age", "on", "born"),
    [
        (Age(2, 3, 0, 4), date(2026, 11, 21), date(2024, 8, 17)),
        (Age(months=1), date(2026, 3, 31), date(2026, 2, 28)),
        (Age(weeks=8), date(2026, 11, 21), date(2026, 9, 26)),
        (Age(130), date(100, 1, 1), None),
    ],
)
def test_an_age_is_counted_back_from_a_day(age: Age, on: date, born: date | None) -> None:
    assert age.born(on) == born


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("4,5 kg", "comma"),
        ("4.5", "point"),
        ("0,350", "comma"),
        ("1.234,50", "comma"),
        ("1,234.5", "point"),
        ("1.234.567", "comma"),
        ("1,234", ""),
        ("12", ""),
        ("4,5,6", ""),
        ("phone 4,5", ""),
    ],
)
def test_a_number_proves_its_decimal_mark_or_does_not(text: str, mark: str) -> None:
    assert decimal_mark_of(text) == mark


@pytest.mark.parametrize(
    ("text", "decimal", "weight"),
    [
        ("4,5 kg", "", ("4.5 kg", True)),
        ("4.50kgs", "", ("4.5 kg", True)),
        ("10 lbs.", "", ("10 lb", True)),
        ("350 gramos", "", ("350 g", True)),
        ("12", "", ("12", True)),
        ("1,234", "", ("1,234", False)),
        ("1,234 kg", "comma", ("1.234 kg", True)),
        ("1,234 kg", "point", ("1234 kg", True)),
        ("4.5", "comma", ("4.5", True)),
        ("10-12 kg", "", ("10-12 kg", True)),
        ("  10 lb  4 oz ", "", ("10 lb 4 oz", True)),
        ("heavy", "", ("heavy", False)),
        ("12.300", "comma", ("12.300", False)),
        ("12.300 g", "comma", ("12300 g", True)),
        ("1,200 lb", "point", ("1200 lb", True)),
    ],
)
def test_a_weight_is_one_number_and_one_unit(text: str, decimal: str, weight: tuple[str, bool]) -> None:
    assert read_weight(text, decimal) == weight


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("25/03/2026", "day_first"),
        ("03/25/26", "month_first"),
        ("13.12.2026 10:00", "day_first"),
        ("03-04-2026", "either"),
        ("05/05/2026", ""),
        ("32/01/2026", ""),
        ("2026-03-25", ""),
        ("25/13/2026", ""),
    ],
)
def test_a_date_proves_its_order_or_does_not(text: str, order: str) -> None:
    assert order_proven_by(text) == order


@pytest.mark.parametrize(
    ("text", "day_first", "iso"),
    [
        ("03/04/2026", True, "2026-04-03"),
        ("03/04/2026", False, "2026-03-04"),
        ("03/04/2026 9:30 PM", True, "2026-04-03 21:30:00"),
        ("25/03/2026", False, "?25/03/2026"),
        ("2026-03-25T10:00Z", False, "2026-03-25T10:00Z"),
        ("soon", True, "soon"),
    ],
)
def test_a_numeric_date_is_put_in_order(text: str, *, day_first: bool, iso: str) -> None:
    assert in_order(text, day_first=day_first) == iso


def test_only_an_ambiguous_date_has_two_readings() -> None:
    assert readings_of(" 03/04/2026 ") == ("2026-04-03", "2026-03-04")
    assert readings_of("25/03/2026") is None


@pytest.mark.parametrize(
    ("text", "epoch", "iso"),
    [
        ("46000", "1900", "2025-12-09"),
        ("46000.5", "1900", "2025-12-09 12:00:00"),
        ("44538", "1904", "2025-12-09"),
        ("46000,75", "1900", "2025-12-09 18:00:00"),
        ("19999", "1900", "19999"),
        ("60001", "1900", "60001"),
        ("2026-01-01", "1900", "2026-01-01"),
    ],
)
def test_a_plausible_day_number_is_a_day(text: str, epoch: str, iso: str) -> None:
    assert serial_as_iso(text, epoch=epoch) == iso


@pytest.mark.parametrize(
    "text", ["20260325", "25-Mar-26", "25/mar/2026", "25 mar. 26 00:00", "25 de marzo de 2026"]
)
def test_forms_that_leave_no_order_open_are_days(text: str) -> None:
    assert parse_date(text, day_first=False) == date(2026, 3, 25)


def test_only_two_digits_of_a_year_may_mean_the_century_before() -> None:
    assert a_century_earlier("01/02/68", date(2068, 2, 1)) == date(1968, 2, 1)
    assert a_century_earlier("29/02/00", date(2000, 2, 29)) == date(1900, 2, 28)
    assert a_century_earlier("01/02/2068", date(2068, 2, 1)) is None


@given(text=st.text(max_size=50) | st.from_regex(r"[\d.,/' -]{1,20}[a-zñ.]{0,8}", fullmatch=True))
def test_reading_never_raises_on_any_text(text: str) -> None:
    age = parse_age(text)
    assert age is None or age.born(date(2026, 11, 21)) is None or age.years <= 130
    assert decimal_mark_of(text) in {"", "comma", "point"}
    assert all(isinstance(read_weight(text, mark)[0], str) for mark in ("", "comma", "point"))
    assert order_proven_by(text) in {"", "either", "day_first", "month_first"}
    assert isinstance(in_order(text, day_first=True) + serial_as_iso(text, epoch="1904"), str)
    assert readings_of(text) is None or order_proven_by(text) == "either"


@given(text=st.from_regex(r"\d{1,4}([.,]\d{1,3})? ?(kg|lb|g|oz)?", fullmatch=True))
def test_a_weight_that_was_read_reads_the_same_again(text: str) -> None:
    weight, is_sure = read_weight(text)
    again = read_weight(weight, "point")
    assert not is_sure or again == (weight, True)
