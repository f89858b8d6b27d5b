"""Saved mappings for programs: list, read, take in, delete; and the mapping of one import."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from phcs.api import examples, problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, Body, Field, described
from phcs.api.import_answers import details_of, import_answer
from phcs.api.mapping_shapes import (
    MappingShape,
    TemplateDocumentShape,
    TemplateLineShape,
    TemplatesShape,
    VersionShape,
)
from phcs.api.shapes import ImportShape
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.answers import ImportMappingDocument
from phcs.core.mapping.template_file import LARGEST
from phcs.core.options import AskedReading, AskedTable
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.queries.mapping_templates import TemplateRow, known_template, saved_templates, template_file
from phcs.services.mapping_documents import confirm_document
from phcs.services.mapping_templates import delete_template, take_in_template
from phcs.services.rereading import reread_import, reread_table
from phcs.tasks import hint

bp = Blueprint("api_templates", __name__, url_prefix="/api/v1")
problems.register(bp)

_SECTION = "Saved mappings"


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()
    request.max_content_length = LARGEST + 1


@bp.get("/templates")
@requires(Permission.SEE_IMPORTS)
@described(_SECTION, Answer("The saved mappings.", 200, TemplatesShape, examples.TEMPLATES))
def index() -> Response:
    """List the saved mappings in their newest versions."""
    rows = saved_templates(db.session(), organisation_id=calling_actor().organisation_id)
    return jsonify(templates=[_row(row) for row in rows])


@bp.get("/templates/<uuid:template_id>")
@requires(Permission.SEE_IMPORTS)
@described(_SECTION, Answer("The saved mapping.", 200, TemplateDocumentShape, examples.TEMPLATE_DOCUMENT))
def show(template_id: UUID) -> Response:
    """One saved mapping, as the document that `POST` takes in."""
    saved = known_template(
        db.session(), organisation_id=calling_actor().organisation_id, template_id=template_id
    )
    return jsonify(template_file(saved).as_json())


@bp.post("/templates")
@requires(Permission.MAP_COLUMNS)
@described(
    _SECTION,
    Answer("It is saved.", 201, VersionShape, examples.VERSION),
    query=(Field("name", "Another name than the one in the document.", example="Nightly visits"),),
    body=Body(shape=TemplateDocumentShape, example=examples.TEMPLATE_DOCUMENT),
)
def take_in() -> tuple[Response, int]:
    """Save a mapping; a name that is taken gets its next version."""
    version = take_in_template(
        actor=calling_actor(), now=datetime.now(UTC), content=request.get_data(), name=_query("name")
    )
    return jsonify(version=version), 201


@bp.delete("/templates/<uuid:template_id>")
@requires(Permission.MAP_COLUMNS)
@described(_SECTION, Answer("It is deleted.", 204))
def delete(template_id: UUID) -> tuple[str, int]:
    """Delete a saved mapping in all its versions."""
    delete_template(actor=calling_actor(), now=datetime.now(UTC), template_id=template_id)
    return "", 204


@bp.post("/imports/<uuid:import_id>/mapping")
@requires(Permission.MAP_COLUMNS)
@described(
    "Imports",
    Answer("The import; its rows are checked with this mapping.", 202, ImportShape, examples.IMPORT),
    body=Body(shape=MappingShape, example=examples.MAPPING),
    refusals=("import.wrong_state", "import.already_decided"),
)
def map_import(import_id: UUID) -> tuple[Response, int]:
    """Confirm the mapping of an import, change it first, or have a saved one applied (`template`).

    Columns are named by their headings; what is not named stays as suggested. A target is `<kind>.<fact>` as in
    `columns` of the import, or empty for a column that is not imported. Of several tables say which one is meant
    (`table`), or all of them (`tables`); `kind` says what a row is, and `"take": false` leaves a table out. Rows are
    checked once no table waits any more.
    """
    data = request.get_json(silent=True)
    if not isinstance(data, dict):
        raise InvalidInputError("Send a JSON object: a mapping, or the name of a saved one as “template”.")
    actor, now = calling_actor(), datetime.now(UTC)
    if template := data.get("template"):
        _apply_template(import_id, str(template), data.get("table"))
    else:
        document = ImportMappingDocument.from_json(data, called="The mapping")
        confirm_document(actor=actor, now=now, import_id=import_id, document=document)
    hint(import_id)
    return jsonify(import_answer(details_of(import_id))), 202


def _apply_template(import_id: UUID, template: str, table: object) -> None:
    """Have the file, or one of its tables, mapped as saved."""
    actor, now = calling_actor(), datetime.now(UTC)
    if table is None:
        asked = AskedReading(template=template)
        return reread_import(actor=actor, now=now, import_id=import_id, asked=asked)
    for one in details_of(import_id).file_tables.all:
        if str(table) in {one.name, str(one.table_no)} and one.reading.part:
            return reread_table(
                actor=actor,
                now=now,
                import_id=import_id,
                part=one.reading.part,
                asked=AskedTable(template=template),
            )
    raise InvalidInputError(f"The import has no table called “{str(table)[:100]}”.")


def _query(name: str) -> str:
    return request.args.get(name, "").replace("\x00", "")


def _row(row: TemplateRow) -> TemplateLineShape:
    return {
        "id": str(row.id),
        "name": row.name,
        "version": row.version,
        "source": row.source,
        "kind": row.kind,
        "headings": list(row.headings),
        "saved_at": row.created_at.isoformat(),
        "saved_by": row.created_by_name,
        "used_at": row.used_at.isoformat() if row.used_at else None,
    }
