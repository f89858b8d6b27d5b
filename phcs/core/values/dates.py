"""One text → one moment or date. Nothing is guessed: a form that is not listed here is no date.

Read are ISO 8601 (with zone, or without: then local), `YYYY-MM-DD HH:MM[:SS]`, `d/m/y` and `m/d/y` in the
order that its column decides, with `-` or `.` too, `20250103`, and `3 ene 2025` or `3-Jan-25` in English, Spanish,
Portuguese and German. A weekday before a named month or the year, words about the clock (`at 5 pm`, `17.06 Uhr`,
`17h06`) and a zone's offset behind it are understood.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from phcs.core.values.texts import with_plain_digits

MAX_CHARACTERS = 40

MONTH_FIRST_REGIONS = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "PH", "FM", "PW", "BZ"})
"""Regions that write the month first where a table leaves the order open."""

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january ene enero janeiro januar",
            "feb february febrero fev fevereiro februar",
            "mar march marzo março marco märz maerz",
            "apr april abr abril",
            "may mayo mai maio",
            "jun june junio junho juni",
            "jul july julio julho juli",
            "aug august ago agosto",
            "sep sept september septiembre setiembre set setembro",
            "oct october octubre out outubro okt oktober",
            "nov november noviembre novembro",
            "dec december dic diciembre dez dezembro dezember",
        ),
        start=1,
    )
    for word in words.split()
}
_CLOCK = r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?\s*([aApP]\.?\s?[mM]\.?)?)?"
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})" + _CLOCK, re.ASCII)
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|º|\.)?[ /-]+(?:de )?([^\W\d_]+)\.?,?[ /-]+(?:de )?(\d{4}|\d{2})" + _CLOCK
)
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})" + _CLOCK)
_WEEKDAYS = frozenset(
    """
    mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday
    lun lunes mar martes mié mie miércoles miercoles jue jueves vie viernes sáb sab sábado sabado dom domingo
    seg segunda ter terça terca qua quarta qui quinta sex sexta segunda-feira terça-feira quarta-feira quinta-feira
    sexta-feira mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag
    """.split()
)
_WEEKDAY = re.compile(r"([^\W\d_]+(?:-feira)?)\.?,? +(?!\d{1,2}[/.-]\d)")
"""Not before `3/4/2025`: there the column's order decides, and it is proven by texts that begin with the date."""
_CLOCK_WORDS = (
    (re.compile(r",? (?:at|um|a las|às|as|kl\.?) (?=\d{1,2}\D)", re.IGNORECASE), " "),
    (re.compile(r"(?<=[\d,]) (\d{1,2}) ?(?:Uhr|hrs?\.?|hs\.?|h|horas)$", re.IGNORECASE), r" \1:00"),
    (re.compile(r"(?<=[:.h]\d\d) ?(?:Uhr|hrs?\.?|hs\.?|h|horas)$", re.IGNORECASE), ""),
    (re.compile(r"(?<=[\d,])[ T](\d{1,2})(?:\.| ?h ?)(\d{2})(?: ?min)?$", re.IGNORECASE), r" \1:\2"),
    (re.compile(r"(?<=[\d,]) (\d{1,2}) ?([ap]\.? ?m\.?)$", re.IGNORECASE), r" \1:00 \2"),
)
_OFFSET = re.compile(r"(?<=:\d\d) ?(?:(?:UTC|GMT|Z)?([+-]\d{2}:?\d{2})|UTC|GMT|Z)$", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})" + _CLOCK, re.ASCII)
_COMPACT = re.compile(r"(?:19|20)\d{6}(?:T\d{4}(?:\d{2})?Z?)?", re.ASCII)
_END_OF_DAY = re.compile(r"(?<=[T ])24:00(?=(?::00(?:\.0{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?\s*$)", re.ASCII)
"""24:00 is the midnight that ends its day (ISO 8601), where Python before 3.13 sees no time at all."""
_ZONE_APART = re.compile(r"(?<=\d) (UTC|GMT|[+-]\d{2}:?\d{2})$", re.ASCII)
_ORDER_SAMPLE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})(?!\d)", re.ASCII)

_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC) + timedelta(hours=12)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC) - timedelta(hours=14)
"""No zone is further behind UTC, or ahead of it."""


def parse_moment(text: str, *, zone: tzinfo, day_first: bool) -> datetime | None:
    """Return the moment in UTC, None where the text is none; a text without zone is local to `zone`.

    A date without a clock means its midnight, 24:00 the midnight that ends its day. Local times that a clock change
    skips or repeats are read with the offset from before the change. A moment that some time zone could not show, at
    an end of the calendar, is none either.
    """
    later = 0
    if not text.isascii():
        text = with_plain_digits(text)
    if "24:00" in text:
        text, later = _END_OF_DAY.subn("00:00", text)
    try:
        if (
            len(text) > 9
            and text[4] == "-"
            and len(text) <= MAX_CHARACTERS
            and text[10:11] in ("", "T", " ", "t")
        ):
            moment = _iso_form(text)
        else:
            moment = _other_form(text.strip(), day_first=day_first)
        if later:
            moment += timedelta(days=later)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        moment = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _FIRST_MOMENT <= moment <= _LAST_MOMENT else None


