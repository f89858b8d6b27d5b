"""Live records as files, for programs and for the links on the pages: sent at once."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, request

from phcs.api import problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import Answer, Field, described
from phcs.api.reading_requests import moment_said
from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.permissions import Permission
from phcs.queries.exporting import EXPORTED_KINDS, STATUSES, ExportFilter
from phcs.services.exporting import MEDIA_TYPES, AskedExport, ExportForm, export_records

bp = Blueprint("api_exports", __name__, url_prefix="/api/v1/exports")
problems.register(bp)

FORMS = tuple(form.value for form in ExportForm)
STATUS_WORDS = tuple(dict.fromkeys(word for _, words in STATUSES.values() for word in words))

FILTERS = (
    Field("format", "The form of the file.", choices=FORMS, default=ExportForm.CSV.value),
    Field("text", "Only records that the search box of their list finds by this.", example="silva"),
    Field("status", "Only records with this status; for kinds that have one.", choices=STATUS_WORDS),
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
    """Take records away as a file; `kind` is `owners`, `pets`, `cases` or another kind of records.

    Every column is named after what it feeds, so that PHCS reads the file again without a change: in the organisation
    that wrote it nothing changes, in another the same records come to be. Archived records are left out. In CSV an
    apostrophe stands before what a spreadsheet program could run as a formula. Large files are better asked for by
    POST: a worker writes them while nobody waits.
    """
    asked = asked_export(kind, request.args)
    pieces = export_records(actor=calling_actor(), now=datetime.now(UTC), asked=asked)
    first = next(pieces)  # what is refused is refused before anything is sent
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    answer = Response(chain((first,), _in_context(app, pieces)), mimetype=MEDIA_TYPES[asked.form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{asked.file_name}"'
    return answer


def asked_export(kind: str, given: Mapping[str, Any]) -> AskedExport:
    """What a request asks for, by the names of FILTERS. Raises NotFoundError, InvalidInputError."""
    if kind not in EXPORTED_KINDS:
        raise NotFoundError(
            f"There is nothing called “{kind[:40]}” to export, only: {', '.join(EXPORTED_KINDS)}."
        )
    said = {field.name: given.get(field.name, "") for field in FILTERS}
    if odd := [name for name, value in said.items() if not isinstance(value, str)]:
        raise InvalidInputError(f"“{odd[0]}” is a text.")
    said = {name: value.replace("\x00", "") for name, value in said.items()}
    if said["format"] and said["format"] not in FORMS:
        raise InvalidInputError(f"“format” is one of: {', '.join(FORMS)}.")
    return AskedExport(
        kind=EXPORTED_KINDS[kind],
        form=ExportForm(said["format"] or ExportForm.CSV.value),
        wanted=ExportFilter(
            text=said["text"],
            status=said["status"],
            source=said["source"],
            import_id=_import_id(said["import"].strip()),
            since=moment_said("since", said["since"]),
            until=moment_said("until", said["until"]),
            tag=said["tag"],
        ),
    )


def _in_context(app: Flask, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Each piece is made in a context of its own, so that none stays open while a slow reader takes the last one."""
    while True:
        with app.app_context():
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _import_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise InvalidInputError("“import” is the id of an import.") from error
