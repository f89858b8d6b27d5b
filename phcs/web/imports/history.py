"""The history of imports."""

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, render_template, request

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.imports import HistoryFilter, recent_imports
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment
from phcs.web.moments import zone

bp = Blueprint("history", __name__)
FILTERS = ("text", "state", "source", "since", "until")


@bp.get("")
@requires(Permission.SEE_IMPORTS)
def index() -> str:
    """List imports, newest first; for htmx only the table."""
    chosen = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    page = recent_imports(
        db.session(),
        organisation_id=current_actor().organisation_id,
        wanted=_wanted(chosen),
        cursor=request.args.get("cursor"),
    )
    template = "imports/_history.html" if asks_for_fragment() else "imports/history.html"
    return render_template(template, found=page, chosen=chosen)


def _wanted(chosen: dict[str, str]) -> HistoryFilter:
    return HistoryFilter(
        state=chosen.get("state", ""),
        source=chosen.get("source", "").replace("\x00", ""),
        text=chosen.get("text", "").replace("\x00", ""),
        since=midnight(chosen["since"]) if "since" in chosen else None,
        until=midnight(chosen["until"], days=1) if "until" in chosen else None,
    )


def midnight(text: str, *, days: int = 0) -> datetime:
    """The start of a day of the organisation, or of the day so many days later. Raises InvalidInputError."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time(), tzinfo=zone()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"“{text[:20]}” is no date. Write it as 2026-05-24.") from error
