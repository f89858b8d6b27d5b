"""Schedules: set up, changed, switched off and on, run at once, deleted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.config import Settings
from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.permissions import Permission
from phcs.core.public_addresses import Network, parse_networks
from phcs.models.organisations import Organisation
from phcs.models.schedules import ImportSchedule, ScheduledFile
from phcs.queries.mapping_templates import require_template
from phcs.services import auditing
from phcs.services.identifiers import new_id
from phcs.services.outbound import UnreachableError, require_callable
from phcs.services.schedule_times import next_run
from phcs.services.transactions import transaction
from phcs.services.uploading import UploadChoices, require_known
from phcs.services.watched_places import open_watched

MOST_SCHEDULES = 50
LONGEST_NAME = 100
LONGEST_PLACE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleAnswers:
    """What a person says of a schedule; `place` is an https address or the name of a watched folder."""

    name: str
    place: str
    cron: str
    choices: UploadChoices
    approves_clean: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where this installation may fetch from: private `networks` that are allowed, and the root of watched folders."""

    networks: Sequence[Network] = ()
    watch_root: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "Reach":
        """Return what the installation allows."""
        return cls(networks=parse_networks(settings.fetch_networks), watch_root=settings.watch_root)


class ScheduleProblemsError(InvalidInputError):
    """What was said of a schedule cannot be accepted; `problems` are all that is wrong, each by its answer's name."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def require_schedule(*, actor: Actor, now: datetime, answers: ScheduleAnswers, reach: Reach) -> None:
    """Raise ScheduleProblemsError for what `add_schedule` and `change_schedule` would refuse; nothing is changed."""
    actor.require(Permission.MANAGE_SCHEDULES)
    with transaction() as session:
        _checked(session, actor, now, answers, reach)


def add_schedule(*, actor: Actor, now: datetime, answers: ScheduleAnswers, reach: Reach) -> UUID:
    """Look at a place by the clock from now on; gives the schedule's id.

    Raises ScheduleProblemsError for a place that cannot be looked at, times that are none, choices that do not exist,
    or where clean files shall be approved without a template that says how they are mapped; InvalidInputError where
    there are too many already.
    """
    actor.require(Permission.MANAGE_SCHEDULES)
    with transaction() as session:
        values = _checked(session, actor, now, answers, reach)
        _require_room(session, actor)
        schedule_id = new_id()
        session.add(
            ImportSchedule(
                id=schedule_id,
                organisation_id=actor.organisation_id,
                created_at=now,
                **values,
            )
        )
        _record(session, actor, now, schedule_id, "schedule.added", _told(answers))
    return schedule_id


def change_schedule(
    *, actor: Actor, now: datetime, schedule_id: UUID, answers: ScheduleAnswers, reach: Reach
) -> None:
    """Change a schedule; it goes on from its next time.

    Raises ScheduleProblemsError like `add_schedule`, NotFoundError.
    """
    actor.require(Permission.MANAGE_SCHEDULES)
    with transaction() as session:
        found = _schedule(session, actor, schedule_id)
        values = _checked(session, actor, now, answers, reach)
        if found.next_at is None:
            values["next_at"] = None
        for name, value in values.items():
            setattr(found, name, value)
        _record(session, actor, now, schedule_id, "schedule.changed", _told(answers))


def switch_schedule(*, actor: Actor, now: datetime, schedule_id: UUID, is_on: bool) -> None:
    """Switch a schedule off, or on again from its next time. Raises NotFoundError."""
    actor.require(Permission.MANAGE_SCHEDULES)
    with transaction() as session:
        found = _schedule(session, actor, schedule_id)
        if (found.next_at is not None) == is_on:
            return
        zone = session.get_one(Organisation, actor.organisation_id).time_zone
        found.next_at = next_run(found.cron, after=now, time_zone=zone) if is_on else None
        _record(session, actor, now, schedule_id, f"schedule.{'enabled' if is_on else 'disabled'}", {})


def run_now(*, actor: Actor, now: datetime, schedule_id: UUID) -> None:
    """Have a schedule look at its place at once. Raises NotFoundError, InvalidInputError when it is switched off."""
    actor.require(Permission.MANAGE_SCHEDULES)
    with transaction() as session:
        found = _schedule(session, actor, schedule_id)
        if found.next_at is None:
            raise InvalidInputError("The schedule is switched off. Switch it on first.")
        found.next_at = now


def delete_schedule(*, actor: Actor, now: datetime, schedule_id: UUID) -> None:
    """Forget a schedule; its imports stay. Raises NotFoundError."""
    actor.require(Permission.MANAGE_SCHEDULES)
    with transaction() as session:
        found = _schedule(session, actor, schedule_id)
        session.execute(
            sa.delete(ScheduledFile).where(
                ScheduledFile.organisation_id == actor.organisation_id,
                ScheduledFile.schedule_id == schedule_id,
            )
        )
        session.delete(found)
        _record(session, actor, now, schedule_id, "schedule.deleted", {})


def _checked(
    session: Session, actor: Actor, now: datetime, answers: ScheduleAnswers, reach: Reach
) -> dict[str, Any]:
    """The columns that these answers give, when all of them can be; each is looked at, whatever the others say."""
    name, place = " ".join(answers.name.split()), answers.place.strip()
    zone = session.get_one(Organisation, actor.organisation_id).time_zone
    organisation_id, template = actor.organisation_id, answers.choices.template
    checks: dict[str, Callable[[], object]] = {
        "name": lambda: _require_name(name),
        "place": lambda: _require_place(place, organisation_id, reach),
        "cron": lambda: next_run(answers.cron, after=now, time_zone=zone),
        "source": lambda: require_known(answers.choices),
        "template": lambda: require_template(session, organisation_id=organisation_id, name=template),
        "approves_clean": lambda: _require_mapping_said(answers),
    }
    _require_all(checks)
    return {
        "name": name,
        "place": place,
        "cron": " ".join(answers.cron.split()),
        "choices": asdict(answers.choices),
        "approves_clean": answers.approves_clean,
        "set_up_by_name": actor.name,
        "next_at": next_run(answers.cron, after=now, time_zone=zone),
    }


def _require_all(checks: Mapping[str, Callable[[], object]]) -> None:
    """Make every check. Raises ScheduleProblemsError with all that was refused."""
    problems: dict[str, str] = {}
    for name, check in checks.items():
        try:
            check()
        except InvalidInputError as problem:
            problems[name] = problem.sentence
    if problems:
        raise ScheduleProblemsError(problems)


def _require_name(name: str) -> None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInputError("Give the schedule a name of up to 100 characters.")


def _require_mapping_said(answers: ScheduleAnswers) -> None:
    if answers.approves_clean and not answers.choices.template:
        raise InvalidInputError(
            "Choose the saved mapping for the files; only then can clean files be approved by themselves."
        )


def _require_place(place: str, organisation_id: UUID, reach: Reach) -> None:
    if not place or len(place) > LONGEST_PLACE:
        raise InvalidInputError("Enter where to look: an address (https://…) or a watched folder.")
    if "://" not in place:
        open_watched(reach.watch_root, organisation_id=organisation_id, name=place)
        return
    try:
        require_callable(place, allowed=reach.networks)
    except UnreachableError as problem:
        raise InvalidInputError(problem.sentence) from problem


def _require_room(session: Session, actor: Actor) -> None:
    number = session.scalar(
        sa.select(sa.func.count())
        .select_from(ImportSchedule)
        .where(ImportSchedule.organisation_id == actor.organisation_id)
    )
    if (number or 0) >= MOST_SCHEDULES:
        raise InvalidInputError(f"There are {MOST_SCHEDULES} schedules already. Delete one first.")


def _told(answers: ScheduleAnswers) -> dict[str, Any]:
    return {
        "cron": answers.cron,
        "approves_clean": answers.approves_clean,
        "template": answers.choices.template,
    }


def _schedule(session: Session, actor: Actor, schedule_id: UUID) -> ImportSchedule:
    found = session.scalars(
        sa.select(ImportSchedule)
        .where(ImportSchedule.id == schedule_id, ImportSchedule.organisation_id == actor.organisation_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such schedule in your organisation.")
    return found


def _record(
    session: Session, actor: Actor, now: datetime, schedule_id: UUID, action: str, detail: dict[str, Any]
) -> None:
    auditing.record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject_kind="schedule",
        subject_id=schedule_id,
        detail=detail,
    )