def parse_date(text: str, *, day_first: bool) -> date | None:
    """Return the calendar day that the text names, None where it names none; a clock is ignored."""
    if not text.isascii():
        text = with_plain_digits(text)
    text = _END_OF_DAY.sub("00:00", text) if "24:00" in text else text
    text = text.strip()
    try:
        if len(text) > 9 and text[4] == "-" and len(text) <= MAX_CHARACTERS:
            return _iso_form(text).date()
        return _other_form(text, day_first=day_first).date()
    except ValueError:
        return None


def _iso_form(text: str) -> datetime:
    """Return the time of a text that begins like ISO 8601; raises ValueError where it is none.

    `17.06` is a clock there as elsewhere, not a fraction of an hour.
    """
    if text[13:14] not in (".", ","):
        try:
            return datetime.fromisoformat(_with_zone_beside(text))
        except ValueError:
            if ":" not in text:
                raise
    return _other_form(text.strip(), day_first=True)


def _with_zone_beside(text: str) -> str:
    """Return `… 10:00:00 UTC` and `… 10:00:00 -0500` with the zone where ISO 8601 has it."""
    if " " not in text[16:]:
        return text
    return _ZONE_APART.sub(lambda zone: "+00:00" if zone[1].isalpha() else zone[1], text)


def _other_form(text: str, *, day_first: bool) -> datetime:
    """Return the time of a text that is not ISO, local without an offset; raises ValueError where it is no date."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError("too long for a date")
    found = _listed_form(text, day_first=day_first)
    if found is not None:
        return found
    plain, offset = _without_words(text), None
    if told := _OFFSET.search(plain):
        plain = plain[: told.start()]
        offset = UTC if told[1] is None else datetime.strptime(told[1], "%z").tzinfo
    found = _listed_form(plain, day_first=day_first)
    if found is None:
        raise ValueError("no known form of a date")
    return found.replace(tzinfo=offset)


def _listed_form(text: str, *, day_first: bool) -> datetime | None:
    """Return the local time of a text in one of the listed forms, None where it has none of them.

    Raises ValueError where its form names a day or time that there is not.
    """
    found = _NUMERIC.fullmatch(text)
    if found:
        first, second = int(found[1]), int(found[3])
        day, month = (first, second) if day_first else (second, first)
        return _at(found[4], month, day, found.groups()[4:])
    found = _DAY_MONTH.fullmatch(text)
    if found:
        return _at(found[3], _month(found[2]), int(found[1]), found.groups()[3:])
    found = _MONTH_DAY.fullmatch(text)
    if found:
        return _at(found[3], _month(found[1]), int(found[2]), found.groups()[3:])
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _at(found[1], int(found[2]), int(found[3]), found.groups()[3:])
    compact = _COMPACT.fullmatch(text)
    return datetime.fromisoformat(text) if compact else None


def _without_words(text: str) -> str:
    """Return a date without its weekday, its clock as `17:06` or `5:06 pm`."""
    weekday = _WEEKDAY.match(text)
    if weekday and weekday[1].lower() in _WEEKDAYS:
        text = text[weekday.end() :]
    for words, plain in _CLOCK_WORDS:
        text = words.sub(plain, text)
    return text


def _month(word: str) -> int:
    number = _MONTHS.get(word.lower())
    if number is None:
        raise ValueError("no such month")
    return number


def _at(year_given: str, month: int, day: int, clock: tuple[str | None, ...]) -> datetime:
    """Return a local time; two-digit years below 70 are of this century (as POSIX reads them)."""
    year = int(year_given)
    if len(year_given) == 2:
        year += 2000 if year < 70 else 1900
    hour = int(clock[0] or 0)
    if clock[3]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if clock[3][0] in "pP" else 0)
    return datetime(year, month, day, hour, int(clock[1] or 0), int(clock[2] or 0))  # noqa: DTZ001 - local


def decide_day_first(samples: Iterable[str]) -> bool | None:
    """Return whether the day stands first in these texts' `a/b/year` dates, None where none of them tells.

    Texts that contradict each other tell nothing either.
    """
    day_first = month_first = False
    for sample in samples:
        found = _ORDER_SAMPLE.match(sample.strip())
        if found:
            first, second = int(found[1]), int(found[2])
            day_first = day_first or (12 < first <= 31 and second <= 12)
            month_first = month_first or (12 < second <= 31 and first <= 12)
    return None if day_first == month_first else day_first


def oldest_allowed(now: datetime, max_age_days: int) -> datetime:
    """Return the earliest moment that is not too old; the beginning of time when the limit is beyond it."""
    try:
        return now - timedelta(days=max_age_days)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)
