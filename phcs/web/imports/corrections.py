"""Rejected rows out as a file, and the corrected file back in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import RequestEntityTooLarge

from phcs.core.access_marks import requires
from phcs.core.correcting import FORMATS, PACKED
from phcs.core.correcting.writing import MEDIA_TYPES, file_pieces
from phcs.core.errors import NotAllowedError, NotFoundError, UseCaseError
from phcs.core.packing import packed_pieces
from phcs.core.permissions import Permission
from phcs.extensions import current_settings, db
from phcs.queries.corrections import corrected_cells, correcting_imports, correction_batches, known_batch
from phcs.queries.rejected_rows import error_table, error_tables, has_rejected, tables_with_rejected
from phcs.services.correcting import Corrected, correct_rows, may_be_corrected
from phcs.services.error_choice import choose_on_error
from phcs.services.repairing import take_back_repairs
from phcs.services.working import workshop_from
from phcs.tasks import hint
from phcs.web.access import current_actor, may
from phcs.web.imports.looking import decided, details_of
from phcs.web.imports.words import counted

bp = Blueprint("corrections", __name__, url_prefix="/<uuid:import_id>")
ENVELOPE_BYTES = 100_000
"""What a form may add to the file itself."""


class CorrectedFileForm(FlaskForm):
    """A file of rejected rows with corrections."""

    file = FileField(
        "File with your corrections", validators=[FileRequired("Choose the corrected file first.")]
    )


@bp.url_value_preprocessor
def raise_limit(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001 - Flask's signature
    """Let people who may repair rows send a whole file; this runs before anything reads the form."""
    if (
        endpoint == "imports.corrections.receive"
        and current_user.is_authenticated
        and may(Permission.REPAIR_ROWS)
    ):
        request.max_content_length = current_settings().max_upload_bytes + ENVELOPE_BYTES


@bp.get("/corrections")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Offer the rejected rows, take them back corrected, and list what came back so far."""
    return _page(import_id, CorrectedFileForm())


