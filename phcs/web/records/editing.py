"""Editing owners, pets and cases."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.editing import (
    EDITABLE,
    InvalidEditError,
    RecordChangedError,
    Typed,
    is_same_text,
    shown_texts,
)
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.queries.editable_records import EditableRecord, editable_record, last_editor
from phcs.services.record_editing import edit_record
from phcs.web.access import current_actor
from phcs.web.moments import zone
from phcs.web.records.edit_forms import FORMS, GROUPS, INPUTS, OPEN_LISTS, EditForm

bp = Blueprint("editing", __name__)

PAGES = {
    RecordKind.OWNER: ("records.owners.show", "owner_id"),
    RecordKind.PET: ("records.pets.show", "pet_id"),
    RecordKind.CASE: ("records.cases.show", "case_id"),
}


@bp.get("/owners/<uuid:owner_id>/edit")
@requires(Permission.EDIT_RECORDS)
def edit_owner(owner_id: UUID) -> ResponseReturnValue:
    """Show an owner's facts as a form."""
    return _opened(RecordKind.OWNER, owner_id)


@bp.post("/owners/<uuid:owner_id>/edit")
@requires(Permission.EDIT_RECORDS)
def save_owner(owner_id: UUID) -> ResponseReturnValue:
    """Store what was typed about an owner."""
    return _saved(RecordKind.OWNER, owner_id)


@bp.get("/pets/<uuid:pet_id>/edit")
@requires(Permission.EDIT_RECORDS)
def edit_pet(pet_id: UUID) -> ResponseReturnValue:
    """Show a pet's facts as a form."""
    return _opened(RecordKind.PET, pet_id)


@bp.post("/pets/<uuid:pet_id>/edit")
@requires(Permission.EDIT_RECORDS)
def save_pet(pet_id: UUID) -> ResponseReturnValue:
    """Store what was typed about a pet."""
    return _saved(RecordKind.PET, pet_id)


@bp.get("/cases/<uuid:case_id>/edit")
@requires(Permission.EDIT_RECORDS)
def edit_case(case_id: UUID) -> ResponseReturnValue:
    """Show a case's facts as a form."""
    return _opened(RecordKind.CASE, case_id)


@bp.post("/cases/<uuid:case_id>/edit")
@requires(Permission.EDIT_RECORDS)
def save_case(case_id: UUID) -> ResponseReturnValue:
    """Store what was typed about a case."""
    return _saved(RecordKind.CASE, case_id)


def _opened(kind: RecordKind, record_id: UUID) -> ResponseReturnValue:
    found = _record(kind, record_id)
    if found.is_archived:
        raise InvalidInputError(f"This {kind.value} is archived, so it cannot be edited.")
    return _page(found, _form(found, {}))


def _saved(kind: RecordKind, record_id: UUID) -> ResponseReturnValue:
    sent = FORMS[kind]()
    version, opened = _opened_state(sent)
    typed = _typed(sent, kind)
    touched = {name: text for name, text in typed.items() if not is_same_text(text, opened.get(name, ""))}
    actor = current_actor()
    try:
        changed = edit_record(
            actor=actor,
            organisation_id=actor.organisation_id,
            kind=kind,
            record_id=record_id,
            version=version,
            changes=touched,
            now=datetime.now(UTC),
        )
    except InvalidEditError as refusal:
        return _refused(_record(kind, record_id), sent, refusal)
    except RecordChangedError:
        return _overtaken(_record(kind, record_id), touched, opened)
    if changed:
        flash("What you changed is saved.", category="success")
    else:
        flash("Nothing was different, so nothing was saved.", category="info")
    return redirect(_page_of(kind, record_id))


def _page_of(kind: RecordKind, record_id: UUID) -> str:
    endpoint, name = PAGES[kind]
    values: dict[str, Any] = {name: record_id}
    return url_for(endpoint, **values)


def _record(kind: RecordKind, record_id: UUID) -> EditableRecord:
    return editable_record(
        db.session(), organisation_id=current_actor().organisation_id, kind=kind, record_id=record_id
    )


def _opened_state(sent: EditForm) -> tuple[int, dict[str, Typed]]:
    """The version and the texts that the browser had been given. Raises InvalidInputError for a form that is torn."""
    try:
        opened = json.loads(sent.opened.data or "")
        texts = {
            str(name): tuple(text) if isinstance(text, list) else str(text) for name, text in opened.items()
        }
        return int(sent.version.data or ""), texts
    except (ValueError, AttributeError) as error:
        raise InvalidInputError("This form is not complete. Open the record and edit it again.") from error


def _typed(sent: EditForm, kind: RecordKind) -> dict[str, Typed]:
    """What the form's fields hold; a field that was not sent says nothing."""
    data = {name: sent[name].data for name in EDITABLE[kind]}
    return {
        name: tuple(text) if isinstance(text, list) else text
        for name, text in data.items()
        if text is not None
    }


def _form(found: EditableRecord, typed: Mapping[str, Typed]) -> EditForm:
    """A form of the record as it is now, with what somebody typed in its place."""
    shown = shown_texts(found.kind, found.facts, zone())
    opened = json.dumps(
        {name: list(text) if isinstance(text, tuple) else text for name, text in shown.items()}
    )
    return _with_words_of_its_own(
        FORMS[found.kind](formdata=None, data={**shown, **typed, "version": found.version, "opened": opened}),
        found.kind,
    )


def _with_words_of_its_own(form: EditForm, kind: RecordKind) -> EditForm:
    """Let lists of usual answers offer the word that the record holds."""
    for name in OPEN_LISTS.intersection(EDITABLE[kind]):
        field = form[name]
        if field.data and field.data not in [choice.value for choice in field.choices]:
            field.choices = [*field.choices, (field.data, field.data)]
    return form


def _refused(found: EditableRecord, sent: EditForm, refusal: InvalidEditError) -> ResponseReturnValue:
    """The form as it was sent, with a sentence beside each field that cannot be stored."""
    form = _with_words_of_its_own(sent, found.kind)
    for name, sentence in refusal.problems.items():
        form[name].errors = [sentence]
    return _page(found, form), 422


def _overtaken(
    found: EditableRecord, touched: Mapping[str, Typed], opened: Mapping[str, Typed]
) -> ResponseReturnValue:
    """The form of the record as it is now, with what was typed; fields that both changed say what they hold now."""
    form = _form(found, touched)
    shown = shown_texts(found.kind, found.facts, zone())
    for name, text in touched.items():
        if not is_same_text(shown[name], opened.get(name, "")) and not is_same_text(shown[name], text):
            form[name].errors = [f"It says “{_said(shown[name])}” now. What you typed would replace that."]
    editor = last_editor(
        db.session(), organisation_id=current_actor().organisation_id, kind=found.kind, record_id=found.id
    )
    return _page(found, form, overtaken_by=editor or "Somebody"), 409


def _said(text: Typed) -> str:
    return (text if isinstance(text, str) else ", ".join(text)) or "nothing"


def _page(found: EditableRecord, form: EditForm, *, overtaken_by: str = "") -> str:
    return render_template(
        "records/edit.html",
        record=found,
        form=form,
        groups=GROUPS[found.kind],
        inputs=INPUTS,
        back=_page_of(found.kind, found.id),
        overtaken_by=overtaken_by,
    )
