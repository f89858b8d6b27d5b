"""When a schedule runs next, by the clock of its organisation."""

from datetime import UTC, datetime

import pytest

from phcs.core.errors import InvalidInputError
from phcs.services.schedule_times import next_run, parse_cron

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("cron", "zone", "expected"),
    [
        ("0 3 * * *", "UTC", "2026-11-22T03:00"),
        ("0 3 * * *", "America/Bogota", "2026-11-22T08:00"),
        ("0 12 * * *", "UTC", "2026-11-22T12:00"),  # strictly after
        ("*/15 * * * *", "UTC", "2026-11-21T12:15"),
        ("30 6 * * 1-5", "UTC", "2026-11-23T06:30"),
        ("30 6 * * sun", "UTC", "2026-11-22T06:30"),
        ("0 0 1 * *", "UTC", "2026-12-01T00:00"),
        ("0 0 29 2 *", "UTC", "2028-02-29T00:00"),
        ("0 9,17 * * *", "Europe/Madrid", "2026-11-21T16:00"),
    ],
)
def test_the_next_time_is_the_first_one_that_the_fields_mean(cron: str, zone: str, expected: str) -> None:
    found = next_run(cron, after=NOON, time_zone=zone)

    assert found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") == expected


def test_a_time_that_the_clocks_skip_still_comes_that_day() -> None:
    before = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)  # in Madrid 02:00 becomes 03:00

    found = next_run("30 2 * * *", after=before, time_zone="Europe/Madrid")

    assert found.astimezone(UTC).day == 29


@pytest.mark.parametrize(
    "cron",
    ["", "0 3 * *", "a b c d e", "61 3 * * *", "0 25 * * *", "* * * * *", "0,2 * * * *", "58,1 * * * *",
     "0 0 1 * 1", "0 0 31 2 *", "@daily"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_with_a_sentence(cron: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_cron(cron)
