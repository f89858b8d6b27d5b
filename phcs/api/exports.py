"""Live records as files, for programs and for the links on the pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, Field, described
from phcs.api.reading_requests import moment, one_of, plain
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.permissions import Permission
from phcs.core.records import RecordKind
from phcs.queries.exporting import ExportFilter
from phcs.services.exporting import MEDIA_TYPES, AskedExport, ExportForm, export_records

bp = Blueprint("api_exports", __name__, url_prefix="/api/v1/exports")
problems.register(bp)

KINDS = {f"{kind.value}s": kind for kind in RecordKind}
FORMS = tuple(form.value for form in ExportForm)

FILTERS = (
    Field("format", "The form of the file.", choices=FORMS, default=ExportForm.CSV.value),
    Field("source", "Only records that came from this source.", example="waitwhile_import"),
    Field("import", "Only records that this import created, changed or recognised.", example=""),
    Field("since", "Cases opened, or owners and pets that came, at this day or later.", example="2026-11-01"),
    Field("until", "The same before this day or moment.", example="2026-12-01"),
    Field("tag", "Only cases, or only owners and their pets, with exactly this tag.", example="foster"),
)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("/<kind>")
@requires(Permission.EXPORT_RECORDS)
@described(
    "Exports",
    Answer(
        "The file. It is sent while it is made: one that was cut off has no end.",
        200,
        None,
        "owner.external_id,owner.full_name\r\n0199e1a4-7a10-7b2c-9d3e-4f5a6b7c8d9e,Ana Silva\r\n",
        tuple(MEDIA_TYPES.values()),
    ),
    query=FILTERS,
    refusals=("export.too_many_rows", "not_found"),
)
def export(kind: str) -> Response:
    """Take owners, pets or cases away as a file; `kind` is `owners`, `pets` or `cases`.

    Every column is named after what it feeds, so that PHCS reads the file again without a change: in the organisation
    that wrote it nothing changes, in another the same records come to be. Archived records are left out. In CSV an
    apostrophe stands before what a spreadsheet program could run as a formula.
    """
    if kind not in KINDS:
        raise NotFoundError(f"There is nothing called “{kind[:40]}” to export: owners, pets or cases.")
    asked = AskedExport(
        kind=KINDS[kind],
        form=ExportForm(one_of("format", FORMS) or ExportForm.CSV.value),
        wanted=ExportFilter(
            source=plain("source"),
            import_id=_import_id(),
            since=moment("since"),
            until=moment("until"),
            tag=plain("tag"),
        ),
    )
    pieces = export_records(actor=calling_actor(), now=datetime.now(UTC), asked=asked)
    first = next(pieces)  # what is refused is refused before anything is sent
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    answer = Response(chain((first,), _in_context(app, pieces)), mimetype=MEDIA_TYPES[asked.form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{asked.file_name}"'
    return answer


def _in_context(app: Flask, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Each piece is made in a context of its own, so that none stays open while a slow reader takes the last one."""
    while True:
        with app.app_context():
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _import_id() -> UUID | None:
    text = plain("import").strip()
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise InvalidInputError("“import” is the id of an import.") from error
