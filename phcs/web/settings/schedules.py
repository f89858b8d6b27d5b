"""Schedules: places that are looked at by the clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.options import OnError
from phcs.core.permissions import Permission
from phcs.core.planning import DuplicateStrategy
from phcs.core.sources import SOURCES
from phcs.extensions import current_settings, db
from phcs.queries.mapping_templates import saved_templates
from phcs.queries.schedules import ScheduleFacts, imports_of_schedule, schedule, schedules_of
from phcs.services import schedules
from phcs.services.schedules import Reach, ScheduleAnswers, ScheduleProblemsError
from phcs.services.uploading import AUTO, UploadChoices
from phcs.web.access import current_actor, signed_in
from phcs.web.settings.outcomes import done
from phcs.wording.schedules import cron_words

bp = Blueprint("schedules", __name__, url_prefix="/schedules")


bp.add_app_template_filter(cron_words, "cron_words")


class ScheduleForm(FlaskForm):
    """Where to look, when, and what becomes of what is found."""

    name = StringField(
        "Name",
        validators=[InputRequired("Give the schedule a name."), Length(max=schedules.LONGEST_NAME)],
    )
    place = StringField(
        "Where to look",
        description="An address (https://…, also of a published spreadsheet as CSV), or the name of a watched folder.",
        validators=[InputRequired("Enter where to look."), Length(max=schedules.LONGEST_PLACE)],
    )
    cron = StringField(
        "When",
        description="Minute, hour, day of the month, month, day of the week. 0 3 * * * is each day at three.",
        validators=[InputRequired("Enter when to look, e.g. 0 3 * * *."), Length(max=100)],
        default="0 3 * * *",
    )
    source = SelectField(
        "Where the files come from",
        choices=[
            SelectChoice(AUTO, "Find out from the file"),
            *(SelectChoice(source.key, source.label) for source in SOURCES),
        ],
        default=AUTO,
    )
    template = SelectField("Saved mapping", default="")
    duplicates = SelectField(
        "When PHCS knows the owner already",
        choices=[
            SelectChoice(DuplicateStrategy.LINK.value, "Fill what is empty"),
            SelectChoice(DuplicateStrategy.UPDATE.value, "Update what differs"),
            SelectChoice(DuplicateStrategy.SKIP.value, "Leave the owner as it is"),
        ],
        default=DuplicateStrategy.LINK.value,
    )
    on_error = SelectField(
        "When rows have errors",
        choices=[
            SelectChoice(OnError.SKIP.value, "Import the good rows only"),
            SelectChoice(OnError.STOP.value, "Import nothing until all is good"),
        ],
        default=OnError.SKIP.value,
    )
    approves_clean = BooleanField(
        "Approve clean files by themselves",
        description="A file without any finding is then imported without a review. Not possible with four eyes.",
    )

    @classmethod
    def of(cls, found: ScheduleFacts) -> "ScheduleForm":
        """The form that shows this schedule."""
        chosen = found.choices
        return cls(
            name=found.name,
            place=found.place,
            cron=found.cron,
            approves_clean=found.approves_clean,
            **{name: chosen[name] for name in ("source", "template", "duplicates", "on_error")},
        )

    def offer_templates(self) -> None:
        """Let the organisation's saved mappings be chosen; before the form is looked at."""
        rows = saved_templates(db.session(), organisation_id=signed_in().organisation_id)
        self.template.choices = [
            SelectChoice("", "The one that fits"),
            *(SelectChoice(row.name, row.name) for row in rows),
        ]

    def is_filled_in(self) -> bool:
        """Say whether the form is filled in; where it is not, all else that is wrong is told with it.

        Whether there can be such a schedule is then looked at once, by the use case that keeps it.
        """
        self.offer_templates()
        if self.validate_on_submit():
            return True
        try:
            schedules.require_schedule(
                actor=current_actor(),
                now=datetime.now(UTC),
                answers=self.answers(),
                reach=Reach.of(current_settings()),
            )
        except ScheduleProblemsError as problem:
            self.tell(problem)
        return False

    def tell(self, problem: InvalidInputError) -> None:
        """Show what was refused, each problem at its field."""
        if not isinstance(problem, ScheduleProblemsError):
            self.form_errors.append(problem.sentence)
            return
        for name, sentence in problem.problems.items():
            self[name].errors = self[name].errors or [sentence]

    def answers(self) -> ScheduleAnswers:
        """What was entered, as the use cases take it."""
        return ScheduleAnswers(
            name=self.name.data or "",
            place=self.place.data or "",
            cron=self.cron.data or "",
            approves_clean=self.approves_clean.data,
            choices=UploadChoices(
                source=self.source.data,
                template=self.template.data,
                duplicates=self.duplicates.data,
                on_error=self.on_error.data,
            ),
        )


