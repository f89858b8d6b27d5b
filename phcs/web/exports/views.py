"""Taking records away: a small file at once, a large one when a worker has written it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.permissions import Permission
from phcs.extensions import current_settings, db
from phcs.queries.export_jobs import ExportLine, export_line, export_lines
from phcs.queries.exporting import EXPORTED_KINDS, ExportFilter, export_count
from phcs.services.export_files import fetch_export
from phcs.services.export_jobs import request_export
from phcs.services.exporting import AskedExport, ExportForm, check_filters
from phcs.services.store import open_store
from phcs.tasks.exporting import hint_export
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment

bp = Blueprint("exports", __name__, url_prefix="/exports")

FILTERS = ("text", "status", "source", "import")
"""What lists of records and their files are narrowed by alike, as the API calls it too."""


@bp.get("")
@requires(Permission.EXPORT_RECORDS)
def index() -> str:
    """List the files that workers wrote or will write, the newest first."""
    found = export_lines(
        db.session(),
        organisation_id=current_actor().organisation_id,
        now=datetime.now(UTC),
        cursor=request.args.get("cursor"),
    )
    return render_template("exports/index.html", found=found)


@bp.post("/<kind>")
@requires(Permission.EXPORT_RECORDS)
def start(kind: str) -> ResponseReturnValue:
    """Hand over a small file at once; have a worker write a large one."""
    actor, said = current_actor(), {name: _field(name) for name in FILTERS}
    asked = _asked(kind, request.form.get("format", ""), said)
    check_filters(asked)
    most = current_settings().export_stream_rows
    number = export_count(
        db.session(),
        organisation_id=actor.organisation_id,
        kind=asked.kind,
        wanted=asked.wanted,
        at_most=most + 1,
    )
    if number <= most:
        narrowed: dict[str, Any] = {name: value for name, value in said.items() if value}
        return redirect(url_for("api_exports.export", kind=kind, format=asked.form.value, **narrowed), 303)
    export_id = request_export(actor=actor, now=datetime.now(UTC), asked=asked)
    hint_export(export_id)
    flash("The file will be written. You can go on working; a notice tells you when it is ready.", "success")
    return redirect(url_for("exports.show", export_id=export_id), 303)


@bp.get("/<uuid:export_id>")
@requires(Permission.EXPORT_RECORDS)
def show(export_id: UUID) -> str:
    """Show how far a file is, and the link to it."""
    return render_template("exports/show.html", found=_line(export_id))


@bp.get("/<uuid:export_id>/progress")
@requires(Permission.EXPORT_RECORDS)
def progress(export_id: UUID) -> ResponseReturnValue:
    """The moving part of the page; when nothing moves any more, the whole page is fetched anew."""
    found = _line(export_id)
    if not asks_for_fragment():
        return render_template("exports/show.html", found=found)
    if not found.is_open:
        return Response(headers={"HX-Refresh": "true"})
    return render_template("exports/_progress.html", found=found, is_fragment=True)


@bp.get("/<uuid:export_id>/file")
@requires(Permission.EXPORT_RECORDS)
def file(export_id: UUID) -> Response:
    """Download the file."""
    fetched = fetch_export(
        actor=current_actor(),
        now=datetime.now(UTC),
        export_id=export_id,
        token=request.args.get("token", ""),
        store=open_store(current_settings().upload_store),
    )
    answer = Response(fetched.pieces, mimetype=fetched.media_type)
    answer.content_length = fetched.size
    answer.headers["Content-Disposition"] = f'attachment; filename="{fetched.file_name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked(kind: str, form: str, said: dict[str, str]) -> AskedExport:
    if kind not in EXPORTED_KINDS:
        raise NotFoundError(f"There is nothing called “{kind[:40]}” to take away.")
    if form not in list(ExportForm):
        raise InvalidInputError("Choose CSV, XLSX or JSON.")
    try:
        import_id = UUID(said["import"]) if said["import"] else None
    except ValueError as error:
        raise InvalidInputError(
            "This address names no import. Follow a link to it instead of typing it."
        ) from error
    wanted = ExportFilter(
        text=said["text"], status=said["status"], source=said["source"], import_id=import_id
    )
    return AskedExport(kind=EXPORTED_KINDS[kind], form=ExportForm(form), wanted=wanted)


def _field(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "").strip()


def _line(export_id: UUID) -> ExportLine:
    return export_line(
        db.session(),
        organisation_id=current_actor().organisation_id,
        export_id=export_id,
        now=datetime.now(UTC),
    )
