"""Uploading an export file, or several that belong together."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError, NoRoomError, NotFoundError, UnreadableFileError
from phcs.core.packing import NamedFile
from phcs.core.permissions import Permission
from phcs.extensions import current_settings, db
from phcs.queries.mapping_templates import saved_templates
from phcs.queries.matching_settings import usual_match_rules
from phcs.services.store import open_store
from phcs.services.uploading import UploadChoices, UploadLimits, receive_files
from phcs.tasks import hint
from phcs.web.access import current_actor, may
from phcs.web.htmx import asks_for_fragment
from phcs.web.imports.forms import UploadForm

bp = Blueprint("upload", __name__)

ENVELOPE_BYTES = 100_000
"""What a form may add to the file itself."""

SAMPLE = "waitwhile-sample.csv"
TOO_LARGE = "file.too_large"


@bp.url_value_preprocessor
def raise_limit(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001
    """Let people who may upload send a whole file; this runs before anything reads the form."""
    if endpoint == "imports.upload.receive" and current_user.is_authenticated and may(Permission.UPLOAD):
        request.max_content_length = current_settings().max_upload_bytes + ENVELOPE_BYTES


@bp.get("/new")
@requires(Permission.UPLOAD)
def new() -> str:
    """Ask for a file."""
    return _page(_form())


@bp.post("/new")
@requires(Permission.UPLOAD)
def receive() -> ResponseReturnValue:
    """Keep the files and go on to their import; what cannot be accepted is said beside its field."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 400
    sent = [NamedFile(one.filename or "", one.stream) for one in form.file.data]
    try:
        import_id = _received(sent, form.upload_choices())
    except UnreadableFileError as problem:
        form.file.errors = [problem.sentence]
        return _page(form), 413 if problem.reason == TOO_LARGE else 422
    except NoRoomError as problem:
        form.file.errors = [problem.sentence]
        return _page(form), 507
    except InvalidInputError as problem:
        form.form_errors.append(problem.sentence)
        return _page(form), 422
    return _gone_to(import_id)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_problem: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say the limit beside the field when a request is too large to be looked into."""
    form = _form(formdata=None)
    limit = current_settings().max_upload_bytes / 1_000_000
    form.file.errors = [
        f"What you chose is larger than {limit:g} MB. Split the export, or ask for a larger limit."
    ]
    return _page(form), 413


@bp.get("/sample")
@requires(Permission.UPLOAD)
def sample() -> ResponseReturnValue:
    """Download the sample export of the demo."""
    return send_file(_sample_path(), mimetype="text/csv", as_attachment=True, download_name=SAMPLE)


@bp.post("/sample/upload")
@requires(Permission.UPLOAD)
def upload_sample() -> ResponseReturnValue:
    """Upload the sample export as if it had been chosen."""
    with _sample_path().open("rb") as stream:
        return _gone_to(_received([NamedFile(SAMPLE, stream)], UploadChoices()))


def sample_exists() -> bool:
    """Whether the demo put a sample export into the instance folder."""
    return _sample_place().is_file()


def _sample_place() -> Path:
    return Path(current_settings().instance) / "samples" / SAMPLE


def _sample_path() -> Path:
    if not sample_exists():
        raise NotFoundError("There is no sample export here.")
    return _sample_place()


def _received(files: Sequence[NamedFile], choices: UploadChoices) -> UUID:
    settings = current_settings()
    import_id = receive_files(
        actor=current_actor(),
        now=datetime.now(UTC),
        files=files,
        choices=choices,
        store=open_store(settings.upload_store),
        limits=UploadLimits.of(settings),
    )
    hint(import_id)
    return import_id


def _form(**given: Any) -> UploadForm:
    """The form with the saved mappings that may be chosen, and what the organisation chooses usually."""
    usual = usual_match_rules(db.session(), organisation_id=current_actor().organisation_id)
    form = UploadForm(matching=usual.preset.value, new_pet_is_new_owner=usual.new_pet_is_new_owner, **given)
    rows = saved_templates(db.session(), organisation_id=current_actor().organisation_id)
    form.offer_templates(row.name for row in rows)
    return form


def _gone_to(import_id: UUID) -> ResponseReturnValue:
    """The import's page; htmx, which has sent the file for its progress, makes the whole window go there."""
    address = url_for("imports.overview.show", import_id=import_id)
    return Response(headers={"HX-Redirect": address}) if asks_for_fragment() else redirect(address)


def _page(form: UploadForm) -> str:
    template = "imports/_upload_form.html" if asks_for_fragment() else "imports/new.html"
    return render_template(template, form=form, limits=current_settings(), has_sample=sample_exists())
