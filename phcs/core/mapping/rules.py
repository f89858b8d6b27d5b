"""What the organisation's settings, the table and the clock make of a check, worked out once for each table."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from phcs.core.errors import InvalidInputError
from phcs.core.findings import Severity
from phcs.core.values.currencies import currency_of_region
from phcs.core.values.dates import MONTH_FIRST_REGIONS, oldest_allowed, parse_date, parse_moment
from phcs.core.values.money import usual_mark


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """An organisation's settings for checking.

    `region` (ISO 3166 alpha-2) is meant by phone numbers without country code, and by dates whose order
    the table leaves open; `time_zone` (IANA) by times without zone. A case may be opened at most
    `max_age_days` before and `future_days` after the check (five years with their leap days by default).
    `keep_invalid_optional` turns format errors of phone and e-mail into warnings that keep the text as given.
    `currency` (ISO 4217) is meant by amounts that name none; '' is the one that is usual in the region.
    """

    region: str = "US"
    time_zone: str = "UTC"
    max_age_days: int = 5 * 365 + 2
    future_days: int = 0
    keep_invalid_optional: bool = False
    currency: str = ""


@dataclass(frozen=True, slots=True)
class CheckRules:
    """Settings made ready for the rows of one table.

    `now` is the moment of upload, `invalid` the severity of a malformed phone or e-mail. `currency` is meant by an
    amount that names none, `usual_mark` (`comma` or `point`) stands before decimals where nothing else tells.
    """

    region: str
    zone: tzinfo
    day_first: bool
    is_order_known: bool
    oldest: datetime
    latest: datetime
    now: datetime
    invalid: Severity
    currency: str
    usual_mark: str

    @classmethod
    def of(cls, *, settings: CheckSettings, day_first: bool | None, now: datetime) -> "CheckRules":
        """Return the rules; raises InvalidInputError for a time zone that does not exist."""
        return cls(
            region=settings.region,
            zone=_zone_named(settings.time_zone),
            day_first=settings.region not in MONTH_FIRST_REGIONS if day_first is None else day_first,
            is_order_known=day_first is not None,
            oldest=oldest_allowed(now, settings.max_age_days),
            latest=now + timedelta(days=settings.future_days),
            now=now,
            invalid=Severity.WARNING if settings.keep_invalid_optional else Severity.ERROR,
            currency=settings.currency or currency_of_region(settings.region),
            usual_mark=usual_mark(settings.region),
        )

    def moment(self, text: str) -> datetime | None:
        """Return the moment in UTC; where the table leaves the order open, the only possible one is taken."""
        found = parse_moment(text, zone=self.zone, day_first=self.day_first)
        if found is None and not self.is_order_known:
            return parse_moment(text, zone=self.zone, day_first=not self.day_first)
        return found

    def day(self, text: str) -> date | None:
        """Return the calendar day; the order of day and month as for `moment`."""
        found = parse_date(text, day_first=self.day_first)
        if found is None and not self.is_order_known:
            return parse_date(text, day_first=not self.day_first)
        return found


def _zone_named(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInputError(
            f"There is no time zone called {name}; use a name such as America/New_York."
        ) from error
