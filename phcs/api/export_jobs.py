"""Exports that a worker writes: asked for, looked at until they are ready, and fetched."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, url_for

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import PAGING, Answer, Body, Field, described
from phcs.api.export_shapes import EXPORT_JOB, EXPORT_JOBS, ExportJobPageShape, ExportJobShape
from phcs.api.exports import FILTERS, asked_export
from phcs.api.idempotency import id_to_make
from phcs.api.reading_requests import page_size, plain, sent_fields
from phcs.core.access_marks import requires
from phcs.core.exporting.jobs import ExportState
from phcs.core.permissions import Permission
from phcs.extensions import current_settings, db
from phcs.queries.export_jobs import ExportLine, export_line, export_lines
from phcs.services.export_files import fetch_export
from phcs.services.export_jobs import request_export
from phcs.services.exporting import MEDIA_TYPES
from phcs.services.store import open_store
from phcs.tasks.exporting import hint_export

bp = Blueprint("api_export_jobs", __name__, url_prefix="/api/v1/exports")
problems.register(bp)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.post("/<kind>")
@requires(Permission.EXPORT_RECORDS)
@described(
    "Exports",
    Answer("It will be written.", 202, ExportJobShape, {**EXPORT_JOB, "state": "waiting"}),
    body=Body(FILTERS),
    refusals=("export.too_many_open", "not_found"),
)
def start(kind: str) -> tuple[Response, int]:
    """Have a worker write a file of records, however many they are, while nobody waits.

    The filters are those of `GET /api/v1/exports/{kind}`. Look at `links.self` until `state` is `ready`, then fetch
    `links.file`. It is kept until `expires_at`, and fetched with any key of the organisation that may export.
    """
    asked = asked_export(kind, sent_fields())
    actor = calling_actor()
    export_id = request_export(actor=actor, now=datetime.now(UTC), asked=asked, export_id=id_to_make())
    hint_export(export_id)
    answer = jsonify(_answer(_line(export_id)))
    answer.headers["Location"] = url_for("api_export_jobs.show", export_id=export_id)
    return answer, 202


@bp.get("/jobs")
@requires(Permission.EXPORT_RECORDS)
@described(
    "Exports", Answer("A page of them, newest first.", 200, ExportJobPageShape, EXPORT_JOBS), query=PAGING
)
def index() -> Response:
    """List the files that workers wrote or will write, newest first."""
    page = export_lines(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        now=datetime.now(UTC),
        cursor=request.args.get("cursor"),
        size=page_size(),
    )
    answer: ExportJobPageShape = {"exports": [_answer(line) for line in page.rows], "next": page.next}
    return jsonify(answer)


@bp.get("/jobs/<uuid:export_id>")
@requires(Permission.EXPORT_RECORDS)
@described("Exports", Answer("The export as it is now.", 200, ExportJobShape, EXPORT_JOB))
def show(export_id: UUID) -> Response:
    """Look at one export: `waiting`, `writing`, `ready`, `failed` or `expired`, and how far it is.

    Poll it with `If-None-Match` and the `ETag` of the last answer: 304 means that nothing has changed.
    """
    answer = jsonify(_answer(_line(export_id)))
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@bp.get("/jobs/<uuid:export_id>/file")
@requires(Permission.EXPORT_RECORDS)
@described(
    "Exports",
    Answer(
        "The file, whole.",
        200,
        None,
        "owner.external_id,owner.full_name\r\n0199e1a4-7a10-7b2c-9d3e-4f5a6b7c8d9e,Ana Silva\r\n",
        tuple(MEDIA_TYPES.values()),
    ),
    query=(Field("token", "Out of `links.file`.", required=True, example="pB2…"),),
    refusals=("export.not_ready", "not_found"),
)
def file(export_id: UUID) -> Response:
    """Fetch the file of an export that is ready, at the address in `links.file`."""
    fetched = fetch_export(
        actor=calling_actor(),
        now=datetime.now(UTC),
        export_id=export_id,
        token=plain("token"),
        store=open_store(current_settings().upload_store),
    )
    answer = Response(fetched.pieces, mimetype=fetched.media_type)
    answer.content_length = fetched.size
    answer.headers["Content-Disposition"] = f'attachment; filename="{fetched.file_name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _line(export_id: UUID) -> ExportLine:
    return export_line(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        export_id=export_id,
        now=datetime.now(UTC),
    )


def _answer(line: ExportLine) -> ExportJobShape:
    links = {
        "self": url_for("api_export_jobs.show", export_id=line.id),
        "page": f"/exports/{line.id}",
    }
    if line.state is ExportState.READY:
        links["file"] = url_for("api_export_jobs.file", export_id=line.id, token=line.token)
    return {
        "id": str(line.id),
        "kind": line.kind,
        "format": line.form,
        "state": line.state.value,
        "rows_done": line.rows_done,
        "rows_total": line.rows_total,
        "percent": line.percent,
        "size": line.size,
        "asked_by": line.asked_by_name,
        "asked_at": line.asked_at.isoformat(),
        "finished_at": line.finished_at.isoformat() if line.finished_at else None,
        "expires_at": line.expires_at.isoformat() if line.expires_at else None,
        "failure": {"code": line.failure_code, "sentence": line.failure} if line.failure else None,
        "links": links,
    }
