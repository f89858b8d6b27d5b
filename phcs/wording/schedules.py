"""When a schedule runs, in words: the common forms of cron's five fields."""

import re

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_SHORT = {day[:3].lower(): number for number, day in enumerate(DAYS)}
_NUMBERS = re.compile(r"\d{1,2}(?:,\d{1,2})*", re.ASCII)
_EVERY = re.compile(r"\*/(\d{1,2})", re.ASCII)
_WEEKDAY = re.compile(r"([0-6]|[a-z]{3,9})(?:-([0-6]|[a-z]{3,9}))?", re.ASCII)


def cron_words(cron: str) -> str:
    """Say when `0 3 * * *` and other common forms run: `every day at 03:00`; '' for a form without words.

    The fields are minute, hour, day of the month, month, day of the week, as `parse_cron` has accepted them.
    """
    fields = cron.lower().split()
    if len(fields) != 5 or fields[3] != "*":
        return ""
    minute, hour, day, _, weekday = fields
    days = _days(day, weekday)
    if days and minute.isdecimal() and _NUMBERS.fullmatch(hour):
        return f"{days} at {_listed([f'{int(one):02}:{int(minute):02}' for one in hour.split(',')])}"
    return _often(minute, hour) if days == "every day" else ""


def _often(minute: str, hour: str) -> str:
    """Say what runs several times each day; an interval only where it comes out even."""
    minutes, hours = _EVERY.fullmatch(minute), _EVERY.fullmatch(hour)
    if hour == "*" and minutes and int(minutes[1]) and 60 % int(minutes[1]) == 0:
        return f"every {minutes[1]} minutes"
    if not minute.isdecimal():
        return ""
    past = f"at {int(minute)} minutes past" if int(minute) else "on the hour"
    if hour == "*":
        return f"every hour, {past}"
    if hours and int(hours[1]) > 1 and 24 % int(hours[1]) == 0:
        return f"every {hours[1]} hours from midnight, {past}"
    return ""


def _days(day: str, weekday: str) -> str:
    if day == weekday == "*":
        return "every day"
    if weekday == "*":
        return f"every month on day {day}" if day.isdecimal() else ""
    named = [_weekday(one) for one in weekday.split(",")] if day == "*" else [""]
    return f"every {_listed(named)}" if all(named) else ""


def _weekday(text: str) -> str:
    """Name one day of the week or some in a row, '' where that is not understood."""
    match = _WEEKDAY.fullmatch(text)
    names = [_day_name(one) for one in match.groups() if one] if match else [""]
    return " to ".join(names) if all(names) else ""


def _day_name(text: str) -> str:
    number = int(text) if text.isdecimal() else _SHORT.get(text[:3], -1)
    return DAYS[number] if number >= 0 else ""


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
