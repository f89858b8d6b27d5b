"""When a schedule runs: the five fields of cron, in a time zone; Celery's own parser reads them."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from celery.schedules import ParseException, crontab

from phcs.core.errors import InvalidInputError

SHORTEST_MINUTES = 5
_DAYS_AHEAD = 4 * 366 + 1
"""Far enough for 29 February."""


@dataclass(frozen=True, slots=True)
class CronTimes:
    """The numbers that each field means; Sunday is 0."""

    minute: frozenset[int]
    hour: frozenset[int]
    day_of_month: frozenset[int]
    month_of_year: frozenset[int]
    day_of_week: frozenset[int]


def parse_cron(text: str) -> CronTimes:
    """Return the times that `0 3 * * 1-5` and the like mean.

    Raises InvalidInputError for anything else, for times that never come or come more often than every five
    minutes, and where both the day of the month and the day of the week are given (cron programs disagree on that).
    """
    fields = text.split()
    if len(fields) != 5:
        raise InvalidInputError(
            "Write five fields: minute, hour, day of the month, month, day of the week. Each day at three is 0 3 * * *."
        )
    if fields[2] != "*" and fields[4] != "*":
        raise InvalidInputError("Give the day of the month or the day of the week, and * for the other one.")
    try:
        read: Any = crontab.from_string(" ".join(fields))
    except (ParseException, ValueError, TypeError) as error:
        raise InvalidInputError(f"“{text}” is not understood: {error}.") from error
    times = CronTimes(*(frozenset(getattr(read, each.name)) for each in dataclasses.fields(CronTimes)))
    if _closest(times) < SHORTEST_MINUTES:
        raise InvalidInputError(
            f"Leave at least {SHORTEST_MINUTES} minutes between two runs, e.g. */15 * * * *."
        )
    return times


def next_run(cron: str, *, after: datetime, time_zone: str) -> datetime:
    """Return the first moment after `after` that the schedule means, in UTC's terms but by the zone's clock.

    A time that a day leaves out (clocks put forward) comes an hour later. Raises InvalidInputError like `parse_cron`.
    """
    times, zone = parse_cron(cron), ZoneInfo(time_zone)
    begin = after.astimezone(zone).date()
    for ahead in range(_DAYS_AHEAD):
        day = begin + timedelta(days=ahead)
        if not _is_on(times, day):
            continue
        for hour in sorted(times.hour):
            for minute in sorted(times.minute):
                moment = datetime.combine(day, time(hour, minute), zone).astimezone(after.tzinfo)
                if moment > after:
                    return moment
    raise InvalidInputError(f"“{cron}” never comes.")


def _is_on(times: CronTimes, day: date) -> bool:
    weekday = day.isoweekday() % 7
    return day.day in times.day_of_month and day.month in times.month_of_year and weekday in times.day_of_week


def _closest(times: CronTimes) -> int:
    """The fewest minutes between two runs."""
    minutes = sorted(times.minute)
    hours = sorted(times.hour)
    follows = any((hour + 1) % 24 in times.hour for hour in hours)
    gaps = [later - earlier for earlier, later in pairwise(minutes)]
    return min([*gaps, minutes[0] + 60 - minutes[-1] if follows else 60])
