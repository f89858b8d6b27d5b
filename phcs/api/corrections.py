"""Rejected rows out and back, the choice about them, and the data-quality log, for programs."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, stream_with_context, url_for

from phcs.api import examples, problems
from phcs.api.access import calling_actor, check_access
from phcs.api.correction_shapes import (
    CORRECTED,
    IMPORT_QUALITY,
    QUALITY,
    CorrectedShape,
    ImportQualityShape,
    QualityCauseShape,
    QualityEntryShape,
    QualityShape,
)
from phcs.api.describing import MULTIPART, PAGING, Answer, Body, Field, described
from phcs.api.import_answers import details_of, import_answer
from phcs.api.reading_requests import moment, one_of, page_size, plain, said, whole
from phcs.api.shapes import ImportShape
from phcs.api.uploads import allow_a_file
from phcs.core.access_marks import requires
from phcs.core.correcting import FORMATS, PACKED
from phcs.core.correcting.writing import MEDIA_TYPES, file_pieces
from phcs.core.errors import InvalidInputError
from phcs.core.findings import Severity
from phcs.core.options import OnError
from phcs.core.packing import packed_pieces
from phcs.core.permissions import Permission
from phcs.core.quality import Resolution
from phcs.extensions import current_settings, db
from phcs.queries.quality import (
    CauseQuality,
    QualityEntry,
    QualityFilter,
    quality_entries,
    quality_of_import,
    quality_of_imports,
    quality_of_sources,
)
from phcs.queries.rejected_rows import error_table, error_tables
from phcs.services.correcting import correct_rows
from phcs.services.error_choice import choose_on_error
from phcs.services.working import workshop_from
from phcs.tasks import hint

bp = Blueprint("api_corrections", __name__, url_prefix="/api/v1")
problems.register(bp)

_FILTERS = (
    Field("resolution", "Only findings that ended so.", choices=tuple(one.value for one in Resolution)),
    Field("severity", "Only findings of this weight.", choices=tuple(one.value for one in Severity)),
    Field("code", "Only findings of this code.", example="phone.missing"),
)
_IMPORT_FILTERS = (
    *_FILTERS,
    Field("source", "Only imports of this source.", example="waitwhile"),
    Field("since", "Uploaded at this day or moment, or later.", example="2026-11-01"),
    Field("until", "Uploaded before this day or moment.", example="2026-12-01"),
)


@bp.before_request
def admit() -> None:
    """Let a known caller in; a corrected file may be as large as any."""
    check_access()
    if request.endpoint == "api_corrections.correct":
        allow_a_file()


@bp.get("/imports/<uuid:import_id>/errors")
@requires(Permission.SEE_IMPORTS)
@described(
    "Rows and findings",
    Answer(
        "The file. It is sent while it is made.",
        200,
        None,
        '"PHCS row id","PHCS reasons","client_name"\r\n"row-12-…","client_name: The row names no owner.…",""\r\n',
        tuple(MEDIA_TYPES.values()),
    ),
    query=(
        Field(
            "format", "The form of the file; a ZIP has a CSV for each table.", choices=FORMATS, default="csv"
        ),
        Field("table", "Which table's rows, where several have some.", "integer", example=1),
    ),
    refusals=("import.no_rejected_rows", "import.purged"),
)
def errors(import_id: UUID) -> Response:
    """Download the rejected rows: permanent row id, reasons, and the file's own columns.

    They are kept after the promotion, too, until the rows of the import are deleted. In CSV an apostrophe stands before
    what a spreadsheet would run or change; `POST …/corrections` takes it off again.
    """
    form = one_of("format", FORMATS) or "csv"
    details, organisation_id = details_of(import_id), calling_actor().organisation_id
    if form == PACKED:
        files = error_tables(db.session(), details, organisation_id=organisation_id)
        pieces = packed_pieces((name, file_pieces(table, form="csv")) for name, table in files)
    else:
        table = error_table(
            db.session(), details, organisation_id=organisation_id, form=form, table_no=whole("table")
        )
        pieces = file_pieces(table, form=form)
    return Response(
        stream_with_context(pieces),
        mimetype=MEDIA_TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="rejected-rows-{import_id}.{form}"',
            "Cache-Control": "no-store",
        },
    )


@bp.post("/imports/<uuid:import_id>/corrections")
@requires(Permission.REPAIR_ROWS)
@described(
    "Rows and findings",
    Answer("What came back.", 202, CorrectedShape, CORRECTED),
    body=Body((Field("file", "The downloaded file with corrections.", "file", required=True),), MULTIPART),
    refusals=("invalid_input", "import.not_correctable", "import.purged", "file.too_large"),
)
def correct(import_id: UUID) -> tuple[Response, int]:
    """Take rejected rows back, corrected: all of the file or nothing of it.

    In review the same import takes them, and its plan is made anew. Once it is completed, a new import brings them
    (`corrected_in`), which waits for an approval of its own.
    """
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidInputError("Send the corrected file as multipart/form-data in the field “file”.")
    done = correct_rows(
        actor=calling_actor(),
        now=datetime.now(UTC),
        import_id=import_id,
        stream=sent.stream,  # type: ignore[arg-type] # werkzeug's stream reads as any other
        file_name=sent.filename,
        workshop=workshop_from(current_settings()),
    )
    if done.rows:
        hint(done.import_id)
    answer: CorrectedShape = {
        "rows": done.rows,
        "cells": done.cells,
        "untouched": done.untouched,
        "corrected_in": str(done.import_id),
        "links": {
            "self": url_for("api_imports.show", import_id=done.import_id),
            "page": f"/imports/{done.import_id}",
        },
    }
    return jsonify(answer), 202


@bp.post("/imports/<uuid:import_id>/on-error")
@requires(Permission.APPROVE)
@described(
    "Decisions",
    Answer("The import with the new choice.", 200, ImportShape, examples.IMPORT),
    body=Body(
        (
            Field(
                "on_error",
                "Whether rows with errors stop the import or are left out.",
                choices=tuple(one.value for one in OnError),
                required=True,
            ),
        )
    ),
    refusals=("invalid_input", "import.wrong_state"),
)
def on_error(import_id: UUID) -> Response:
    """Choose, while an import is mapped or reviewed, what happens to rows with errors."""
    wanted = said("on_error")
    choose_on_error(actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, on_error=wanted)
    return jsonify(import_answer(details_of(import_id)))


@bp.get("/imports/<uuid:import_id>/quality")
@requires(Permission.SEE_IMPORTS)
@described(
    "Rows and findings",
    Answer("Counts, and a page of findings in file order.", 200, ImportQualityShape, IMPORT_QUALITY),
    query=(*_FILTERS, *PAGING),
)
def import_quality(import_id: UUID) -> Response:
    """See every finding of an import and what became of it; it stays when the rows are gone."""
    details_of(import_id)
    organisation_id, session = calling_actor().organisation_id, db.session()
    causes = quality_of_import(session, organisation_id=organisation_id, import_id=import_id)
    page = quality_entries(
        session,
        organisation_id=organisation_id,
        import_id=import_id,
        wanted=_wanted(),
        cursor=request.args.get("cursor"),
        size=page_size(),
    )
    answer: ImportQualityShape = {
        "open": sum(cause.tally.open for cause in causes),
        "resolved": sum(cause.tally.resolved for cause in causes),
        "causes": [_cause(cause) for cause in causes],
        "findings": [_entry(entry) for entry in page.rows],
        "next": page.next,
    }
    return jsonify(answer)


@bp.get("/quality")
@requires(Permission.SEE_IMPORTS)
@described(
    "Rows and findings",
    Answer("Counts by source, and a page of imports.", 200, QualityShape, QUALITY),
    query=(*_IMPORT_FILTERS, *PAGING),
)
def quality() -> Response:
    """See what was found in all imports, in numbers: open and resolved, by source and by import."""
    organisation_id, session, wanted = calling_actor().organisation_id, db.session(), _wanted()
    page = quality_of_imports(
        session,
        organisation_id=organisation_id,
        wanted=wanted,
        cursor=request.args.get("cursor"),
        size=page_size(),
    )
    sources = quality_of_sources(session, organisation_id=organisation_id, wanted=wanted)
    answer: QualityShape = {
        "sources": [
            {"source": source, "open": tally.open, "resolved": tally.resolved}
            for source, tally in sources.items()
        ],
        "imports": [
            {
                "id": str(one.id),
                "file_name": one.file_name,
                "source": one.source,
                "state": one.state.value,
                "open": one.tally.open,
                "resolved": one.tally.resolved,
            }
            for one in page.rows
        ],
        "next": page.next,
    }
    return jsonify(answer)


def _wanted() -> QualityFilter:
    return QualityFilter(
        resolution=one_of("resolution", tuple(one.value for one in Resolution)),
        severity=one_of("severity", tuple(one.value for one in Severity)),
        code=plain("code"),
        source=plain("source"),
        since=moment("since"),
        until=moment("until"),
    )


def _cause(cause: CauseQuality) -> QualityCauseShape:
    return {
        "code": cause.code,
        "severity": cause.severity.value,
        "open": cause.tally.open,
        "resolved": cause.tally.resolved,
        "resolutions": {one.value: number for one, number in cause.tally.by_resolution.items()},
    }


def _entry(entry: QualityEntry) -> QualityEntryShape:
    found = entry.finding
    return {
        "table": entry.table_no,
        "row": entry.row_no,
        "column": found.column,
        "code": found.code.value,
        "severity": found.severity.value,
        "value": found.value,
        "resolution": entry.resolution.value,
        "resolved_by": entry.resolved_by_name,
        "resolved_at": entry.resolved_at.isoformat() if entry.resolved_at else None,
    }
