"""Times of calendars (RFC 5545) → ISO 8601, with the offset wherever the zone is known."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_TIME = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d):?(\d\d)?(Z)?)?", re.ASCII | re.IGNORECASE)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?", re.ASCII
)
_MAX_ZONE_CHARACTERS = 200
_SHOWN_ZONES = 5

WINDOWS_ZONES = {
    "atlantic standard time": "America/Halifax",
    "eastern standard time": "America/New_York",
    "us eastern standard time": "America/Indiana/Indianapolis",
    "central standard time": "America/Chicago",
    "central standard time (mexico)": "America/Mexico_City",
    "central america standard time": "America/Guatemala",
    "mountain standard time": "America/Denver",
    "mountain standard time (mexico)": "America/Mazatlan",
    "us mountain standard time": "America/Phoenix",
    "pacific standard time": "America/Los_Angeles",
    "pacific standard time (mexico)": "America/Tijuana",
    "alaskan standard time": "America/Anchorage",
    "hawaiian standard time": "Pacific/Honolulu",
    "sa pacific standard time": "America/Bogota",
    "sa western standard time": "America/La_Paz",
    "sa eastern standard time": "America/Cayenne",
    "venezuela standard time": "America/Caracas",
    "pacific sa standard time": "America/Santiago",
    "argentina standard time": "America/Argentina/Buenos_Aires",
    "e. south america standard time": "America/Sao_Paulo",
    "montevideo standard time": "America/Montevideo",
    "paraguay standard time": "America/Asuncion",
    "gmt standard time": "Europe/London",
    "greenwich standard time": "Atlantic/Reykjavik",
    "w. europe standard time": "Europe/Berlin",
    "romance standard time": "Europe/Paris",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "gtb standard time": "Europe/Bucharest",
    "fle standard time": "Europe/Kiev",
    "e. europe standard time": "Europe/Chisinau",
    "russian standard time": "Europe/Moscow",
    "india standard time": "Asia/Kolkata",
    "china standard time": "Asia/Shanghai",
    "tokyo standard time": "Asia/Tokyo",
    "aus eastern standard time": "Australia/Sydney",
    "new zealand standard time": "Pacific/Auckland",
}
"""Windows' names of time zones, which Outlook writes, where pet care organisations use them; Unicode CLDR."""


class Zones:
    """The time zones that a calendar names."""

    def __init__(self) -> None:
        self._known: dict[str, tzinfo | None] = {}

    def learn(self, name: str, location: str) -> None:
        """The calendar says where its own zone lies (`X-LIC-LOCATION`)."""
        if self.named(name) is None:
            self._known[name] = _zone(location)

    def named(self, name: str) -> tzinfo | None:
        """The zone of this name, also Windows' and those with a maker's prefix; None where none is known."""
        if name not in self._known:
            self._known[name] = _zone(name)
        return self._known[name]

    def notes(self) -> Iterator[str]:
        """Tells of zones whose times have no offset, because nobody knows where they are."""
        unknown = [name for name, zone in self._known.items() if name and zone is None]
        if unknown:
            shown = ", ".join(f"“{name[:100]}”" for name in unknown[:_SHOWN_ZONES])
            more = ", …" if len(unknown) > _SHOWN_ZONES else ""
            yield f"Not known as time zones: {shown}{more}. Their times are read as local times."


def parse_time(text: str, *, zone: str, zones: Zones) -> date | datetime | None:
    """A day, or a moment, which has an offset where it is UTC or the zone is known; None for anything else."""
    match = _TIME.fullmatch(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, is_utc = match.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        clock = int(hour), int(minute), min(int(second or 0), 59)
        moment = datetime(int(year), int(month), int(day), *clock, tzinfo=UTC)
    except ValueError:
        return None
    if is_utc:
        return moment
    return moment.replace(tzinfo=zones.named(zone) if zone else None)


def end_after(start: date | datetime, duration: str) -> date | datetime | None:
    """The end of what takes so long (`PT1H30M`); None where that is no duration, or beyond the calendar."""
    match = _DURATION.fullmatch(duration.strip())
    if not match:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        return start + (-length if match[1] == "-" else length)
    except OverflowError:
        return None


def _zone(name: str) -> tzinfo | None:
    if not name or len(name) > _MAX_ZONE_CHARACTERS:
        return None
    windows = WINDOWS_ZONES.get(name.lower())
    parts = name.strip("/").split("/")
    for candidate in (windows,) if windows else ("/".join(parts[at:]) for at in range(len(parts))):
        try:
            return ZoneInfo(candidate)
        except (KeyError, ValueError, OSError):
            continue
    return None