@bp.get("")
@requires(Permission.MANAGE_SCHEDULES)
def index() -> ResponseReturnValue:
    """List the schedules."""
    found = schedules_of(db.session, organisation_id=signed_in().organisation_id)
    return render_template("settings/schedules.html", schedules=found)


@bp.get("/new")
@requires(Permission.MANAGE_SCHEDULES)
def new() -> ResponseReturnValue:
    """Ask where to look, and when."""
    return _new_page(ScheduleForm())


@bp.post("/new")
@requires(Permission.MANAGE_SCHEDULES)
def add() -> ResponseReturnValue:
    """Set up a schedule."""
    form = ScheduleForm()
    if form.is_filled_in():
        try:
            made = schedules.add_schedule(
                actor=current_actor(),
                now=datetime.now(UTC),
                answers=form.answers(),
                reach=Reach.of(current_settings()),
            )
        except InvalidInputError as problem:
            form.tell(problem)
        else:
            flash("The schedule is set up.", category="success")
            return redirect(url_for("settings.schedules.show", schedule_id=made))
    return _new_page(form), 422


@bp.get("/<uuid:schedule_id>")
@requires(Permission.MANAGE_SCHEDULES)
def show(schedule_id: UUID) -> ResponseReturnValue:
    """Show one schedule and the imports that it made."""
    return _page(schedule_id, ScheduleForm.of(_known(schedule_id)))


@bp.post("/<uuid:schedule_id>")
@requires(Permission.MANAGE_SCHEDULES)
def change(schedule_id: UUID) -> ResponseReturnValue:
    """Change a schedule."""
    form = ScheduleForm()
    if form.is_filled_in():
        try:
            schedules.change_schedule(
                actor=current_actor(),
                now=datetime.now(UTC),
                schedule_id=schedule_id,
                answers=form.answers(),
                reach=Reach.of(current_settings()),
            )
        except InvalidInputError as problem:
            form.tell(problem)
        else:
            flash("The schedule is changed.", category="success")
            return redirect(url_for("settings.schedules.show", schedule_id=schedule_id))
    return _page(schedule_id, form), 422


@bp.post("/<uuid:schedule_id>/enable")
@requires(Permission.MANAGE_SCHEDULES)
def enable(schedule_id: UUID) -> ResponseReturnValue:
    """Switch a schedule on."""
    return _done(
        schedule_id,
        lambda: schedules.switch_schedule(
            actor=current_actor(), now=datetime.now(UTC), schedule_id=schedule_id, is_on=True
        ),
        "The schedule is switched on.",
    )


@bp.post("/<uuid:schedule_id>/disable")
@requires(Permission.MANAGE_SCHEDULES)
def disable(schedule_id: UUID) -> ResponseReturnValue:
    """Switch a schedule off."""
    return _done(
        schedule_id,
        lambda: schedules.switch_schedule(
            actor=current_actor(), now=datetime.now(UTC), schedule_id=schedule_id, is_on=False
        ),
        "The schedule is switched off.",
    )


@bp.post("/<uuid:schedule_id>/run")
@requires(Permission.MANAGE_SCHEDULES)
def run(schedule_id: UUID) -> ResponseReturnValue:
    """Look at its place at once."""
    return _done(
        schedule_id,
        lambda: schedules.run_now(actor=current_actor(), now=datetime.now(UTC), schedule_id=schedule_id),
        "The place will be looked at within a few seconds.",
    )


@bp.post("/<uuid:schedule_id>/delete")
@requires(Permission.MANAGE_SCHEDULES)
def delete(schedule_id: UUID) -> ResponseReturnValue:
    """Forget a schedule."""
    schedules.delete_schedule(actor=current_actor(), now=datetime.now(UTC), schedule_id=schedule_id)
    flash("The schedule is deleted; its imports stay.", category="success")
    return redirect(url_for("settings.schedules.index"))


def _known(schedule_id: UUID) -> ScheduleFacts:
    return schedule(db.session, organisation_id=signed_in().organisation_id, schedule_id=schedule_id)


def _new_page(form: ScheduleForm) -> str:
    form.offer_templates()
    return render_template("settings/schedule_new.html", form=form)


def _page(schedule_id: UUID, form: ScheduleForm) -> str:
    form.offer_templates()
    made = imports_of_schedule(
        db.session, organisation_id=signed_in().organisation_id, schedule_id=schedule_id
    )
    return render_template("settings/schedule.html", schedule=_known(schedule_id), imports=made, form=form)


def _done(schedule_id: UUID, use_case: Callable[[], None], sentence: str) -> ResponseReturnValue:
    return done(url_for("settings.schedules.show", schedule_id=schedule_id), use_case, sentence)
