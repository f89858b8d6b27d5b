from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.values.dates import decide_day_first, parse_date, parse_moment

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "day_first", "moment"),
    [
        ("2022-05-19T14:06:11.638Z", True, datetime(2022, 5, 19, 14, 6, 11, 638000, tzinfo=UTC)),
        ("2022-05-19T14:06:11+02:00", True, datetime(2022, 5, 19, 12, 6, 11, tzinfo=UTC)),
        ("2022-05-19 14:06", True, datetime(2022, 5, 19, 14, 6, tzinfo=UTC)),
        ("2022-05-19", True, datetime(2022, 5, 19, tzinfo=UTC)),
        ("03/04/2025 10:00", True, datetime(2025, 4, 3, 10, tzinfo=UTC)),
        ("03/04/2025 10:00", False, datetime(2025, 3, 4, 10, tzinfo=UTC)),
        ("3-4-2025", True, datetime(2025, 4, 3, tzinfo=UTC)),
        ("3.4.2025", True, datetime(2025, 4, 3, tzinfo=UTC)),
        ("5/24/26 9:30 PM", False, datetime(2026, 5, 24, 21, 30, tzinfo=UTC)),
        ("5/24/2026 12:05 AM", False, datetime(2026, 5, 24, 0, 5, tzinfo=UTC)),
        ("3 ene 2025", False, datetime(2025, 1, 3, tzinfo=UTC)),
        ("3 de septiembre de 2025", False, datetime(2025, 9, 3, tzinfo=UTC)),
        ("3. März 2025", True, datetime(2025, 3, 3, tzinfo=UTC)),
        ("3 de março de 2025", True, datetime(2025, 3, 3, tzinfo=UTC)),
        ("Jan 3, 2025", True, datetime(2025, 1, 3, tzinfo=UTC)),
        ("3 Dec 2025 08:15", True, datetime(2025, 12, 3, 8, 15, tzinfo=UTC)),
        ("2025/3/7", True, datetime(2025, 3, 7, tzinfo=UTC)),
        ("2025-04-03 17.06", True, datetime(2025, 4, 3, 17, 6, tzinfo=UTC)),
        ("2025-4-3 5:06:07 p. m.", True, datetime(2025, 4, 3, 17, 6, 7, tzinfo=UTC)),
        ("03.04.2025 17:06 Uhr", True, datetime(2025, 4, 3, 17, 6, tzinfo=UTC)),
        ("03.04.2025, 17.06 Uhr", True, datetime(2025, 4, 3, 17, 6, tzinfo=UTC)),
        ("3/4/2025 17 h", True, datetime(2025, 4, 3, 17, tzinfo=UTC)),
        ("3/4/2025 17h06", True, datetime(2025, 4, 3, 17, 6, tzinfo=UTC)),
        ("April 3, 2025 at 5:06 PM", True, datetime(2025, 4, 3, 17, 6, tzinfo=UTC)),
        ("3 April, 2025 5 pm", True, datetime(2025, 4, 3, 17, tzinfo=UTC)),
        ("Donnerstag, 3. April 2025 um 17:06", True, datetime(2025, 4, 3, 17, 6, tzinfo=UTC)),
        ("jue 3 abr 2025", True, datetime(2025, 4, 3, tzinfo=UTC)),
        ("mar 3 2025", True, datetime(2025, 3, 3, tzinfo=UTC)),
        ("Thu, 03 Apr 2025 17:06:00 GMT", True, datetime(2025, 4, 3, 17, 6, tzinfo=UTC)),
        ("Thu, 03 Apr 2025 17:06:00 -0500", True, datetime(2025, 4, 3, 22, 6, tzinfo=UTC)),
        ("20250403T170600Z", True, datetime(2025, 4, 3, 17, 6, tzinfo=UTC)),
        ("2022-05-19 14:06:11 UTC", True, datetime(2022, 5, 19, 14, 6, 11, tzinfo=UTC)),
        ("2022-05-19 14:06:11 -0500", True, datetime(2022, 5, 19, 19, 6, 11, tzinfo=UTC)),
        ("2025-12-31 24:00", True, datetime(2026, 1, 1, tzinfo=UTC)),
        ("2025-12-31T24:00:00-05:00", True, datetime(2026, 1, 1, 5, tzinfo=UTC)),
        ("31/12/2025 24:00", True, datetime(2026, 1, 1, tzinfo=UTC)),
        ("\u0662\u0660\u0662\u0662-\u0660\u0665-\u0661\u0669", True, datetime(2022, 5, 19, tzinfo=UTC)),
        (
            "\uff12\uff10\uff12\uff12\uff0d\uff10\uff15\uff0d\uff11\uff19",
            True,
            datetime(2022, 5, 19, tzinfo=UTC),
        ),
    ],
)
def test_each_listed_form_is_read(text: str, *, day_first: bool, moment: datetime) -> None:
    assert parse_moment(text, zone=UTC, day_first=day_first) == moment


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2025 10:00",
        "2025-13-01",
        "2025-02-30T10:00:00Z",
        "ayer",
        "0000-00-00",
        "45/45/45",
        "",
        "13",
        "0/0/00",
        "2025-01-01x10:00",
        "tomorrow at noon",
        "3 foo 2025",
        "0001-01-01T00:00+14:00",
        "5/24/2026 13:05 PM",
        "2022-05-19 14:06:11 XST",
        "2025-12-31 24:01",
        "2025-12-31 25:00",
        "9999-12-31T24:00",
        "Thu 3/4/2025",
        "foo 3 Apr 2025",
        "2025-04-03 17.66",
        "2025-04-03T17.5",
        "3 Apr 17.06",
        "03.04.2025 Uhr",
    ],
)
def test_what_is_no_date_is_never_guessed(text: str) -> None:
    assert parse_moment(text, zone=UTC, day_first=True) is None


def test_a_time_without_zone_is_local_to_the_given_zone() -> None:
    moment = parse_moment("2026-05-24T09:00", zone=NEW_YORK, day_first=False)
    assert moment is not None
    assert moment.isoformat() == "2026-05-24T13:00:00+00:00"


@pytest.mark.parametrize(
    ("samples", "order"),
    [
        (["03/04/2025", "25/12/2024 10:00"], True),
        (["03/04/2025", "12/25/2024"], False),
        (["03/04/2025"], None),
        (["25/12/2024", "12/25/2024"], None),
        (["2025-01-25", "", "ayer", "45/45/45"], None),
    ],
)
def test_the_order_of_day_and_month_is_decided_by_the_whole_column(
    samples: list[str], *, order: bool | None
) -> None:
    assert decide_day_first(samples) is order


@given(text=st.text(max_size=45), day_first=st.booleans())
def test_reading_a_date_never_raises(text: str, *, day_first: bool) -> None:
    moment = parse_moment(text, zone=NEW_YORK, day_first=day_first)
    assert moment is None or moment.tzinfo is UTC
    parse_date(text, day_first=day_first)


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_every_written_iso_moment_reads_back(moment: datetime) -> None:
    assert parse_moment(moment.isoformat(), zone=NEW_YORK, day_first=True) == moment


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_moment_that_some_zone_could_not_show_is_none(text: str) -> None:
    assert parse_moment(text, zone=UTC, day_first=True) is None


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York"])
def test_the_last_day_of_the_calendar_is_read_and_shown_everywhere(zone: str) -> None:
    found = parse_moment("31/12/9999", zone=ZoneInfo("America/New_York"), day_first=True)

    assert found is not None
    assert found.astimezone(ZoneInfo(zone)).year == 9999
