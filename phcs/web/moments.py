"""How moments are shown: in the organisation's time zone, and exactly for machines."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_login import current_user
from markupsafe import Markup


def moment(value: datetime | None, missing: str = "\N{EN DASH}") -> Markup | str:
    """Give a `<time>` with day and minute; `missing` when there is none."""
    if value is None:
        return missing
    local = value.astimezone(zone())
    text = f"{local.day} {local:%b %Y, %H:%M}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(value.isoformat(), local.tzname(), text)


def day(value: date | datetime | None, missing: str = "\N{EN DASH}") -> Markup | str:
    """Give a `<time>` with the day; a moment's day is the organisation's."""
    if value is None:
        return missing
    local = value.astimezone(zone()).date() if isinstance(value, datetime) else value
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), f"{local.day} {local:%b %Y}")


def zone() -> ZoneInfo:
    """Give the time zone in which whoever looks at this page thinks."""
    return ZoneInfo(current_user.time_zone if current_user.is_authenticated else "UTC")


def today() -> date:
    """Give the organisation's present day."""
    return datetime.now(UTC).astimezone(zone()).date()


def register(app: Flask) -> None:
    """Give templates the filters `moment` and `day`."""
    app.jinja_env.filters.update(moment=moment, day=day)
