"""The mission's own endpoints for imports, for a signed-in person and for a program with a key."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, url_for

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import current_settings, db
from phcs.queries.import_report import history_entry_as_json, import_as_json, retention_as_json
from phcs.queries.imports import HistoryFilter, ImportDetails, known_import, recent_imports
from phcs.services.approval import abort_import, approve_import
from phcs.services.store import open_store
from phcs.services.uploading import UploadChoices, UploadLimits, receive_file
from phcs.services.working import keep_days
from phcs.tasks import hint

bp = Blueprint("api_admin", __name__, url_prefix="/api/admin/import")
problems.register(bp)

ENVELOPE_BYTES = 100_000
"""What a multipart request may add to the file itself."""


@bp.before_request
def admit() -> None:
    """Let a known caller in; an upload may then be as large as a file may be."""
    check_access()
    if request.endpoint == "api_admin.upload":
        request.max_content_length = current_settings().max_upload_bytes + ENVELOPE_BYTES


@bp.post("")
@requires(Permission.UPLOAD)
def upload() -> tuple[Response, int]:
    """Take one file; it is read by a worker, so the answer says where to look."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidInputError("Send the export file as multipart/form-data in the field “file”.")
    settings = current_settings()
    import_id = receive_file(
        actor=calling_actor(),
        now=datetime.now(UTC),
        stream=sent.stream,  # type: ignore[arg-type]
        file_name=sent.filename,
        choices=_choices(),
        store=open_store(settings.upload_store),
        limits=UploadLimits(
            max_bytes=settings.max_upload_bytes,
            max_age_days=settings.date_max_age_days,
            future_days=settings.date_future_days,
        ),
    )
    hint(import_id)
    return _answer(import_id), 202


@bp.get("/history")
@requires(Permission.SEE_IMPORTS)
def history() -> Response:
    """List imports, newest first; `next` is the cursor of the following page."""
    page = recent_imports(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        wanted=HistoryFilter(
            state=request.args.get("state", ""),
            source=_plain("source"),
            text=_plain("text"),
            since=_moment("since"),
            until=_moment("until"),
        ),
        cursor=request.args.get("cursor"),
        size=request.args.get("size", 50, type=int),
    )
    return jsonify(imports=[history_entry_as_json(row) for row in page.rows], next=page.next)


@bp.get("/<uuid:import_id>")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> Response:
    """One import: state, progress, counts and plan."""
    return _answer(import_id)


@bp.post("/<uuid:import_id>/approve")
@requires(Permission.APPROVE)
def approve(import_id: UUID) -> tuple[Response, int]:
    """Accept the plan with this fingerprint; promotion follows."""
    return _decided(
        import_id,
        lambda: approve_import(
            actor=calling_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            fingerprint=_said("fingerprint"),
        ),
    )


@bp.post("/<uuid:import_id>/abort")
@requires(Permission.ABORT)
def abort(import_id: UUID) -> tuple[Response, int]:
    """End the import; nothing live changes."""
    return _decided(
        import_id,
        lambda: abort_import(
            actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, reason=_said("reason")
        ),
    )


def _decided(import_id: UUID, use_case: Callable[[], None]) -> tuple[Response, int]:
    use_case()
    hint(import_id)
    return _answer(import_id), 202


def _answer(import_id: UUID) -> Response:
    details = known_import(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        import_id=import_id,
        now=datetime.now(UTC),
    )
    return jsonify(
        **import_as_json(details),
        retention=retention_as_json(details, keep_days(current_settings())),
        progress=_progress(details),
        columns=_columns(details),
        first_rows=[list(row) for table in details.tables[:1] for row in table.reading.first_rows],
        links=_links(details),
    )


def _progress(details: ImportDetails) -> dict[str, Any]:
    progress = details.progress
    return {
        "stage": progress.stage,
        "percent": progress.percent,
        "rows_done": progress.rows_done,
        "rows_total": progress.rows_total,
        "rows_per_second": progress.rate,
        "seconds_left": progress.seconds_left,
    }


def _columns(details: ImportDetails) -> list[dict[str, Any]]:
    """The headings with the suggested mapping; [] until the file has been read."""
    return [
        {
            "heading": column.heading,
            "target": column.target,
            "suggested": column.suggested,
            "confidence": column.confidence,
            "reason": column.reason,
        }
        for table in details.tables[:1]
        for column in table.mapping.columns
    ]


def _links(details: ImportDetails) -> dict[str, str]:
    """What can be called next."""
    import_id = details.row.id
    links = {"self": url_for("api_admin.show", import_id=import_id), "page": f"/imports/{import_id}"}
    if details.row.state == "review":
        links["approve"] = url_for("api_admin.approve", import_id=import_id)
        links["abort"] = url_for("api_admin.abort", import_id=import_id)
    return links


def _choices() -> UploadChoices:
    known = UploadChoices.__dataclass_fields__
    return UploadChoices(**{name: value for name, value in request.form.items() if name in known and value})


def _said(name: str) -> str:
    """A text out of a form or of a JSON object; '' when it is not there."""
    data = request.get_json(silent=True) if request.is_json else request.form
    value = data.get(name, "") if isinstance(data, dict) else ""
    return value if isinstance(value, str) else ""


def _plain(name: str) -> str:
    return request.args.get(name, "").replace("\x00", "")


def _moment(name: str) -> datetime | None:
    """A day or moment of the address, in UTC where it has no zone. Raises InvalidInputError."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        found = datetime.combine(datetime.fromisoformat(text).date(), time()) if len(text) == 10 else None
        moment = found or datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"“{name}” is not a date such as 2026-05-24.") from error