@bp.post("/corrections")
@requires(Permission.REPAIR_ROWS)
def receive(import_id: UUID) -> ResponseReturnValue:
    """Take a corrected file back; what cannot be accepted is said beside its field."""
    form = CorrectedFileForm()
    if not form.validate_on_submit():
        return _page(import_id, form), 400
    sent = request.files["file"]
    try:
        done = correct_rows(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            stream=sent.stream,  # type: ignore[arg-type] # werkzeug's stream reads as any other
            file_name=sent.filename or "",
            workshop=workshop_from(current_settings()),
        )
    except (NotFoundError, NotAllowedError):
        raise
    except UseCaseError as problem:
        form.file.errors = [problem.sentence]
        return _page(import_id, form), 422
    return _gone_on(import_id, done)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_problem: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say the limit beside the field when a request is too large to be looked into."""
    form = CorrectedFileForm(formdata=None)
    limit = current_settings().max_upload_bytes / 1_000_000
    form.file.errors = [f"The file is larger than {limit:g} MB. Upload some of the corrected rows at a time."]
    return _page(UUID(str((request.view_args or {})["import_id"])), form), 413


@bp.get("/errors.<form>")
@requires(Permission.SEE_IMPORTS)
def download(import_id: UUID, form: str) -> Response:
    """Download the rejected rows of a table (`table`) as CSV or XLSX, or those of all tables as a ZIP of CSVs."""
    if form not in FORMATS:
        raise NotFoundError("Rejected rows come as CSV, XLSX or ZIP.")
    found, table_no = details_of(import_id), request.args.get("table", type=int)
    organisation_id = current_actor().organisation_id
    if form == PACKED:
        files = error_tables(db.session(), found, organisation_id=organisation_id)
        pieces = packed_pieces((name, file_pieces(table, form="csv")) for name, table in files)
    else:
        table = error_table(
            db.session(), found, organisation_id=organisation_id, form=form, table_no=table_no
        )
        pieces = file_pieces(table, form=form)
    of_table = f"-table-{table_no}" if table_no else ""
    return Response(
        stream_with_context(pieces),
        mimetype=MEDIA_TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="rejected-rows-{import_id}{of_table}.{form}"',
            "Cache-Control": "no-store",
        },
    )


@bp.get("/corrections/<int:batch_no>")
@requires(Permission.SEE_IMPORTS)
def show_changes(import_id: UUID, batch_no: int) -> str:
    """Show every cell that a corrected file has changed, from what to what."""
    organisation_id, session = current_actor().organisation_id, db.session()
    found = details_of(import_id)
    return render_template(
        "imports/corrected.html",
        found=found,
        batch=known_batch(session, organisation_id=organisation_id, import_id=import_id, batch_no=batch_no),
        cells=corrected_cells(
            session,
            organisation_id=organisation_id,
            import_id=import_id,
            batch_no=batch_no,
            cursor=request.args.get("cursor"),
        ),
        may_take_back=_may_correct(import_id) and not found.row.finished_at,
    )


@bp.post("/corrections/<int:batch_no>/take-back")
@requires(Permission.REPAIR_ROWS)
def take_back(import_id: UUID, batch_no: int) -> ResponseReturnValue:
    """Let the cells say what they said before a corrected file."""

    def undo() -> None:
        take_back_repairs(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, batch_no=batch_no
        )

    back = url_for("imports.corrections.show", import_id=import_id)
    said = "The corrections are taken back. The plan is being made anew."
    return decided(import_id, undo, said=said, back=back, after=back)


@bp.post("/on-error")
@requires(Permission.APPROVE)
def choose(import_id: UUID) -> ResponseReturnValue:
    """Let the import stop at rows with errors, or import the good rows only."""
    on_error = request.form.get("on_error", "")
    back = url_for("imports.approval.show", import_id=import_id)
    return decided(
        import_id,
        lambda: choose_on_error(
            actor=current_actor(), now=datetime.now(UTC), import_id=import_id, on_error=on_error
        ),
        said="Your choice about rows with errors is kept.",
        back=back,
        after=back,
    )


def _page(import_id: UUID, form: CorrectedFileForm) -> str:
    organisation_id, session = current_actor().organisation_id, db.session()
    found = details_of(import_id)
    return render_template(
        "imports/corrections.html",
        found=found,
        form=form,
        has_rows=has_rejected(session, organisation_id=organisation_id, import_id=import_id)
        and bool(found.plan_fingerprint)
        and not found.purged.rows_at,
        having=tables_with_rejected(session, found, organisation_id=organisation_id),
        may_correct=_may_correct(import_id),
        batches=correction_batches(session, organisation_id=organisation_id, import_id=import_id),
        followers=correcting_imports(session, organisation_id=organisation_id, import_id=import_id),
    )


def _may_correct(import_id: UUID) -> bool:
    found = details_of(import_id)
    return (
        may(Permission.REPAIR_ROWS)
        and may_be_corrected(found.row.state, found.progress.stage)
        and (not found.row.finished_at or may(Permission.UPLOAD))
    )


def _gone_on(import_id: UUID, done: Corrected) -> ResponseReturnValue:
    """Say what came back and show it."""
    if not done.rows:
        flash("No cell of the file differs from the import, so nothing was changed.", category="warning")
        return redirect(url_for("imports.corrections.show", import_id=import_id))
    hint(done.import_id)
    said = f"{counted(done.rows, 'row')} corrected, {counted(done.cells, 'cell')} changed."
    if done.batch_no:
        flash(f"{said} The rows are checked and the plan is being made anew.", category="success")
        return redirect(
            url_for("imports.corrections.show_changes", import_id=import_id, batch_no=done.batch_no)
        )
    flash(f"{said} This new import brings them; it is checked now.", category="success")
    return redirect(url_for("imports.overview.show", import_id=done.import_id))
