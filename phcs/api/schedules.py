"""Schedules for programs: set up, change, run, switch off and on, delete."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, Body, described
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import current_settings, db
from phcs.queries.schedules import ScheduleFacts, schedule, schedules_of
from phcs.services import schedules
from phcs.services.schedules import Reach, ScheduleAnswers
from phcs.services.uploading import AUTO, UploadChoices

LARGEST_REQUEST = 20_000

bp = Blueprint("api_schedules", __name__, url_prefix="/api/v1/schedules")
problems.register(bp)


class ScheduleRequestShape(TypedDict):
    """Where to look, when, and what becomes of what is found."""

    name: str
    place: str
    cron: str
    source: NotRequired[str]
    template: NotRequired[str]
    duplicates: NotRequired[str]
    on_error: NotRequired[str]
    approves_clean: NotRequired[bool]


class ScheduleShape(TypedDict):
    """A schedule as it is; `next_at` is null while it is switched off."""

    id: str
    name: str
    place: str
    cron: str
    source: str
    template: str
    duplicates: str
    on_error: str
    approves_clean: bool
    next_at: str | None
    last_at: str | None
    last_result: str
    is_failing: bool


class SchedulesShape(TypedDict):
    """All of them."""

    schedules: list[ScheduleShape]


_SECTION = "Schedules"
_REQUEST: ScheduleRequestShape = {
    "name": "Nightly visits",
    "place": "https://example.org/visits.csv",
    "cron": "0 3 * * *",
    "source": "waitwhile",
    "template": "Nightly visits",
    "duplicates": "link",
    "on_error": "skip",
    "approves_clean": False,
}
_SCHEDULE: ScheduleShape = {
    "name": "Nightly visits",
    "place": "https://example.org/visits.csv",
    "cron": "0 3 * * *",
    "source": "waitwhile",
    "template": "Nightly visits",
    "duplicates": "link",
    "on_error": "skip",
    "approves_clean": False,
    "id": "01990000-0000-7000-8000-000000000002",
    "next_at": "2026-11-22T03:00:00+00:00",
    "last_at": None,
    "last_result": "",
    "is_failing": False,
}
_ANSWER = Answer("The schedule.", 200, ScheduleShape, _SCHEDULE)
_BODY = Body(shape=ScheduleRequestShape, example=_REQUEST)
_TEXTS = ("name", "place", "cron", "source", "template", "duplicates", "on_error")


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()
    request.max_content_length = LARGEST_REQUEST


@bp.get("")
@requires(Permission.MANAGE_SCHEDULES)
@described(_SECTION, Answer("Every schedule.", 200, SchedulesShape, {"schedules": [_SCHEDULE]}))
def index() -> Response:
    """List the schedules."""
    found = schedules_of(db.session, organisation_id=calling_actor().organisation_id)
    return jsonify(schedules=[_told(one) for one in found])


@bp.post("")
@requires(Permission.MANAGE_SCHEDULES)
@described(
    _SECTION,
    Answer("It is set up.", 201, ScheduleShape, _SCHEDULE),
    body=_BODY,
    refusals=("invalid_input",),
)
def add() -> tuple[Response, int]:
    """Look at an address or a watched folder by the clock; every new file becomes an import and waits for review.

    `cron` has five fields (minute, hour, day of the month, month, day of the week) in the organisation's time zone.
    """
    made = schedules.add_schedule(
        actor=calling_actor(), now=datetime.now(UTC), answers=_answers(), reach=Reach.of(current_settings())
    )
    return jsonify(_told(_known(made))), 201


@bp.get("/<uuid:schedule_id>")
@requires(Permission.MANAGE_SCHEDULES)
@described(_SECTION, _ANSWER)
def show(schedule_id: UUID) -> Response:
    """Show one schedule."""
    return jsonify(_told(_known(schedule_id)))


@bp.put("/<uuid:schedule_id>")
@requires(Permission.MANAGE_SCHEDULES)
@described(_SECTION, _ANSWER, body=_BODY, refusals=("invalid_input",))
def change(schedule_id: UUID) -> Response:
    """Change a schedule; what is not said is as if it were new."""
    return _after(
        schedule_id,
        partial(schedules.change_schedule, answers=_answers(), reach=Reach.of(current_settings())),
    )


@bp.delete("/<uuid:schedule_id>")
@requires(Permission.MANAGE_SCHEDULES)
@described(_SECTION, Answer("It is deleted.", 204))
def delete(schedule_id: UUID) -> tuple[str, int]:
    """Delete a schedule; its imports stay."""
    schedules.delete_schedule(actor=calling_actor(), now=datetime.now(UTC), schedule_id=schedule_id)
    return "", 204


@bp.post("/<uuid:schedule_id>/disable")
@requires(Permission.MANAGE_SCHEDULES)
@described(_SECTION, _ANSWER)
def disable(schedule_id: UUID) -> Response:
    """Switch a schedule off."""
    return _after(schedule_id, partial(schedules.switch_schedule, is_on=False))


@bp.post("/<uuid:schedule_id>/enable")
@requires(Permission.MANAGE_SCHEDULES)
@described(_SECTION, _ANSWER)
def enable(schedule_id: UUID) -> Response:
    """Switch a schedule on again."""
    return _after(schedule_id, partial(schedules.switch_schedule, is_on=True))


@bp.post("/<uuid:schedule_id>/run")
@requires(Permission.MANAGE_SCHEDULES)
@described(_SECTION, _ANSWER, refusals=("invalid_input",))
def run(schedule_id: UUID) -> Response:
    """Have a schedule look at its place at once, within a few seconds."""
    return _after(schedule_id, schedules.run_now)


def _after(schedule_id: UUID, use_case: Callable[..., None]) -> Response:
    use_case(actor=calling_actor(), now=datetime.now(UTC), schedule_id=schedule_id)
    return jsonify(_told(_known(schedule_id)))


def _answers() -> ScheduleAnswers:
    data: Any = request.get_json(silent=True)
    if not isinstance(data, dict) or not all(isinstance(data.get(name, ""), str) for name in _TEXTS):
        raise InvalidInputError("Send a JSON object with “name”, “place” and “cron”, each a text.")
    usual = UploadChoices()
    return ScheduleAnswers(
        name=data.get("name", ""),
        place=data.get("place", ""),
        cron=data.get("cron", ""),
        approves_clean=data.get("approves_clean") is True,
        choices=UploadChoices(
            source=data.get("source") or AUTO,
            template=data.get("template", ""),
            duplicates=data.get("duplicates") or usual.duplicates,
            on_error=data.get("on_error") or usual.on_error,
        ),
    )


def _known(schedule_id: UUID) -> ScheduleFacts:
    return schedule(db.session, organisation_id=calling_actor().organisation_id, schedule_id=schedule_id)


def _told(one: ScheduleFacts) -> ScheduleShape:
    return {
        "id": str(one.id),
        "name": one.name,
        "place": one.place,
        "cron": one.cron,
        "source": one.choices["source"],
        "template": one.choices["template"],
        "duplicates": one.choices["duplicates"],
        "on_error": one.choices["on_error"],
        "approves_clean": one.approves_clean,
        "next_at": one.next_at.isoformat() if one.next_at else None,
        "last_at": one.last_at.isoformat() if one.last_at else None,
        "last_result": one.last_result,
        "is_failing": one.is_failing,
    }
