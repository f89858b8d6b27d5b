"""Durations and times of day, as appointment programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.values.durations import MOST_MINUTES, read_clock, read_minutes, unit_of_heading


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30", 30),
        ("45 minutos", 45),
        ("1h 30", 90),
        ("1 hora y 30 minutos", 90),
        ("00:20", 20),
        ("1:30:00", 90),
        ("1,5 horas", 90),
        ("PT1H30M", 90),
        ("1800 s", 30),
        ("//XX//", 30),
        ("media hora", 30),
        ("0.020833333", 30),
        ("0", 0),
        ("-5", None),
        ("a while", None),
        ("30 y", None),
        ("99999999", None),
    ],
)
def test_a_duration_is_whole_minutes_or_none(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes


def test_a_heading_tells_in_what_its_numbers_count() -> None:
    assert read_minutes("1200", unit_of_heading("Duration (seconds)")) == 20
    assert read_minutes("2", unit_of_heading("Duración en horas")) == 120
    assert unit_of_heading("Pattern") == ""


@given(st.text(max_size=50))
def test_no_text_breaks_the_reading_of_durations_and_clocks(text: str) -> None:
    assert 0 <= (read_minutes(text) or 0) <= MOST_MINUTES
    assert read_clock(text) == "" or len(read_clock(text)) == 8


@given(st.times())
def test_a_time_of_day_is_read_as_itself(time: object) -> None:
    assert read_clock(f"{time:%H:%M:%S}") == f"{time:%H:%M:%S}"


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9:30 a. m.", "09:30:00"),
        ("3:00 p.m.", "15:00:00"),
        ("12:00 AM", "00:00:00"),
        ("14h15", "14:15:00"),
        ("14.15 Uhr", "14:15:00"),
        ("9 Uhr", "09:00:00"),
        ("0930", "09:30:00"),
        ("14:00 hrs", "14:00:00"),
        ("0.395833333", "09:30:00"),
        ("1899-12-30 09:30:00", "09:30:00"),
        ("25:00", ""),
        ("13:00 pm", ""),
        ("9", ""),
        ("mañana", ""),
    ],
)
def test_a_clock_is_read_as_people_and_spreadsheets_write_it(text: str, clock: str) -> None:
    assert read_clock(text) == clock
