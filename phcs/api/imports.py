"""Imports for programs: upload, history, one import to poll, cancel."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, url_for

from phcs.api import examples, problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import MULTIPART, PAGING, Answer, Body, Field, described
from phcs.api.import_answers import details_of, import_answer, line_answer
from phcs.api.reading_requests import moment, one_of, page_size, plain
from phcs.api.shapes import ImportPageShape, ImportShape
from phcs.api.uploads import allow_a_file, seconds_to_wait, take_file, wait_until_read, webhook_secret
from phcs.core.access_marks import requires
from phcs.core.matching.presets import MatchPreset
from phcs.core.options import OnError
from phcs.core.permissions import Permission
from phcs.core.planning import DuplicateStrategy
from phcs.core.records import ServiceType
from phcs.core.sources import KINDS, SOURCES
from phcs.core.states import ImportState
from phcs.extensions import current_settings, db
from phcs.queries.import_marks import import_mark
from phcs.queries.imports import HistoryFilter, recent_imports
from phcs.services.approval import cancel_import
from phcs.services.working import keep_days

bp = Blueprint("api_imports", __name__, url_prefix="/api/v1/imports")
problems.register(bp)

WAIT_SECONDS = 3.0
"""For how long an upload waits for its headings when the caller does not say."""

STATES = tuple(state.value for state in ImportState)
_SOURCES = ("auto", *(source.key for source in SOURCES))

UPLOAD_FIELDS = (
    Field(
        "file",
        "The export file: CSV, XLSX, JSON, ICS or VCF, or a ZIP of these. May be sent several times: files that belong "
        "together become one import.",
        "files",
        required=True,
    ),
    Field("source", "The system it comes from.", choices=_SOURCES, default="auto"),
    Field("kind", "What a row is about.", choices=KINDS, default="auto"),
    Field(
        "duplicates",
        "What happens to people whom PHCS knows.",
        choices=tuple(one.value for one in DuplicateStrategy),
        default=DuplicateStrategy.LINK.value,
    ),
    Field(
        "on_error",
        "Whether rows with errors are left out or stop the import.",
        choices=tuple(one.value for one in OnError),
        default=OnError.SKIP.value,
    ),
    Field(
        "matching",
        "How owners are recognised; else as the organisation has chosen.",
        choices=tuple(one.value for one in MatchPreset),
    ),
    Field(
        "new_pet_is_new_owner",
        "With “phone_name_pet”: whether who comes with another pet is another owner.",
        choices=("yes", "no"),
    ),
    Field("service", "The service of rows that name none.", choices=tuple(one.value for one in ServiceType)),
    Field("template", "A saved mapping by its name; “-” for none.", example="Nightly visits"),
    Field(
        "auto_map",
        "With “no” the import waits for you to confirm the mapping, however sure it is.",
        choices=("yes", "no"),
        default="yes",
    ),
    Field(
        "external_id",
        "What your own system calls this import; no two imports share one.",
        example="nightly-2026-11-21",
    ),
    Field(
        "webhook_url",
        "An address that hears of this import; the answer then holds `webhook_secret`.",
        example="https://example.org/hooks",
    ),
    Field(
        "wait",
        "For how many seconds (0 to 10) to wait for the headings.",
        "number",
        example=3,
        default=WAIT_SECONDS,
    ),
)

HISTORY_FILTERS = (
    Field("state", "Only imports in this state.", choices=STATES),
    Field("source", "Only imports of this source.", example="waitwhile"),
    Field("text", "Only imports whose file name holds this.", example="visits"),
    Field("external_id", "The import that your own system calls so.", example="nightly-2026-11-21"),
    Field("since", "Uploaded at this day or moment, or later.", example="2026-11-01"),
    Field("until", "Uploaded before this day or moment.", example="2026-12-01"),
    *PAGING,
)


@bp.before_request
def admit() -> None:
    """Let a known caller in; an upload may then be as large as a file may be."""
    check_access()
    if request.endpoint == "api_imports.upload":
        allow_a_file()


@bp.post("")
@requires(Permission.UPLOAD)
@described(
    "Imports",
    Answer(
        "The import, with headings and suggested mapping if it could be read in time.",
        202,
        ImportShape,
        examples.IMPORT,
    ),
    body=Body(UPLOAD_FIELDS, MULTIPART),
    refusals=("import.external_id_taken", "file.empty", "file.too_large", "invalid_input"),
)
def upload() -> tuple[Response, int]:
    """Upload an export file, or several that belong together.

    The file is kept before this answers; a worker reads it. When that takes longer than `wait`, `tables` is
    still empty: look at `links.self` again. Nothing becomes live before an approval.
    """
    seconds = seconds_to_wait(WAIT_SECONDS)
    import_id = take_file()
    answer = jsonify({**import_answer(wait_until_read(import_id, seconds=seconds)), **webhook_secret()})
    answer.headers["Location"] = url_for("api_imports.show", import_id=import_id)
    return answer, 202


@bp.get("")
@requires(Permission.SEE_IMPORTS)
@described(
    "Imports",
    Answer("A page of imports, newest first.", 200, ImportPageShape, examples.IMPORTS),
    query=HISTORY_FILTERS,
)
def index() -> Response:
    """List imports, newest first.

    `next` is the cursor of the following page, null on the last one.
    """
    page = recent_imports(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        wanted=HistoryFilter(
            state=one_of("state", STATES),
            source=plain("source"),
            text=plain("text"),
            external_id=plain("external_id"),
            since=moment("since"),
            until=moment("until"),
        ),
        cursor=request.args.get("cursor"),
        size=page_size(),
    )
    answer: ImportPageShape = {"imports": [line_answer(row) for row in page.rows], "next": page.next}
    return jsonify(answer)


@bp.get("/<uuid:import_id>")
@requires(Permission.SEE_IMPORTS)
@described("Imports", Answer("The import as it is now.", 200, ImportShape, examples.IMPORT))
def show(import_id: UUID) -> Response:
    """Look at one import: state, progress, counts, plan and what can be called next.

    Poll it with `If-None-Match` and the `ETag` of the last answer: 304 means that nothing has changed.
    """
    mark = import_mark(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        import_id=import_id,
        keep=keep_days(current_settings()),
    )
    if request.if_none_match.contains_weak(mark):
        answer = Response(status=304)
    else:
        answer = jsonify(import_answer(details_of(import_id)))
    answer.set_etag(mark, weak=True)  # seconds that are left may differ meanwhile
    answer.make_conditional(request)
    return answer


@bp.delete("/<uuid:import_id>")
@requires(Permission.CANCEL)
@described(
    "Imports",
    Answer("It is cancelled.", 200, ImportShape, examples.IMPORT),
    refusals=("import.wrong_state",),
)
def cancel(import_id: UUID) -> Response:
    """Cancel an import before review; nothing was changed. From review on, abort it."""
    cancel_import(actor=calling_actor(), now=datetime.now(UTC), import_id=import_id)
    return jsonify(import_answer(details_of(import_id)))
